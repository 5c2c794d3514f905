"""What the page is told, without asking, over Jupyter's event bus."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jupyter_domino.compute import lifecycle
from jupyter_domino.compute.values import Job
from jupyter_domino.frontends.server.paths import RootedPaths
from jupyter_domino.projects.project import Project
from jupyter_domino.projects.values import ProjectInfo

SCHEMAS = tuple(
    Path(__file__).parent / "event_schemas" / f"{topic}.yaml"
    for topic in ("project", "files", "job")
)
SCHEMA_ID = "https://schema.jupyter-domino.org/jupyter_domino/{topic}/v1"
MAX_PATHS = 100
"""Paths in one event; of more the page is told only that something changed."""

Emit = Callable[[str, Mapping[str, object]], None]
"""Send an event of a schema; callable from any thread."""


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where a project's files stood when the page was last told."""

    base: str | None
    head: str | None


class Announcer:
    """Tells of changes, each once, whoever made them and whoever saw them first.

    Safe to use from many threads. A project outside the server's root has no name
    there and is not told of.
    """

    def __init__(self, emit: Emit, paths: RootedPaths) -> None:
        self._emit = emit
        self._paths = paths
        self._lock = threading.Lock()
        self._stands: dict[Path, _Stand] = {}
        self._jobs: dict[str, Job] = {}
        self._logs: dict[str, int] = {}

    def initialised(self, info: ProjectInfo) -> None:
        """A folder became a project."""
        self._send("project", info.id, Path(info.root), action="initialised")

    def changed(self, project: Project, paths: Sequence[str] = ()) -> None:
        """Files of the working tree changed on disk; `paths` relative to it, none: unknown."""
        named = {"paths": sorted(paths)} if 0 < len(paths) <= MAX_PATHS else {}
        self._send("files", project.id, project.root, action="changed", **named)

    def hydrated(self, project: Project, directory: Path, revision: str) -> None:
        """A revision was written into another folder."""
        self._send("files", project.id, directory, action="hydrated", revision=revision)

    def look(self, project: Project, action: str = "synced", *, is_new: bool = False) -> None:
        """Tell of the project's newest revision if it, or the tree's base, is another one.

        The first look only remembers, unless the caller knows that there `is_new`.

        Raises:
            DominoError: the store does not answer; nothing is told, the next look will.
        """
        head = project.repository.head()
        base = project.tree.base
        stand = _Stand(base, head.id if head else None)
        with self._lock:
            before = self._stands.get(project.root)
            self._stands[project.root] = stand
        if head is None or stand == before or (before is None and not is_new):
            return
        number = {} if head.number is None else {"number": head.number}
        self._send(
            "files", project.id, project.root, action=action, revision=str(head.id), **number
        )

    def job(self, project: Project, job: Job) -> None:
        """Tell of the job's state and progress if they are others than last time.

        Who was slower than another to tell of a state that is over by now is not heard.
        """
        with self._lock:
            before = self._jobs.get(job.id)
            if (
                before
                and before.state is not job.state
                and not lifecycle.may_become(before.state, job.state)
            ):
                return
            self._jobs[job.id] = job
        if before is None or before.state is not job.state:
            self._send_job(project, job, "state")
        if job.progress is not None and (before is None or before.progress != job.progress):
            progress = job.progress
            self._send_job(
                project,
                job,
                "progress",
                cell=progress.cell,
                cells=progress.cells,
                elapsed=progress.elapsed,
            )

    def log(self, project: Project, job: Job, size: int) -> None:
        """Tell of the log's size in bytes if it has grown since last time."""
        with self._lock:
            before = self._logs.get(job.id, 0)
            self._logs[job.id] = max(size, before)
        if size > before:
            self._send_job(project, job, "log", next=size)

    def _send_job(self, project: Project, job: Job, action: str, **more: object) -> None:
        state = str(job.state.value)
        self._send("job", project.id, project.root, action=action, job=job.job, state=state, **more)

    def _send(self, topic: str, project: str, root: Path, **data: object) -> None:
        path = self._paths.find(root)
        if path is not None:
            event = {"project": project, "path": path, **data}
            self._emit(SCHEMA_ID.format(topic=topic), event)

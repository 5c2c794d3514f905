"""Seeing what other processes do to the projects that are used here, and telling the page.

A command line in a terminal, a kernel's magics and the jobs' supervisors change files
and records without asking this server. Threads wait for what they leave on disk; all
are daemons and end with `stop`.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_domino.errors import DominoError
from jupyter_domino.frontends.server.events import Announcer
from jupyter_domino.frontends.server.folder_watch import FolderWatch, Unwatchable
from jupyter_domino.projects.folder import OWN_FOLDER, ProjectKind
from jupyter_domino.projects.project import Project
from jupyter_domino.storage import DominoRules, GitRules, TrackingRules

log = logging.getLogger(__name__)

IGNORE_FILE = ".dominoignore"
BASE = "base"
"""The file in a project's own folder that says which revision its tree is based on."""

RESCAN_SHARE = 20
"""A rescan takes at most one part in so many of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions:
    """How much is watched."""

    is_on: bool = True
    debounce_ms: int = 500
    """Changes that come closer together are told of together."""
    max_folders: int = 20_000
    """Sub-folders of one project; each takes one of the system's inotify watches."""
    rescan_seconds: float = 60.0
    """Between two looks at a project whose folders cannot be watched."""
    head_seconds: float = 30.0
    """Between two looks at the stores, for what was synced from other machines."""


class TreeWatch:
    """Tells of changes in a project's working tree, and of the revision it is based on."""

    def __init__(self, project: Project, announcer: Announcer, options: WatchOptions) -> None:
        self._project = project
        self._announcer = announcer
        self._options = options
        self._own = str(project.root / OWN_FOLDER)
        is_git = project.kind is ProjectKind.GIT
        self._rules: TrackingRules = (GitRules if is_git else DominoRules)(project.root)
        self._stop = threading.Event()
        self.is_rescanning = False
        """The folders cannot be watched: the tree is looked at from time to time."""
        self._folders = FolderWatch(
            project.root,
            self._changed,
            skips=self._skips,
            max_folders=options.max_folders,
            debounce_ms=options.debounce_ms,
        )

    def run(self) -> None:
        """Watch until `stop`; returns early when the project's folder is gone."""
        try:
            self._folders.run()
        except (Unwatchable, DominoError) as error:
            log.warning(
                "The folders of %s cannot be watched (%s): they are looked at every %g s or more.",
                self._project.root,
                error,
                self._options.rescan_seconds,
            )
            self.is_rescanning = True
            self._rescan()

    def stop(self) -> None:
        """Make `run` return soon."""
        self._stop.set()
        self._folders.stop()

    def _changed(self, paths: frozenset[str]) -> None:
        try:
            if not paths or f"{self._own}/{BASE}" in paths:
                self._announcer.look(self._project)
            if f"{self._project.root}/{IGNORE_FILE}" in paths:
                self._folders.list_again()
            tracked = self._tracked(paths)
            if tracked or not paths:
                self._announcer.changed(self._project, tracked)
        except (DominoError, OSError) as error:
            log.info("A change of %s was not told of: %s", self._project.root, error)

    def _tracked(self, paths: frozenset[str]) -> list[str]:
        """Those of the paths that the project tracks, or may; relative to it."""
        root, own = str(self._project.root), self._own
        found = [
            path[len(root) + 1 :]
            for path in paths
            if path not in {root, own} and not path.startswith(f"{own}/")
        ]
        if self._project.kind is ProjectKind.GIT:
            return found  # git no longer knows what it would have said of a file that is gone
        self._rules.refresh()
        is_folder = {path for path in found if (self._project.root / path).is_dir()}
        return [
            path
            for path in found
            if (self._rules.enters(path) if path in is_folder else self._rules.tracks_file(path))
        ]

    def _skips(self) -> Callable[[str], bool]:
        self._rules.refresh()
        start = len(str(self._project.root)) + 1

        def skip(folder: str) -> bool:
            if folder == self._own or self._rules.enters(folder[start:]):
                return False  # our own folder has the tree's base
            if folder.startswith(f"{self._own}/") or self._project.kind is not ProjectKind.GIT:
                return True
            return bool(os.listdir(folder))  # git does not enter an empty folder, but may soon

        return skip

    def _rescan(self) -> None:
        before: object = None
        seconds = self._options.rescan_seconds
        while not self._stop.wait(seconds) and self._project.root.is_dir():
            start = time.monotonic()
            try:
                now = self._project.status().changes
                self._announcer.look(self._project)
            except (DominoError, OSError) as error:
                log.info("%s was not looked at: %s", self._project.root, error)
                continue
            if now != before and before is not None:
                self._announcer.changed(self._project)
            before = now
            taken = time.monotonic() - start
            seconds = max(self._options.rescan_seconds, RESCAN_SHARE * taken)


class Watching:
    """All that is watched for this server."""

    def __init__(self, announcer: Announcer, options: WatchOptions) -> None:
        self._announcer = announcer
        self._options = options
        self._lock = threading.Lock()
        self._trees: dict[Path, tuple[Project, TreeWatch]] = {}
        self._threads: list[threading.Thread] = []
        self._stops: list[Callable[[], None]] = []
        self._stopped = threading.Event()

    @property
    def mode(self) -> str:
        """`events`; `rescan` when some project can only be looked at; `off`."""
        if not self._options.is_on:
            return "off"
        with self._lock:
            is_rescanning = any(watch.is_rescanning for _, watch in self._trees.values())
        return "rescan" if is_rescanning else "events"

    def start(self) -> None:
        """Begin to look at the stores."""
        if self._options.is_on:
            self.run("heads", self._look_at_heads, self._stopped.set)

    def follow(self, project: Project) -> None:
        """Watch the project's tree from now on; again for the same folder has no effect."""
        watch = TreeWatch(project, self._announcer, self._options)
        with self._lock:
            before = self._trees.get(project.root)
            self._trees[project.root] = (project, watch)
        if before is not None:
            before[1].stop()
        if self._options.is_on:
            self.run(project.name, watch.run, watch.stop)

    def saved(self, path: Path) -> None:
        """A file was written through this server: tell of it where nobody else would."""
        for project, watch in self._followed().values():
            if path.is_relative_to(project.root) and (
                watch.is_rescanning or not self._options.is_on
            ):
                self._announcer.changed(project, [path.relative_to(project.root).as_posix()])

    def run(self, name: str, target: Callable[[], None], stop: Callable[[], None]) -> None:
        """Run `target` in a thread that does not keep the process alive; `stop` ends it."""
        thread = threading.Thread(target=target, name=f"jupyter_domino {name}", daemon=True)
        with self._lock:
            if self._stopped.is_set():
                return
            self._stops.append(stop)
            self._threads.append(thread)
            thread.start()

    def stop(self, seconds: float = 3.0) -> None:
        """End all threads; returns when they have ended, or after `seconds`."""
        self._stopped.set()
        with self._lock:
            stops, threads = tuple(self._stops), tuple(self._threads)
        for stop in stops:
            stop()
        deadline = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _followed(self) -> Mapping[Path, tuple[Project, TreeWatch]]:
        with self._lock:
            return dict(self._trees)

    def _look_at_heads(self) -> None:
        while not self._stopped.wait(self._options.head_seconds):
            for project, _ in self._followed().values():
                try:
                    self._announcer.look(project)
                except (DominoError, OSError) as error:
                    log.debug("%s was not looked at: %s", project.root, error)

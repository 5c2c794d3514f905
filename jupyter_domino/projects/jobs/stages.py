"""The two stages of a job that are ours: fill its volume, and keep what it wrote.

They run in processes of their own, which the job's supervisor starts; all they know
is the run folder. Both may be killed on any line:

- *prepare* is repeated by nobody: the job is then an Error, and the volume is not
  stored, because it may lack files.
- *finish* may be run again: what was stored before is found by the job's id.
"""

import errno
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_domino.compute.job_json import job_from_json, job_to_json
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.compute.runner import Observation, StageProblem
from jupyter_domino.compute.values import Job, JobState, Json
from jupyter_domino.errors import DominoError, Unavailable
from jupyter_domino.projects.folder import (
    ARTIFACTS,
    ProjectFolder,
    ProjectKind,
    Role,
    write_folder,
)
from jupyter_domino.projects.jobs.archive import JobArchive
from jupyter_domino.projects.jobs.outcome import outcome
from jupyter_domino.projects.jobs.results import STATISTICS, read_statistics, shown_results
from jupyter_domino.storage import DominoRules, JobLink, Repository, WorkingTree
from jupyter_domino.storage.values import Kind, Problem, Revision, RevisionId, SyncResult

if TYPE_CHECKING:  # the database is only needed at the very end
    from jupyter_domino.records.database import Records

LAST_WORDS = 300
"""Characters of the log's last line that a reason repeats."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a volume was stored."""

    output: RevisionId
    results: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    statistics: dict[str, Json] | None = None
    notes: tuple[str, ...] = ()
    has_problems: bool = False
    """Files could not be stored: the volume is the only place that has them."""


@dataclass(frozen=True, slots=True)
class StageServices:
    """What the stages use; each is made when it is needed."""

    repository: Callable[[ProjectFolder], Repository]
    archive: Callable[[ProjectFolder], JobArchive]
    records: "Callable[[], Records]"
    say: Callable[[str], None] = field(default=lambda text: print(text, flush=True))  # noqa: T201
    """Writes a line into the job's log."""


class JobStages:
    """The stages of the job that a run folder describes."""

    def __init__(self, run: RunFolder, services: StageServices) -> None:
        self._run = run
        self._services = services
        details = run.details()
        project = details["project"]
        self._job = job_from_json(details["record"])
        self._volume = Path(self._job.volume or "")
        self._folder = ProjectFolder(
            root=self._volume,
            id=project["id"],
            name=project["name"],
            kind=ProjectKind(project["kind"]),
            store=project["store"],
            owner=project["owner"],
            role=Role.VOLUME,
        )
        self._is_git = self._folder.kind is ProjectKind.GIT
        self._outputs = self._volume / ARTIFACTS if self._is_git else self._volume

    def prepare(self) -> None:
        """Fill the volume from the input revision.

        Raises:
            DominoError: it could not be filled; the run folder says why.
        """
        try:
            self._fill()
        except DominoError as error:
            self._run.write_problem(
                StageProblem(stage="prepare", message=error.message, code=error.code)
            )
            raise

    def _fill(self) -> None:
        try:
            self._volume.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_folder(self._folder)
            filled = self._tree(writable="").hydrate(RevisionId(self._job.input_revision or ""))
            for problem in filled.problems:
                self._services.say(f"domino: {problem.path} is missing here: {problem.reason}")
            if self._job.notebook is not None:
                (self._volume / self._job.notebook).parent.mkdir(parents=True, exist_ok=True)
            self._outputs.mkdir(exist_ok=True)
            self._set_statistics_aside()
        except OSError as error:
            raise Unavailable(
                f"The job's volume {self._volume} cannot be written ({error.strerror}): make "
                "space or mend the rights there, then run again.",
                code="disk-full" if error.errno == errno.ENOSPC else "unavailable",
            ) from error

    def finish(self) -> None:
        """Keep what the command wrote, close the job everywhere, drop the volume if all is safe."""
        seen = self._run.observe()
        if seen.result is None:
            job = self._stored(seen)
            self._run.write_result(job_to_json(job))
        else:
            # Killed after all was safe, perhaps half-way through the removal of the volume:
            # what is left there must not become a revision.
            job = job_from_json(seen.result)
        self._settle(job)
        if job.volume is None:
            _remove(self._volume)

    def _stored(self, seen: Observation) -> Job:
        """The final record, after all that it speaks of has been put into the store."""
        input_revision = RevisionId(self._job.input_revision or "")
        kept, lost = Kept(input_revision), None
        if seen.codes.get("prepare") == 0 and not seen.discard:
            try:
                kept = self._keep(input_revision)
            except DominoError as error:
                lost = error
        return self._archived(self._final(seen, kept, lost))

    def _keep(self, input_revision: RevisionId) -> Kept:
        # Code is git's: what a job changes of it is told of, not stored.
        job, tree = self._job, self._tree(ARTIFACTS if self._is_git else "")
        if tree.base is None:
            raise Unavailable(
                f"The folder .domino of the job's volume {self._volume} is gone, and with it what "
                "tells the job's files from those it was given: take them from there by hand."
            )
        statistics, note = read_statistics(self._outputs)
        self._put_statistics_back()
        synced = tree.sync(
            f"job {job.job}: {job.title}",
            author=job.user,
            job=JobLink(job.id, job.job),
            prefer="head",
            label=f"job-{job.job}",
        )
        output = self._output(synced, input_revision)
        left_out = [p for p in synced.problems if self._is_ours(p.path)]
        return Kept(
            output=output.id,
            results=shown_results(self._outputs, self._written(input_revision, output)),
            conflicts=output.conflicts if output.job == job.id else (),
            statistics=statistics,
            notes=tuple(filter(None, [note, _named(synced.problems)])),
            has_problems=bool(left_out),
        )

    def _output(self, synced: SyncResult, input_revision: RevisionId) -> Revision:
        """The revision that has what the job wrote; its input when it wrote nothing."""
        made = self._repository.revision(synced.revision)
        wrote = synced.files_added + synced.files_changed + synced.files_deleted
        # Not created now: others stored the same, or an earlier finish was killed after its commit.
        is_there = synced.created or made.job == self._job.id or wrote
        return made if is_there else self._repository.revision(input_revision)

    def _written(self, input_revision: RevisionId, output: Revision) -> list[str]:
        # A merge has the head that it was made on as its first parent: what differs is ours.
        is_merge = output.job == self._job.id and len(output.parents) > 1
        changes = self._repository.diff(
            output.parents[0] if is_merge else input_revision, output.id
        )
        return [c.path for c in changes if c.new is not None and c.new.kind is not Kind.FOLDER]

    @cached_property
    def _repository(self) -> Repository:
        return self._services.repository(self._folder)

    def _tree(self, writable: str) -> WorkingTree:
        rules = DominoRules(self._volume)
        return WorkingTree(self._volume, self._repository, rules=rules, writable=writable)

    def _is_ours(self, path: str) -> bool:
        return not self._is_git or path.startswith(f"{ARTIFACTS}/")

    def _final(self, seen: Observation, kept: Kept, lost: DominoError | None) -> Job:
        state, reason = outcome(seen, self._last_words())
        if lost is not None:
            state, reason = JobState.ERROR, f"What it wrote could not be stored. {lost.message}"
        keep_volume = (state is JobState.ERROR or kept.has_problems) and self._volume.exists()
        notes = [*kept.notes]
        if keep_volume:
            notes.append(f"Its files are kept in {self._volume}.")
        ended = datetime.now(UTC)
        started = seen.started
        return replace(
            self._job,
            state=state,
            reason=" ".join(filter(None, [reason, *notes])) or None,
            output_revision=kept.output,
            exit_code=seen.codes.get("run"),
            started=started,
            ended=ended,
            seconds=None if started is None else (ended - started).total_seconds(),
            progress=seen.progress,
            statistics=kept.statistics,
            results=kept.results,
            conflicts=kept.conflicts,
            failure=None if state is JobState.SUCCEEDED else seen.failure,
            notebook=self._notebook(),
            volume=str(self._volume) if keep_volume else None,
        )

    def _archived(self, job: Job) -> Job:
        """Put record and log into the store; a note on the job when that fails."""
        try:
            self._services.archive(self._folder).write(job, self._run.log)
        except DominoError as error:
            note = f"Its record and log are only on this machine: {error.message}"
            return replace(job, reason=f"{job.reason} {note}" if job.reason else note)
        return job

    def _settle(self, job: Job) -> None:
        try:
            self._services.records().jobs.settle(job)
        except DominoError as error:
            # Whoever looks next closes it from the result in the run folder.
            print(f"domino: {error.message}", file=sys.stderr)  # noqa: T201 - the job's log

    def _notebook(self) -> str | None:
        path = self._job.notebook
        return path if path is not None and (self._volume / path).exists() else None

    def _last_words(self) -> str:
        """The last line of the log with anything on it."""
        size = self._run.log.stat().st_size if self._run.log.exists() else 0
        tail = self._run.read_log(max(0, size - 4096), 4096) or b""
        lines = [line.strip() for line in tail.decode(errors="replace").splitlines()]
        return next((line[:LAST_WORDS] for line in reversed(lines) if line), "")

    def _set_statistics_aside(self) -> None:
        """Let the job begin without an earlier one's statistics."""
        file = self._outputs / STATISTICS
        if file.is_file():
            shutil.move(file, self._run.path / STATISTICS)

    def _put_statistics_back(self) -> None:
        """Undo that where the job wrote none: it was not the job that deleted them."""
        aside, file = self._run.path / STATISTICS, self._outputs / STATISTICS
        if aside.exists() and not file.exists():
            shutil.move(aside, file)


def _named(problems: Sequence[Problem]) -> str | None:
    """Which files are in no revision, and why: the first few by name."""
    if not problems:
        return None
    shown = "; ".join(f"{problem.path}: {problem.reason}" for problem in problems[:5])
    more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
    return f"Not stored: {shown}{more}."


def _remove(volume: Path) -> None:
    """Delete a volume whose files are stored, also folders that the job made read-only."""
    try:
        _open_up(volume)
        shutil.rmtree(volume)
    except FileNotFoundError:
        return
    except OSError as error:
        print(f"domino: {volume} could not be removed: {error}", file=sys.stderr)  # noqa: T201


def _open_up(volume: Path) -> None:
    """Let the owner into every folder; links are left alone, they may lead out."""
    for folder, names, _ in os.walk(volume):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)

"""Answers that are made for the verbs, and the JSON that scripts build on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

from jupyter_domino.compute.values import Job, JobState
from jupyter_domino.frontends.wire import Json, to_json
from jupyter_domino.projects.values import InitResult
from jupyter_domino.storage.values import Revision, SyncResult

Item = TypeVar("Item")

RUN_KEYS = ("job", "state", "input_revision", "output_revision", "exit_code", "reason")
"""What `run --json` prints: a contract."""


class Listing(Sequence[Item]):
    """An immutable sequence that is shown as one table."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = tuple(items)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        return type(self)(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self._items)!r})"


class RevisionList(Listing[Revision]):
    """Revisions, newest first."""


class JobList(Listing[Job]):
    """Jobs, newest first."""


@dataclass(frozen=True, slots=True)
class JobLog:
    """A job's log, from its beginning."""

    job: int
    text: str
    """Empty when it was streamed already."""
    next: int
    """Bytes of the log so far."""
    complete: bool
    """The job has ended and this is all."""


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demonstration did, in order, and how to go on."""

    init: InitResult
    first: SyncResult
    """The sample as a revision."""
    job: Job
    """The notebook, run on it."""
    second: SyncResult
    """The job's results, brought into the folder."""
    log: RevisionList
    open: str
    """The line that opens JupyterLab on the project."""


def verb_json(verb: str, value: object) -> Json:
    """The one document that a verb prints with `--json`."""
    match value:
        case RevisionList():
            return {"revisions": [to_json(item) for item in value]}
        case JobList():
            return {"jobs": [to_json(item) for item in value]}
        case Job() if verb == "run":
            return {key: to_json(getattr(value, key)) for key in RUN_KEYS}
        case DemoResult():
            return {
                name: verb_json("", getattr(value, name))
                for name in ("init", "first", "job", "second", "log", "open")
            }
        case _:
            return to_json(value)


def exit_code(verb: str, value: object) -> int:
    """0; for a run that was waited for, 1 when the job failed and 3 when it did not get to its end.

    A run that was not waited for is 0: the job has not ended.
    """
    job = value.job if isinstance(value, DemoResult) else value if verb == "run" else None
    if not isinstance(job, Job):
        return 0
    return {JobState.FAILED: 1, JobState.ERROR: 3, JobState.STOPPED: 3}.get(job.state, 0)

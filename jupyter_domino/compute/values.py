"""The nouns of jobs as their users meet them: plain values, checked when they are made.

Times are aware UTC datetimes. Paths are relative to the project's root,
`/`-separated. Sizes are bytes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from jupyter_domino.errors import Invalid

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What JSON can say."""

MAX_TITLE = 200
"""Characters of a job's title."""

_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = frozenset({"USER", "LOGNAME", "MLFLOW_TRACKING_URI"})
_RESERVED_PREFIXES = ("DOMINO_", "JUPYTER_DOMINO_")


class JobState(StrEnum):
    """Where a job is in its life; the words are Domino's."""

    QUEUED = "Queued"
    PREPARING = "Preparing"  # its volume is filled from the input revision
    RUNNING = "Running"
    FINISHING = "Finishing"  # what it wrote becomes the output revision
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"  # the user's code
    ERROR = "Error"  # ours, or the machine's
    STOP_REQUESTED = "StopRequested"
    STOPPED = "Stopped"


class CommandKind(StrEnum):
    """How a job's command was given."""

    NOTEBOOK = "notebook"
    SCRIPT = "script"
    SHELL = "shell"


@dataclass(frozen=True, slots=True)
class Command:
    """What a job runs."""

    kind: CommandKind
    file: str | None
    """The notebook or script; None for a shell command."""
    argv: tuple[str, ...]
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """As typed: a notebook's parameters have the notebook's types."""


@dataclass(frozen=True, slots=True)
class Tier:
    """What one job may use of the machine."""

    id: str
    cores: float
    """CPU cores. The job's processes are bound to as many, rounded up."""
    memory: int
    """Bytes. Shown, and told to the job; not enforced on a single machine."""

    def __post_init__(self) -> None:
        if self.cores <= 0 or self.memory <= 0:
            raise Invalid(f"The tier {self.id!r} gives nothing: cores and memory are above zero.")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """What a user asks for: a file of the project, or a command line, and how to run it."""

    target: str | tuple[str, ...]
    """A notebook or script by its path, or the words of a command."""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """A text is read as the type that the notebook's parameter has."""
    revision: str | None = None
    """What it runs on, as `Repository.resolve` takes it; None: sync first, then that."""
    tier: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    user: str | None = None
    """Who starts it; None: whoever the project was opened by."""

    def __post_init__(self) -> None:
        if not self.target or (isinstance(self.target, tuple) and not self.target[0]):
            raise Invalid("There is nothing to run: name a file of the project or a command.")
        if self.title is not None and len(self.title) > MAX_TITLE:
            raise Invalid(f"A title has at most {MAX_TITLE} characters.")
        for name, value in self.environment.items():
            check_variable(name, value)


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a notebook is."""

    cell: int
    """The code cell that runs, or ran last, counted from 1; 0 before the first."""
    cells: int
    elapsed: float
    """Seconds since the first cell began."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Where the user's code failed."""

    cell: int | None
    """Counted from 1 among the code cells; None for what is no notebook."""
    name: str
    message: str
    traceback: str
    """Without terminal colours."""


@dataclass(frozen=True, slots=True)
class LogPart:
    """A piece of a job's log."""

    text: str
    offset: int
    """Where the piece begins, in bytes."""
    next: int
    """Where to go on, in bytes; never within a character."""
    complete: bool
    """The job has ended and this piece reaches the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of a command on one revision: what was asked, where it stands, what came of it."""

    job: int
    """Its number in the project."""
    id: str
    title: str
    state: JobState
    reason: str | None = None
    """Why it is Failed, Error or Stopped, in plain words; or what is worth knowing."""
    command: Command
    tier: str
    environment: Mapping[str, str] = field(default_factory=dict)
    """What was set for it; the values of names that tell of a secret are masked."""
    user: str
    input_revision: str | None = None
    output_revision: str | None = None
    """Equals `input_revision` when it changed nothing; None while it has not ended."""
    exit_code: int | None = None
    """Of the command; 128 + n when signal n killed it; None when it never ended by itself."""
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    seconds: float | None = None
    """Between `started` and `ended`, or until now."""
    progress: JobProgress | None = None
    statistics: Mapping[str, Json] | None = None
    """What it wrote into `dominostats.json`."""
    results: tuple[str, ...] = ()
    """Paths it added or changed, as `.dominoresults` lets through."""
    conflicts: tuple[str, ...] = ()
    failure: Failure | None = None
    notebook: str | None = None
    """The executed notebook."""
    volume: str | None = None
    """The folder it runs in; after the end only where files were kept for the user."""


def check_variable(name: str, value: str) -> None:
    """Let pass what may be set for a job.

    Raises:
        Invalid: `bad-environment`: no valid name, or one that is ours or the system's to set.
    """
    why = None
    if not _VARIABLE.fullmatch(name):
        why = "a name begins with a letter and has letters, digits and '_' only"
    elif name in _RESERVED or name.startswith(_RESERVED_PREFIXES):
        why = "the job sets it by itself"
    elif "\0" in value:
        why = "its value has a NUL character"
    if why:
        raise Invalid(
            f"The environment variable {name!r} cannot be set: {why}.",
            code="bad-environment",
            details={"name": name},
        )

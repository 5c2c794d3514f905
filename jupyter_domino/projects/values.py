"""What a project answers with, beside the values of storage and compute."""

from dataclasses import dataclass

from jupyter_domino.storage.values import Change, Revision, RevisionId


@dataclass(frozen=True, slots=True)
class ProjectInfo:
    """Which project this is, and where."""

    id: str
    name: str
    root: str
    kind: str
    """`files` or `git`."""
    store: str
    owner: str


@dataclass(frozen=True, slots=True)
class InitResult:
    """A project that is there now."""

    project: ProjectInfo
    created: bool
    """False: the folder was this project already, and nothing was written."""
    wrote: tuple[str, ...]
    """Files and folders made in the project's root."""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """A project that was rebuilt from its store."""

    project: ProjectInfo
    files_written: int
    """0 when the folder had files: they were left alone."""
    jobs: int
    """Finished jobs that are on record again; of a dry run, those that the store has."""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class RevisionDetail:
    """A revision and how it differs from its first parent."""

    revision: Revision
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """How one file differs between two states."""

    path: str
    is_notebook: bool
    """`text` compares the sources of the cells, not the file's JSON."""
    text: str | None
    """A unified diff, empty when only what is not compared differs; None: see `reason`."""
    reason: str | None
    """Why there is no `text`, in plain words."""
    binary: bool
    old_size: int | None
    """Bytes; None where the file is absent."""
    new_size: int | None


@dataclass(frozen=True, slots=True)
class Diff:
    """How state `b` differs from state `a`."""

    a: RevisionId | None
    """None: the empty tree, before the first revision."""
    b: RevisionId | None
    """None: the working tree as it is now."""
    changes: tuple[Change, ...]
    patches: tuple[FileDiff, ...] = ()
    """Filled only when asked for."""

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

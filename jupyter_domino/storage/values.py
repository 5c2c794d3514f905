"""The nouns of the store as its users meet them: plain values, no behaviour.

Paths are `str`, relative to the project's root, `/`-separated; bytes that are
not UTF-8 stand as surrogate escapes (PEP 383). Times are aware UTC datetimes.
Sizes are bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

RevisionId = NewType("RevisionId", str)
"""40 lower-case hexadecimal digits."""


class Kind(StrEnum):
    """What a path is."""

    FILE = "file"
    SYMLINK = "symlink"
    FOLDER = "folder"  # an empty one; others are implied by their files


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of one revision."""

    path: str
    kind: Kind
    size: int
    """Bytes of the content; of a symlink, the length of its target."""
    mode: int
    """Permission bits, `0o755`."""
    mtime_ns: int
    digest: str
    """Keyed BLAKE3-256 of the content, hexadecimal; empty for a folder."""


@dataclass(frozen=True, slots=True)
class GitState:
    """Where a git project's checkout stood when the revision was made."""

    head: str | None
    """Commit id; None before the first commit."""
    branch: str | None
    dirty: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """An immutable state of all files, with where it came from."""

    id: RevisionId
    number: int | None
    """Its place on its branch, shown as `r3`; None while it is on none."""
    branch: str | None
    parents: tuple[RevisionId, ...]
    author: str
    time: datetime
    message: str
    job: str | None
    """Id of the job that made it."""
    job_number: int | None
    files: int
    bytes: int
    git: GitState | None = None
    conflicts: tuple[str, ...] = ()
    """Paths of copies that keep the other side of an edit made twice."""
    links: Mapping[str, str] = field(default_factory=dict)


class ChangeKind(StrEnum):
    """How a path differs."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"
    MODE = "mode"  # same content, other permission bits
    TYPE = "type"  # file, symlink or folder became another of the three


@dataclass(frozen=True, slots=True)
class Change:
    """One path that differs between two states; `old` or `new` is None where absent."""

    path: str
    kind: ChangeKind
    old: Entry | None
    new: Entry | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A path that could not be tracked or written, and why, in plain words."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """How the tree differs from the revision it is based on."""

    project: str
    root: str
    base: Revision | None
    head: Revision | None
    """The newest revision of the branch; newer than `base` when others have synced."""
    changes: tuple[Change, ...]
    incoming: tuple[Change, ...]
    """What a sync would bring from `head` into the tree."""
    problems: tuple[Problem, ...]
    files: int
    bytes: int
    bytes_to_store: int
    """Upper bound: sizes of added and changed files."""
    git: GitState | None = None

    @property
    def is_clean(self) -> bool:
        """Nothing to sync and nothing to bring in."""
        return not self.changes and not self.incoming


@dataclass(frozen=True, slots=True)
class IgnoreVerdict:
    """Whether a path is tracked, and which rule says so."""

    path: str
    tracked: bool
    rule: str
    """The pattern, or a plain-words reason."""
    source: str | None
    """`.dominoignore:3`, `.gitignore:7` or None for a built-in rule."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync stored; `revision` is the head afterwards, also when nothing changed."""

    revision: RevisionId
    number: int | None
    parent: RevisionId | None
    files_added: int
    files_changed: int
    files_deleted: int
    bytes_stored: int
    seconds: float
    created: bool
    """False when nothing had changed: `revision` is then the one that was there."""
    merged: bool
    """The head had moved: this revision has two parents."""
    incoming: tuple[Change, ...]
    """What was brought into the tree from the head."""
    conflicts: tuple[str, ...]
    problems: tuple[Problem, ...]
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class RevertResult:
    """What a revert wrote into the tree, and the revision it made."""

    source: RevisionId
    revision: RevisionId | None
    """The new revision; None for a dry run or when nothing differed."""
    number: int | None
    changes: tuple[Change, ...]
    """From the tree as it was to the tree as it is."""
    overwritten: tuple[str, ...]
    """Unsynced edits that were overwritten because it was asked for. They were synced
    first: `saved_as` has them."""
    saved_as: RevisionId | None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class HydrateResult:
    """What was written into a folder so that it equals a revision."""

    revision: RevisionId
    number: int | None
    directory: str
    files_written: int
    files_deleted: int
    files_unchanged: int
    bytes_written: int
    seconds: float
    problems: tuple[Problem, ...]
    dry_run: bool = False

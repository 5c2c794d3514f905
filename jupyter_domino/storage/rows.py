"""A row: one path of one revision, and where its content is. Also its sides facing users."""

from collections.abc import Iterator
from typing import NamedTuple

from jupyter_domino.errors import Invalid
from jupyter_domino.storage.values import Change, ChangeKind, Entry, Kind

FILE, SYMLINK, FOLDER = 0, 1, 2
KINDS = (Kind.FILE, Kind.SYMLINK, Kind.FOLDER)
"""Kinds by their number in the format."""

MAX_NAME = 255
MAX_PATH = 4096
NEVER_TRACKED = frozenset({b".git", b".domino"})
_NOT_A_NAME = NEVER_TRACKED | {b"", b".", b".."}


class PackName:
    """A pack's id, filled in when the pack is closed: rows are made before that."""

    __slots__ = ("id",)

    def __init__(self, pack_id: bytes = b"") -> None:
        self.id = pack_id

    def __repr__(self) -> str:
        return f"PackName({self.id.hex()})"


class Block(NamedTuple):
    """Where a block is, and what it takes to read it. Sizes are bytes."""

    pack: PackName
    offset: int
    stored: int
    raw: int
    codec: int
    digest: bytes
    """Of the chunk; zeros for a solid block."""


class Row(NamedTuple):
    """One path of one revision."""

    path: bytes
    kind: int
    mode: int
    size: int
    mtime_ns: int
    digest: bytes
    blocks: tuple[Block, ...]
    start: int
    """Where the content begins in the first block's raw bytes."""


def is_same(a: Row | None, b: Row | None) -> bool:
    """Equal in all that makes a change: kind, permission bits, content. Not in mtime."""
    if a is None or b is None:
        return a is b
    return a.digest == b.digest and a.mode == b.mode and a.kind == b.kind


def to_bytes(path: str) -> bytes:
    """A path as the format has it.

    Raises:
        Invalid: `bad-name`: it has characters that no path can have.
    """
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise Invalid(f"{path!r} cannot be a path: check it.", code="bad-name") from error


def to_str(path: bytes) -> str:
    """A path as users and the file system have it."""
    return path.decode("utf-8", "surrogateescape")


def is_valid_path(path: bytes) -> bool:
    """A path that a revision may have (FORMAT.md, 6)."""
    if not 0 < len(path) <= MAX_PATH or b"\0" in path:
        return False
    names = path.split(b"/")
    return _NOT_A_NAME.isdisjoint(names) and (
        len(path) <= MAX_NAME or max(map(len, names)) <= MAX_NAME
    )


def parents(path: bytes) -> Iterator[bytes]:
    """The folders above `path`, nearest first, without the root."""
    cut = path.rfind(b"/")
    while cut > 0:
        yield path[:cut]
        cut = path.rfind(b"/", 0, cut)


def is_under(path: bytes, prefix: bytes) -> bool:
    """`path` is `prefix` or beneath it; everything is under the empty prefix."""
    return not prefix or path == prefix or path.startswith(prefix.rstrip(b"/") + b"/")


def to_entry(row: Row) -> Entry:
    """The row as users see it."""
    digest = "" if row.kind == FOLDER else row.digest.hex()
    return Entry(to_str(row.path), KINDS[row.kind], row.size, row.mode, row.mtime_ns, digest)


def to_change(old: Row | None, new: Row | None) -> Change:
    """How `old` became `new`; one of them is there, and they are not the same."""
    present = new or old
    if present is None:
        raise ValueError("a change needs a side")
    return Change(
        to_str(present.path),
        _change_kind(old, new),
        to_entry(old) if old else None,
        to_entry(new) if new else None,
    )


def _change_kind(old: Row | None, new: Row | None) -> ChangeKind:
    if old is None:
        return ChangeKind.ADDED
    if new is None:
        return ChangeKind.DELETED
    if old.kind != new.kind:
        return ChangeKind.TYPE
    return ChangeKind.CHANGED if old.digest != new.digest else ChangeKind.MODE

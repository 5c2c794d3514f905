"""Two states of a project side by side; the newer one may be the working tree."""

import os
import stat
from pathlib import Path
from typing import Protocol

from jupyter_domino.errors import NotFound
from jupyter_domino.projects.textdiff import MAX_SIZE, file_diff, too_large
from jupyter_domino.projects.values import FileDiff
from jupyter_domino.storage import Repository
from jupyter_domino.storage.values import Change, ChangeKind, RevisionId


class Side(Protocol):
    """One state of the files."""

    def size(self, path: str) -> int | None:
        """Bytes of the file or of the link's target; None when there is neither."""
        ...

    def read(self, path: str) -> bytes:
        """The file's content, or the link's target."""
        ...


class RevisionSide:
    """The files of a revision; of None, no files."""

    def __init__(self, repository: Repository, revision: RevisionId | None) -> None:
        self._repository = repository
        self._revision = revision

    def size(self, path: str) -> int | None:
        """Bytes of the file or of the link's target; None when there is neither."""
        if self._revision is None:
            return None
        try:
            return self._repository.entry(self._revision, path).size
        except NotFound:
            return None

    def read(self, path: str) -> bytes:
        """The file's verified content, or the link's target; empty in no revision."""
        return b"" if self._revision is None else b"".join(self._pieces(path, self._revision))

    def _pieces(self, path: str, revision: RevisionId) -> list[bytes]:
        return list(self._repository.read(revision, path))


class TreeSide:
    """The files of a folder as they are now."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def size(self, path: str) -> int | None:
        """Bytes of the file or of the link's target; None when there is neither."""
        try:
            found = os.lstat(self._root / path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode):
            return found.st_size
        return None

    def read(self, path: str) -> bytes:
        """The file's content, or the link's target; at most `MAX_SIZE` and a byte."""
        full = self._root / path
        if full.is_symlink():
            return os.fsencode(os.readlink(full))
        with full.open("rb") as file:
            return file.read(MAX_SIZE + 1)


def compare_file(path: str, old: Side, new: Side) -> FileDiff:
    """How the file differs; a file above `MAX_SIZE` is not read.

    Raises:
        NotFound: `path-not-found`: neither side has it.
    """
    old_size, new_size = old.size(path), new.size(path)
    if old_size is None and new_size is None:
        raise NotFound(
            f"There is no file {path!r} on either side of the comparison: check the path.",
            code="path-not-found",
            details={"path": path},
        )
    if max(old_size or 0, new_size or 0) > MAX_SIZE:
        return too_large(path, old_size, new_size)
    return file_diff(
        path,
        None if old_size is None else old.read(path),
        None if new_size is None else new.read(path),
    )


def combined(first: list[Change], second: list[Change]) -> list[Change]:
    """The changes from x to z, given those from x to y and those from y to z, by path."""
    before = {change.path: change for change in first}
    after = {change.path: change for change in second}
    changes = []
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            changes.append(before[path])
        elif path not in before:
            changes.append(after[path])
        elif (change := _joined(before[path], after[path])) is not None:
            changes.append(change)
    return changes


def _joined(first: Change, second: Change) -> Change | None:
    """One change instead of two in a row; None when the second undid the first."""
    old, new = first.old, second.new
    if old is None and new is None:
        return None
    if old is None:
        return Change(first.path, ChangeKind.ADDED, old, new)
    if new is None:
        return Change(first.path, ChangeKind.DELETED, old, new)
    if old.kind is not new.kind:
        return Change(first.path, ChangeKind.TYPE, old, new)
    # The tree's entries carry no digest before they are read: unequal then means unknown.
    if old.digest != new.digest:
        return Change(first.path, ChangeKind.CHANGED, old, new)
    return None if old.mode == new.mode else Change(first.path, ChangeKind.MODE, old, new)

"""Two sets of changes to one base become one (FORMAT.md, 11). Pure: it works on rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from jupyter_domino.storage.manifest import Delta
from jupyter_domino.storage.rows import FILE, FOLDER, MAX_NAME, Row, is_same, parents

Prefer = Literal["tree", "head"]
"""Whose version keeps the name when both changed it."""

Under = Callable[[bytes], Iterator[Row]]
"""The head's rows at a path and beneath it, in order."""


@dataclass(slots=True)
class Merge:
    """What the head needs to have both sides' changes."""

    changes: dict[bytes, Row | None] = field(default_factory=dict)
    conflicts: set[bytes] = field(default_factory=set)


def merge(ours: Delta, theirs: Delta, *, prefer: Prefer, label: str, under: Under) -> Merge:
    """Merge the tree's changes (`ours`) with the head's (`theirs`), both to the same base.

    `label` names the loser of a conflict in its copy's name.
    """
    merger = _Merger(ours, theirs, prefer, label, under)
    for path, (old, mine) in ours.items():
        if path in theirs:
            merger.both_changed(path, old, mine, theirs[path][1])
        else:
            merger.result.changes[path] = mine
    merger.resolve_clashes()
    return merger.result


def conflict_name(path: bytes, label: str, number: int) -> bytes:
    """`<stem>.conflict-<label><suffix>`, with the number from the second on."""
    folder, slash, name = path.rpartition(b"/")
    stem, dot, suffix = name.rpartition(b".")
    if not stem:
        stem, dot, suffix = name, b"", b""
    mark = f".conflict-{label}".encode() + (b"-%d" % number if number > 1 else b"")
    if len(mark) + len(dot) + len(suffix) > MAX_NAME // 2:
        stem, dot, suffix = name, b"", b""
    room = MAX_NAME - len(mark) - len(dot) - len(suffix)
    return folder + slash + stem[:room] + mark + dot + suffix


class _Merger:
    """One merge."""

    def __init__(
        self, ours: Delta, theirs: Delta, prefer: Prefer, label: str, under: Under
    ) -> None:
        self.result = Merge()
        self._ours = ours
        self._theirs = theirs
        self._prefer = prefer
        self._label = label
        self._under = under
        self._folders = {
            folder for path, (_, new) in ours.items() if new is not None for folder in parents(path)
        }

    def both_changed(
        self, path: bytes, old: Row | None, mine: Row | None, other: Row | None
    ) -> None:
        """Decide over a path that both sides changed."""
        changes = self.result.changes
        if is_same(mine, other):
            return
        if mine is None or other is None:
            self.result.conflicts.add(path)
            if mine is not None:
                changes[path] = mine
            return
        combined = _combine(old, mine, other)
        if combined is not None:
            changes[path] = combined
        elif FOLDER in (mine.kind, other.kind):
            # An empty folder has nothing to lose.
            if other.kind == FOLDER and (mine.kind != FOLDER or self._prefer == "tree"):
                changes[path] = mine
        elif self._prefer == "tree":
            changes[path] = mine
            self._keep_copy(other)
        else:
            self._keep_copy(mine)

    def resolve_clashes(self) -> None:
        """A path cannot be a file on one side and a folder on the other."""
        alive = self._alive()
        clashes: dict[bytes, list[bytes]] = {}
        for path in alive:
            for folder in parents(path):
                if folder in alive:
                    clashes.setdefault(folder, []).append(path)
        for folder, beneath in clashes.items():
            row = alive[folder]
            if row.kind == FOLDER:
                self._remove(folder)
            elif self._is_ours(folder) == (self._prefer == "tree"):
                self._move_beneath(folder, [alive[path] for path in beneath])
            else:
                self._remove(folder)
                self._keep_copy(row)

    def _alive(self) -> dict[bytes, Row]:
        """The rows that the merge would leave, of the paths that either side changed."""
        rows = {path: new for path, (_, new) in self._theirs.items() if new is not None}
        for path, row in self.result.changes.items():
            if row is None:
                rows.pop(path, None)
            else:
                rows[path] = row
        return rows

    def _is_ours(self, path: bytes) -> bool:
        return self.result.changes.get(path) is not None

    def _move_beneath(self, folder: bytes, rows: list[Row]) -> None:
        """The file keeps the name; what the other side has in a folder of that name moves."""
        number, is_landed = 1, False
        while True:
            place = conflict_name(folder, self._label, number)
            copies = [row._replace(path=place + row.path[len(folder) :]) for row in rows]
            is_landed = all(is_same(self._at_head(copy.path), copy) for copy in copies)
            if is_landed or not self._is_taken(place, None):
                break
            number += 1
        for row, copy in zip(rows, copies, strict=True):
            self._remove(row.path)
            self._add_copy(copy, is_landed=is_landed)

    def _remove(self, path: bytes) -> None:
        theirs = self._theirs.get(path)
        if theirs is not None and theirs[1] is not None:
            self.result.changes[path] = None
        else:
            self.result.changes.pop(path, None)

    def _keep_copy(self, loser: Row) -> None:
        number, is_landed = 1, False
        while True:
            copy = loser._replace(path=conflict_name(loser.path, self._label, number))
            is_landed = is_same(self._at_head(copy.path), copy)
            if is_landed or not self._is_taken(copy.path, copy):
                break
            number += 1
        self._add_copy(copy, is_landed=is_landed)

    def _add_copy(self, copy: Row, *, is_landed: bool) -> None:
        """Let the merge have the copy, unless an earlier try of the same merge has landed it."""
        self.result.conflicts.add(copy.path)
        if not is_landed:
            self.result.changes[copy.path] = copy
            self._folders.update(parents(copy.path))

    def _is_taken(self, name: bytes, row: Row | None) -> bool:
        """Either side, or the merge so far, has a folder of that name, or has not `row` there."""
        mine = self._ours.get(name, (None, None))[1]
        planned = self.result.changes.get(name)
        there = next(self._under(name), None)
        return (
            name in self._folders
            or (there is not None and there.path != name)
            or any(
                other is not None and (row is None or not is_same(other, row))
                for other in (mine, planned, there)
            )
        )

    def _at_head(self, path: bytes) -> Row | None:
        row = next(self._under(path), None)
        return row if row is not None and row.path == path else None


def _combine(old: Row | None, mine: Row, other: Row) -> Row | None:
    """Both changes at once; None when both changed the content, each to something else."""
    if old is None or not mine.kind == other.kind == old.kind == FILE:
        return None
    mode = other.mode if mine.mode == old.mode else mine.mode
    if mine.digest == old.digest:
        return other._replace(mode=mode)
    if other.digest in (old.digest, mine.digest):
        return mine._replace(mode=mode)
    return None

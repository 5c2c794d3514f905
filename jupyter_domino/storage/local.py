"""What the tree has that its base has not: scan, read what changed, compare.

A path that cannot be read is never taken for deleted: its row in the base stays.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from jupyter_domino.storage.index import CLEAN, KNOWN, Listing, TreeIndex
from jupyter_domino.storage.manifest import Delta, Pages, find_rows, walk
from jupyter_domino.storage.pool import Pool
from jupyter_domino.storage.rows import FILE, FOLDER, SYMLINK, Row, is_same, is_under, to_str
from jupyter_domino.storage.rules import TrackingRules
from jupyter_domino.storage.scan import Scan
from jupyter_domino.storage.values import Problem
from jupyter_domino.storage.writer import Candidate, Content, Taken, Trouble

Take = Callable[[list[Candidate], dict[bytes, Row]], Iterable[Taken]]
"""Reads candidates, given the base's rows; may store them on the way."""


class Taking(NamedTuple):
    """How to read what changed."""

    take: Take
    is_storing: bool
    """Then also what is known, but not from the base, is read: its content must be stored."""


class Spot(NamedTuple):
    """An entry of the index."""

    listing: Listing
    number: int
    path: bytes


@dataclass(slots=True)
class LocalChanges:
    """How the tree differs from its base, and what could not be told."""

    delta: Delta = field(default_factory=dict)
    """From the base's rows to the tree's. Rows that were only hashed have no blocks."""
    problems: list[Problem] = field(default_factory=list)
    is_index_changed: bool = False


def unsettled(index: TreeIndex) -> Iterator[Spot]:
    """Tracked entries that are not known to equal the base."""
    for folder, listing in index.folders.items():
        names: list[bytes] = []
        for number in listing.unsettled():
            names = names or listing.name_list()
            name = names[number]
            path = b"/".join(filter(None, (folder, name)))
            yield Spot(listing, number, path)


def find_changes(
    pool: Pool,
    base: tuple[str, Pages],
    scan: Scan,
    rules: TrackingRules,
    root: Path,
    taking: Taking,
) -> LocalChanges:
    """How the tree differs from `base` (a revision's id and pages; an empty id: no files).

    The index then refers to that base, and knows of each entry that could be read what it is.
    """
    index = scan.index
    changes = LocalChanges(problems=list(scan.problems), is_index_changed=scan.is_changed)
    rows = _base_rows(pool, base, index, changes, is_closed=bool(scan.closed))
    candidates, spots = _candidates(index, root, rows, taking)
    troubled: set[bytes] = set()
    contents: dict[bytes, Content] = {}
    for taken in taking.take(candidates, rows):
        path = taken.candidate.path
        if isinstance(taken.outcome, Trouble):
            changes.problems.append(Problem(to_str(path), taken.outcome.reason))
            troubled.add(path)
            continue
        spot = spots[path]
        spot.listing.record(spot.number, taken.outcome.state, taken.outcome.digest)
        contents[path] = taken.outcome
        changes.is_index_changed = True
    for spot in unsettled(index):
        if spot.path not in troubled:
            _compare(spot, rows.get(spot.path), contents.get(spot.path), changes)
    _find_deleted(scan, rules, root, rows, changes)
    return changes


def _base_rows(
    pool: Pool, base: tuple[str, Pages], index: TreeIndex, changes: LocalChanges, *, is_closed: bool
) -> dict[bytes, Row]:
    """The base's rows that the tree is to be compared with."""
    revision, pages = base
    if index.base == revision and not is_closed:
        paths = [spot.path for spot in unsettled(index)]
        return find_rows(pool, pages, [*paths, *index.absent])
    # The index is about another base, or about none: everything is compared.
    for listing in index.folders.values():
        for number in range(len(listing.flags)):
            listing.flags[number] &= ~CLEAN
    rows = {row.path: row for row in walk(pool, pages)}
    index.absent = {path for path in rows if not index.is_tracked(path)} if rows else set()
    index.base = "" if is_closed else revision
    changes.is_index_changed = True
    return rows


def _candidates(
    index: TreeIndex, root: Path, rows: dict[bytes, Row], taking: Taking
) -> tuple[list[Candidate], dict[bytes, Spot]]:
    spots = {
        spot.path: spot
        for spot in unsettled(index)
        if not spot.listing.flags[spot.number] & KNOWN
        or (taking.is_storing and _is_to_store(spot, rows.get(spot.path)))
    }
    candidates = []
    for path in sorted(spots):
        state = spots[path].listing.stat(spots[path].number)
        file = f"{root}/{to_str(path)}"
        candidates.append(
            Candidate(path, file, stat.S_ISLNK(state.mode), state.size, state.mtime_ns)
        )
    return candidates, spots


def _is_to_store(spot: Spot, base: Row | None) -> bool:
    is_folder = stat.S_ISDIR(spot.listing.stat(spot.number).mode)
    return not is_folder and not is_same(base, to_row(spot, None))


def _compare(spot: Spot, base: Row | None, content: Content | None, changes: LocalChanges) -> None:
    row = to_row(spot, content)
    if is_same(base, row):
        spot.listing.flags[spot.number] |= CLEAN
        changes.is_index_changed = True
    else:
        changes.delta[spot.path] = (base, row)


def to_row(spot: Spot, content: Content | None) -> Row:
    """The entry as a row; with the place of its content, if that was stored."""
    state = spot.listing.stat(spot.number)
    digest = spot.listing.digest(spot.number)
    mode = stat.S_IMODE(state.mode) & 0o777
    if stat.S_ISDIR(state.mode):
        return Row(spot.path, FOLDER, mode, 0, 0, digest, (), 0)
    kind = SYMLINK if stat.S_ISLNK(state.mode) else FILE
    size = content.size if content else state.size
    blocks, start = content.place if content and content.place else ((), 0)
    return Row(spot.path, kind, mode, size, state.mtime_ns, digest, blocks, start)


def _find_deleted(
    scan: Scan, rules: TrackingRules, root: Path, rows: dict[bytes, Row], changes: LocalChanges
) -> None:
    index = scan.index
    index.absent = {path for path in index.absent if path in rows}
    for path in index.absent:
        if any(is_under(path, folder) for folder in scan.closed):
            continue
        changes.delta[path] = (rows[path], None)
        name = to_str(path)
        if os.path.lexists(f"{root}/{name}") and rows[path].kind != FOLDER:
            verdict = rules.why(name)
            if not verdict.tracked:
                reason = f"it is left out from now on, by {verdict.rule!r}; the file stays"
                changes.problems.append(Problem(name, reason))

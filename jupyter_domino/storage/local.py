"""What the tree has that its base has not: scan, read what changed, compare.

A path that cannot be read is never taken for deleted: its row in the base stays.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
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

_WITHOUT_CLEAN = bytes(flag & ~CLEAN for flag in range(256))
NOTHING_KNOWN: Mapping[bytes, Row | None] = {}

Take = Callable[[list[Candidate], dict[bytes, Row]], Iterable[Taken]]
"""Reads candidates, given the base's rows; may store them on the way."""


class Taking(NamedTuple):
    """How to read what changed."""

    take: Take
    is_storing: bool
    """Then also what is known, but not from the base, is read: its content must be stored."""


class Base(NamedTuple):
    """What the tree is compared with."""

    revision: str
    """Empty: no files."""
    pages: Pages
    rows: Mapping[bytes, Row | None] = NOTHING_KNOWN
    """Rows that need not be looked up; None: the path is not there."""


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
        numbers = listing.unsettled()
        if not numbers:
            continue
        names = listing.name_list()
        prefix = folder + b"/" if folder else b""
        for number in numbers:
            name = names[number]
            yield Spot(listing, number, prefix + name if name else folder)


def find_changes(
    pool: Pool, base: Base, scan: Scan, rules: TrackingRules, root: Path, taking: Taking
) -> LocalChanges:
    """How the tree differs from `base`.

    The index then refers to that base, and knows of each entry that could be read what it is.
    """
    index = scan.index
    changes = LocalChanges(problems=list(scan.problems), is_index_changed=scan.is_changed)
    rows = _base_rows(pool, base, scan, changes)
    spots = {spot.path: spot for spot in unsettled(index)}
    candidates = _candidates(spots, root, rows, taking)
    contents: dict[bytes, Content] = {}
    for taken in taking.take(candidates, rows):
        path = taken.candidate.path
        if isinstance(taken.outcome, Trouble):
            changes.problems.append(Problem(to_str(path), taken.outcome.reason))
            del spots[path]
            continue
        spot = spots[path]
        spot.listing.record(spot.number, taken.outcome.state, taken.outcome.digest)
        contents[path] = taken.outcome
        changes.is_index_changed = True
    for path, spot in spots.items():
        if spot.listing.flags[spot.number] & KNOWN:
            _compare(spot, rows.get(path), contents.get(path), changes)
    _find_deleted(scan, rules, root, rows, changes)
    return changes


def _base_rows(pool: Pool, base: Base, scan: Scan, changes: LocalChanges) -> dict[bytes, Row]:
    """The base's rows that the tree is to be compared with."""
    index = scan.index
    if index.base == base.revision and not scan.closed:
        if not base.pages:
            return {}
        paths = [spot.path for spot in unsettled(index)] + list(index.absent)
        rows = {path: row for path in paths if (row := base.rows.get(path)) is not None}
        rows.update(find_rows(pool, base.pages, (p for p in paths if p not in base.rows)))
        return rows
    # The index is about another base, or about none: everything is compared.
    for listing in index.folders.values():
        listing.flags = listing.flags.translate(_WITHOUT_CLEAN)
    rows = {row.path: row for row in walk(pool, base.pages)}
    index.absent = {path for path in rows if not index.is_tracked(path)}
    index.base = "" if scan.closed else base.revision
    changes.is_index_changed = True
    return rows


def _candidates(
    spots: dict[bytes, Spot], root: Path, rows: dict[bytes, Row], taking: Taking
) -> list[Candidate]:
    candidates = []
    for path in sorted(spots):
        spot = spots[path]
        is_known = spot.listing.flags[spot.number] & KNOWN
        if is_known and not (taking.is_storing and _is_to_store(spot, rows.get(path))):
            continue
        mode, size, mtime_ns, _, _ = spot.listing.stat(spot.number)
        file = f"{root}/{to_str(path)}"
        candidates.append(Candidate(path, file, stat.S_ISLNK(mode), size, mtime_ns))
    return candidates


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
    if content is None:
        state, digest = spot.listing.stat(spot.number), spot.listing.digest(spot.number)
        size, place = state.size, None
    else:
        digest, state, size, place = content
    mode = stat.S_IMODE(state.mode) & 0o777
    if stat.S_ISDIR(state.mode):
        return Row(spot.path, FOLDER, mode, 0, 0, digest, (), 0)
    kind = SYMLINK if stat.S_ISLNK(state.mode) else FILE
    blocks, start = place or ((), 0)
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
        if rows[path].kind != FOLDER and _is_left_out(name, rules, root):
            reason = "the rules leave it out from now on: it stays on disk and in old revisions"
            changes.problems.append(Problem(name, reason))


def _is_left_out(path: str, rules: TrackingRules, root: Path) -> bool:
    """The path is there, but not tracked any more."""
    if not os.path.lexists(f"{root}/{path}"):
        return False
    folders = accumulate(path.split("/")[:-1], "{}/{}".format)
    return not (all(map(rules.enters, folders)) and rules.tracks_file(path))

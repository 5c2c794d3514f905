"""A folder, the repository it is a view of, and what every operation on the two needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_domino.errors import Conflict, NotFound
from jupyter_domino.progress import Progress
from jupyter_domino.storage.dotfolder import DotFolder
from jupyter_domino.storage.index import CLEAN, KNOWN, TreeIndex
from jupyter_domino.storage.local import (
    NOTHING_KNOWN,
    Base,
    LocalChanges,
    Take,
    Taking,
    find_changes,
    unsettled,
)
from jupyter_domino.storage.manifest import Delta, Pages, delta
from jupyter_domino.storage.materialise import TreeWriter
from jupyter_domino.storage.merge import conflict_name
from jupyter_domino.storage.os_errors import file_errors
from jupyter_domino.storage.pool import Pool
from jupyter_domino.storage.repository import Repository
from jupyter_domino.storage.root import Root
from jupyter_domino.storage.rows import FOLDER, Row, is_same, is_under, to_change, to_str
from jupyter_domino.storage.rules import TrackingRules
from jupyter_domino.storage.scan import Scan, scan_tree
from jupyter_domino.storage.steady import Stat
from jupyter_domino.storage.values import Change, Problem, RevisionId
from jupyter_domino.storage.writer import Candidate, Taken, examine, settle_young


@dataclass(frozen=True, slots=True)
class Tree:
    """What does not change while a working tree is open."""

    root: Path
    repository: Repository
    rules: TrackingRules
    writable: bytes
    """Prefix of the paths that may be written; the others belong to git."""
    dot: DotFolder

    @property
    def pool(self) -> Pool:
        """The project's immutable objects."""
        return self.repository.pool

    def root_of(self, revision: RevisionId | None) -> Root | None:
        """Its root; None of None."""
        if revision is None:
            return None
        try:
            return self.pool.root(revision)
        except NotFound as error:
            raise NotFound(
                f"{self.root} is based on revision {revision[:12]}, which is not in "
                f"{self.pool.store.url}: check that the project's store is the right one.",
                code="revision-not-found",
                details={"revision": revision},
            ) from error

    def pages_of(self, revision: RevisionId | None) -> Pages:
        """Its pages; none of None."""
        root = self.root_of(revision)
        return root.pages if root else ()

    def scan(self, index: TreeIndex, progress: Progress, ours: TreeWriter | None = None) -> Scan:
        """List the tree.

        Raises:
            Refused, Unavailable: the root cannot be listed or `.domino` not written.
        """
        with file_errors(str(self.root)):
            written = ours.written if ours else None
            return scan_tree(self.root, index, self.rules, progress, written)

    def look(
        self, base: RevisionId | None, progress: Progress, store: Take | None = None
    ) -> tuple[Scan, LocalChanges]:
        """Scan the tree and compare it with its base.

        What is not known is read; with `store`, what differs is read and stored by it.
        """
        scan = self.scan(self.dot.load_index(), progress)
        take = Taking(store or self._examiner(progress), is_storing=store is not None)
        return scan, self.compare(base, scan, take)

    def compare(
        self,
        base: RevisionId | None,
        scan: Scan,
        take: Taking,
        rows: Mapping[bytes, Row | None] = NOTHING_KNOWN,
    ) -> LocalChanges:
        """Compare what was scanned with a base, of which some `rows` are at hand."""
        state = Base(base or "", self.pages_of(base), rows)
        return find_changes(self.pool, state, scan, self.rules, self.root, take)

    def _examiner(self, progress: Progress) -> Take:

        def take(candidates: list[Candidate], _: dict[bytes, Row]) -> Iterable[Taken]:
            settle = settle_young(candidates, str(self.root))
            return examine(self.pool, candidates, progress, settle=settle)

        return take

    def sweep(self, scan: Scan) -> None:
        """Delete what writers that died left behind. The tree is locked, so none is alive."""
        for path in scan.leftovers:
            with file_errors(path):
                (self.root / path).unlink(missing_ok=True)

    def refuse_half_hydrated(self) -> None:
        """Raises `Conflict` if a hydrate was cut short."""
        target = self.dot.hydrating
        if target is not None:
            raise Conflict(
                f"A hydrate of {self.root} was cut short, and part of its files are those of "
                f"revision {target[:12]}: hydrate that revision again first.",
                code="unsynced-changes",
                details={"revision": target, "paths": []},
            )


@dataclass(frozen=True, slots=True)
class Incoming:
    """What has to be written for the tree to be at a revision."""

    delta: Delta
    """From the tree's rows to the revision's."""
    kept: frozenset[bytes]
    """Paths in it whose edits stay: the revision's version goes beside them."""

    def changes(self) -> tuple[Change, ...]:
        """As users see it."""
        return tuple(to_change(*self.delta[path]) for path in sorted(self.delta))


def incoming(
    tree: Tree, base: RevisionId | None, local: LocalChanges, target: Pages, kept: Iterable[bytes]
) -> Incoming:
    """What differs between the tree and `target`, apart from the edits `kept` as they are."""
    moved = delta(tree.pool, tree.pages_of(base), target)
    keep = frozenset(kept)
    differing: Delta = {}
    for path in moved.keys() | local.delta.keys():
        if not is_under(path, tree.writable) or (path in keep and path not in moved):
            continue
        here = local.delta[path][1] if path in local.delta else moved[path][0]
        there = moved[path][1] if path in moved else local.delta[path][0]
        if not is_same(here, there):
            differing[path] = (here, there)
    return Incoming(differing, keep & differing.keys())


def bring_in(
    tree: Tree, scan: Scan, wanted: Incoming, number: int, progress: Progress
) -> TreeWriter:
    """Write what is incoming; nothing is written over that is not as it was scanned.

    What is in the way stays, and the revision's version is written beside it under the name
    of a conflict copy. The writer's `notes` say so.
    """
    writer = TreeWriter(str(tree.root), tree.pool, progress)
    expected = expectations(scan.index, wanted.delta)
    blocked = unread(scan, wanted.delta) | wanted.kept
    free = {path: rows for path, rows in wanted.delta.items() if path not in blocked}
    write_delta(writer, free, expected)
    for path in sorted(blocked.union(writer.in_the_way)):
        _write_beside(writer, path, wanted.delta[path][1], number)
    return writer


def write_delta(writer: TreeWriter, wanted: Delta, expected: dict[bytes, Stat | None]) -> None:
    """Delete, then write, so that a file can make room for a folder."""
    writer.delete([old for old, new in wanted.values() if old and _makes_room(old, new)], expected)
    for path in writer.deleted:
        expected[path] = None
    writer.write([new for _, (_, new) in sorted(wanted.items()) if new is not None], expected)


def expectations(index: TreeIndex, paths: Iterable[bytes]) -> dict[bytes, Stat | None]:
    """What the scan found at each path that is tracked; nothing at the others."""
    found: dict[bytes, Stat | None] = {}
    for path in paths:
        spot = index.locate(path)
        found[path] = spot[0].stat(spot[1]) if spot and spot[0].flags[spot[1]] else None
    return found


def record_clean(tree: Tree, scan: Scan, base: RevisionId, local: LocalChanges) -> None:
    """After a revision that the tree equals: the index says so, without another look."""
    index = scan.index
    if index.base or not scan.closed:
        index.base = base
    for spot in unsettled(index):
        if spot.listing.flags[spot.number] & KNOWN and spot.path in local.delta:
            spot.listing.flags[spot.number] |= CLEAN
    index.absent = set()
    tree.dot.save_index(index, scan.racy_from_ns)


def record_written(
    tree: Tree, scan: Scan, base: RevisionId, wanted: Incoming, writer: TreeWriter
) -> None:
    """After files were written: the tree is at `base`. Scan again, trusting what was written.

    Not if a file could not be written: its absence would be taken for a deletion. The base
    then stays, and the next sync tries again.
    """
    if writer.problems:
        return
    if tree.dot.base != base:
        tree.dot.set_base(base)
    index = scan.index
    local_paths = [spot.path for spot in unsettled(index)]
    index.rebase(base, iter([*wanted.delta, *local_paths]))
    again = tree.scan(index, lambda *_: None, writer)
    if scan.closed or again.closed:
        again.index.base = ""
    else:
        rows = {path: new for path, (_, new) in wanted.delta.items()}
        tree.compare(base, again, Taking(lambda *_: (), is_storing=False), rows)
    tree.dot.save_index(again.index, again.racy_from_ns)


def unread(scan: Scan, paths: Iterable[bytes]) -> set[bytes]:
    """Paths of which nobody knows what the tree has there: they must not be touched."""
    wanted = set(paths)
    spots = unsettled(scan.index)
    found = {spot.path for spot in spots if not spot.listing.flags[spot.number] & KNOWN} & wanted
    for folder in scan.closed:
        found.update(path for path in wanted if is_under(path, folder))
    return found


def _makes_room(old: Row, new: Row | None) -> bool:
    return new is None or (old.kind == FOLDER) != (new.kind == FOLDER)


def _write_beside(writer: TreeWriter, path: bytes, row: Row | None, number: int) -> None:
    name = to_str(path)
    if row is None or row.kind == FOLDER:
        reason = f"it was changed meanwhile, and stays, though r{number} has it no more"
        writer.notes.append(Problem(name, reason))
        return
    copy = row._replace(path=conflict_name(path, f"r{number}", 1))
    writer.write([copy], {})
    writer.written.pop(copy.path, None)  # no revision has it yet
    reason = f"it was changed meanwhile, and stays; r{number}'s is {to_str(copy.path)!r}"
    writer.notes.append(Problem(name, reason))

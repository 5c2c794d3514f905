"""The tree as it is: every folder listed, every entry's state, nothing read.

What equals the index byte for byte, folder by folder, keeps its listing; only other folders
are gone through by entry.
"""

import os
import stat
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from jupyter_domino.progress import Progress
from jupyter_domino.storage.ids import DIGEST_SIZE
from jupyter_domino.storage.index import CLEAN, KNOWN, STAT_SIZE, TRACKED, Listing, TreeIndex
from jupyter_domino.storage.rows import Row, to_bytes, to_str
from jupyter_domino.storage.rules import TrackingRules, is_temporary
from jupyter_domino.storage.steady import to_stat
from jupyter_domino.storage.values import Problem

SLACK_NS = 20_000_000
"""Coarser than any clock tick by which file systems stamp changes (4 ms or 10 ms)."""

REPORT_EVERY = 64
"""Folders between two reports of progress."""

_SPECIAL = {
    stat.S_IFSOCK: "a socket",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def why_never_stored(mode: int) -> str | None:
    """Why nothing of this kind is stored; None for files, symlinks and folders."""
    what = _SPECIAL.get(stat.S_IFMT(mode))
    return what and f"it is {what}: only files are stored"


class Written(NamedTuple):
    """A file that we wrote ourselves: if it is still that, its digest is known."""

    inode: int
    size: int
    mtime_ns: int
    row: Row
    """What it is, also in the revision that the tree's base is then."""


@dataclass(slots=True)
class Scan:
    """What a scan found."""

    index: TreeIndex
    """Of the tree as it is; entries without `KNOWN` are to be read."""
    racy_from_ns: int
    """By the file system's clock: what changed since may change again unseen."""
    problems: list[Problem] = field(default_factory=list)
    closed: list[bytes] = field(default_factory=list)
    """Folders that could not be listed."""
    leftovers: list[str] = field(default_factory=list)
    """Temporary files of writers that died."""
    is_changed: bool = False
    """The index on disk does not say the same."""


class _Raw(NamedTuple):
    """A folder as the system lists it."""

    names: list[str]
    stats: "array[int]"
    folders: list[str]


def scan_tree(
    root: Path,
    index: TreeIndex,
    rules: TrackingRules,
    progress: Progress,
    written: Mapping[bytes, Written] | None = None,
) -> Scan:
    """List the tree, taking from `index` what has not changed.

    Raises:
        OSError: the root itself cannot be listed.
    """
    fingerprint = rules.refresh()
    scanner = _Scanner(str(root), index, fingerprint, rules, written or {})
    scanner.run(progress)
    return scanner.scan


def file_system_now(root: Path) -> int:
    """Nanoseconds since 1970 by the clock that stamps the files at `root`."""
    marker = root / ".domino" / "clock"
    with marker.open("wb"):
        os.utime(marker)
        return marker.stat().st_ctime_ns


class _Scanner:
    """One scan."""

    def __init__(
        self,
        root: str,
        old: TreeIndex,
        fingerprint: str,
        rules: TrackingRules,
        written: Mapping[bytes, Written],
    ) -> None:
        self._root = root
        self._old = old
        self._rules = rules
        self._written = written
        self._same_rules = old.fingerprint == fingerprint
        self._gone: set[bytes] = set(old.absent)
        new = TreeIndex(old.base, fingerprint)
        self.scan = Scan(new, file_system_now(Path(root)) - SLACK_NS)

    def run(self, progress: Progress) -> None:
        """Go through the folders."""
        waiting, files, number = [""], 0, 0
        while waiting:
            folder = waiting.pop()
            listing, folders = self._folder(folder)
            prefix = folder + "/" if folder else ""
            waiting.extend(prefix + name for name in reversed(folders))
            files += listing.files if listing else 0
            number += 1
            if number % REPORT_EVERY == 0:
                progress("scan", files, None, "files")
        self._finish()
        progress("scan", files, files, "files")

    def _folder(self, folder: str) -> tuple[Listing | None, list[str]]:
        raw = self._list(folder)
        if raw is None:
            return None, []
        folders = self._entered(folder, raw.folders)
        key = to_bytes(folder)
        old = self._old.folders.get(key)
        if not raw.names and not raw.folders and self._rules.keeps_empty(folder):
            names, stats = b"\0", self._itself(folder)
        else:
            names = os.fsencode("\0".join(raw.names)) + b"\0" if raw.names else b""
            stats = raw.stats.tobytes()
        if old is not None and self._same_rules and names == old.names and stats == old.stats:
            self.scan.index.folders[key] = old
            return old, folders
        listing = self._reconcile(folder, raw.names, Listing.new(names, stats), old)
        self.scan.index.folders[key] = listing
        return listing, folders

    def _entered(self, folder: str, names: list[str]) -> list[str]:
        prefix = folder + "/" if folder else ""
        entered = []
        for name in sorted(names):
            if self._rules.enters(prefix + name):
                entered.append(name)
            elif self._rules.is_foreign(prefix + name):
                reason = "it is a git checkout of its own: its files are not stored"
                self.scan.problems.append(Problem(prefix + name, reason))
        return entered

    def _itself(self, folder: str) -> bytes:
        """State of an empty folder, as far as it counts; its times and inode do not."""
        try:
            mode = os.lstat(f"{self._root}/{folder}").st_mode
        except OSError:
            mode = stat.S_IFDIR | 0o755  # gone since it was listed: the next scan sees it
        return array("q", (mode, 0, 0, 0, 1)).tobytes()

    def _list(self, folder: str) -> _Raw | None:
        """None: it is gone, or cannot be listed, which is noted."""
        path = f"{self._root}/{folder}" if folder else self._root
        names: list[str] = []
        found: list[os.stat_result] = []
        folders: list[str] = []
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                        continue
                    try:
                        found.append(entry.stat(follow_symlinks=False))
                    except FileNotFoundError:
                        continue
                    names.append(entry.name)
        except (FileNotFoundError, NotADirectoryError):
            if not folder:
                raise
            return None
        except OSError as error:
            if not folder:
                raise
            self._close(folder, error)
            return None
        return _Raw(names, _columns(found), folders)

    def _close(self, folder: str, error: OSError) -> None:
        reason = f"the folder cannot be listed: {error.strerror}"
        self.scan.problems.append(Problem(folder, reason))
        self.scan.closed.append(to_bytes(folder))

    def _reconcile(
        self, folder: str, raw_names: list[str], listing: Listing, old: Listing | None
    ) -> Listing:
        """The listing of a folder that is not as the index has it."""
        before = {} if old is None else {n: i for i, n in enumerate(old.name_list())}
        if listing.has_itself:
            listing.flags[0] = TRACKED | KNOWN
            return listing
        modes = array("q", bytes(listing.stats))[0::5]
        prefix = folder + "/" if folder else ""
        for number, name in enumerate(listing.name_list()):
            at = before.get(name)
            if at is not None and old is not None:
                self._carry(listing, number, old, at)
            if not (self._same_rules and listing.flags[number]):
                is_tracked = self._is_tracked(modes[number], prefix + raw_names[number])
                listing.flags[number] = listing.flags[number] | TRACKED if is_tracked else 0
        self._apply_written(listing, to_bytes(prefix))
        _count(listing)
        return listing

    def _carry(self, listing: Listing, number: int, old: Listing, at: int) -> None:
        """Keep what is known of an entry, if it is as it was."""
        here, there = number * STAT_SIZE, at * STAT_SIZE
        if listing.stats[here : here + STAT_SIZE] == old.stats[there : there + STAT_SIZE]:
            listing.flags[number] = old.flags[at]
            here, there = number * DIGEST_SIZE, at * DIGEST_SIZE
            listing.digests[here : here + DIGEST_SIZE] = old.digests[there : there + DIGEST_SIZE]

    def _is_tracked(self, mode: int, path: str) -> bool:
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            return False
        if self._rules.tracks_file(path):
            return True
        if is_temporary(path.rpartition("/")[2]):
            self.scan.leftovers.append(path)
        return False

    def _apply_written(self, listing: Listing, prefix: bytes) -> None:
        if not self._written:
            return
        for number, (name, state) in enumerate(
            zip(listing.name_list(), listing.states(), strict=True)
        ):
            ours = self._written.get(prefix + name)
            if ours is None or listing.flags[number] != TRACKED:
                continue
            mode, size, mtime_ns, _, inode = state
            if (inode, size, mtime_ns) != ours[:3]:
                continue
            listing.know(number, ours.row.digest)
            if stat.S_IMODE(mode) == ours.row.mode:
                listing.flags[number] |= CLEAN
                self._gone.discard(ours.row.path)

    def _finish(self) -> None:
        index, old = self.scan.index, self._old
        for folder, listing in old.folders.items():
            new = index.folders.get(folder)
            if new is listing:
                continue
            self.scan.is_changed |= new != listing
            prefix = folder + b"/" if folder else b""
            now = _tracked(new) if new else set()
            self._gone.update(prefix + name if name else folder for name in _tracked(listing) - now)
        self.scan.is_changed |= len(old.folders) != len(index.folders) or not self._same_rules
        index.absent = {path for path in self._gone if not index.is_tracked(path)}
        if self.scan.closed:
            # What is beneath a closed folder is unknown: compare everything next time.
            index.base = ""
        for folder, listing in index.folders.items():
            if listing.flags.count(0):
                self._report_special(folder, listing)

    def _report_special(self, folder: bytes, listing: Listing) -> None:
        modes = array("q", bytes(listing.stats))[0::5]
        for number, mode in enumerate(modes):
            reason = why_never_stored(mode)
            if reason is None:
                continue
            path = to_str(b"/".join(filter(None, (folder, listing.name_list()[number]))))
            if self._rules.tracks_file(path):
                self.scan.problems.append(Problem(path, reason))


def _columns(found: list[os.stat_result]) -> "array[int]":
    """Each as `to_stat` has it, without an object for each if all numbers fit, as they do."""
    numbers: list[int] = []
    extend = numbers.extend
    for each in found:
        extend((each.st_mode, each.st_size, each.st_mtime_ns, each.st_ctime_ns, each.st_ino))
    try:
        return array("q", numbers)
    except OverflowError:
        return array("q", chain.from_iterable(map(to_stat, found)))


def _tracked(listing: Listing) -> set[bytes]:
    names = listing.name_list()
    return {name for name, flag in zip(names, listing.flags, strict=True) if flag & TRACKED}


def _count(listing: Listing) -> None:
    columns = array("q", bytes(listing.stats))
    sizes = [
        size
        for size, mode, flag in zip(columns[1::5], columns[0::5], listing.flags, strict=True)
        if flag & TRACKED and not stat.S_ISDIR(mode)
    ]
    listing.files, listing.size = len(sizes), sum(sizes)

"""The index: what each path of the tree was when it was last read, so that it need not be again.

A cache: it may be lost, foreign, of another version or half written at any time, and is then
empty. It is columnar, a run of columns a folder, so that an unchanged folder is recognised by
comparing bytes.
"""

import json
import os
import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from blake3 import blake3

from jupyter_domino.storage.ids import DIGEST_SIZE
from jupyter_domino.storage.steady import Stat

TRACKED, KNOWN, CLEAN = 1, 2, 4
"""Flags of an entry: the rules track it; its digest is right; it equals the base's row."""

SETTLED = TRACKED | KNOWN | CLEAN
STAT_SIZE = 40
"""Bytes of a `Stat` as five signed 64-bit integers."""

MAGIC = b"JDI0"
_STAT = struct.Struct("=5q")
_HEAD = struct.Struct("<4s32sI")


@dataclass(slots=True)
class Listing:
    """One folder: columns over its entries, in the order in which the system lists them.

    Folders in it are listings of their own. An empty folder that is tracked has one entry
    with an empty name: itself.
    """

    names: bytes
    """Each followed by a zero byte."""
    stats: bytearray
    digests: bytearray
    flags: bytearray
    files: int = 0
    """Tracked files and symlinks."""
    size: int = 0
    """Sum of their sizes."""
    _positions: "dict[bytes, int] | None" = field(default=None, compare=False, repr=False)

    @classmethod
    def new(cls, names: bytes, stats: bytes) -> Self:
        """A folder of which nothing is known."""
        count = len(stats) // STAT_SIZE
        return cls(names, bytearray(stats), bytearray(count * DIGEST_SIZE), bytearray(count))

    @property
    def has_itself(self) -> bool:
        """Its one entry is the folder itself."""
        return self.names == b"\0"

    def name_list(self) -> list[bytes]:
        """The names."""
        return self.names.split(b"\0")[:-1]

    def position(self, name: bytes) -> int | None:
        """Number of the entry of that name."""
        if self._positions is None:
            self._positions = {each: number for number, each in enumerate(self.name_list())}
        return self._positions.get(name)

    def stat(self, number: int) -> Stat:
        """State of an entry."""
        return Stat._make(_STAT.unpack_from(self.stats, number * STAT_SIZE))

    def states(self) -> Iterator[tuple[int, ...]]:
        """The fields of each entry's `Stat`."""
        return _STAT.iter_unpack(self.stats)

    def digest(self, number: int) -> bytes:
        """Digest of an entry."""
        return bytes(self.digests[number * DIGEST_SIZE : (number + 1) * DIGEST_SIZE])

    def record(self, number: int, state: Stat, digest: bytes) -> None:
        """Note what an entry is."""
        _STAT.pack_into(self.stats, number * STAT_SIZE, *state)
        self.know(number, digest)

    def know(self, number: int, digest: bytes) -> None:
        """Note the digest of an entry that is as it was scanned."""
        self.digests[number * DIGEST_SIZE : (number + 1) * DIGEST_SIZE] = digest
        self.flags[number] |= KNOWN

    def unsettled(self) -> list[int]:
        """Entries that are tracked and not known to equal the base."""
        flags = self.flags
        if flags.count(SETTLED) + flags.count(0) == len(flags):
            return []
        return [i for i, flag in enumerate(flags) if flag & TRACKED and flag != SETTLED]


@dataclass(slots=True)
class TreeIndex:
    """What is known of the tree."""

    base: str = ""
    """The revision that `CLEAN` and `absent` refer to; empty: to none."""
    fingerprint: str = ""
    """Of the rules that decided `TRACKED`."""
    folders: dict[bytes, Listing] = field(default_factory=dict)
    """By path; the root's is empty."""
    absent: set[bytes] = field(default_factory=set)
    """Paths of the base that the tree has not, and perhaps some others."""

    def locate(self, path: bytes) -> tuple[Listing, int] | None:
        """Where the entry of `path` is; None when there is none."""
        folder, _, name = path.rpartition(b"/")
        listing = self.folders.get(folder)
        if listing is not None:
            number = listing.position(name)
            if number is not None:
                return listing, number
        listing = self.folders.get(path)
        return (listing, 0) if listing is not None and listing.has_itself else None

    def is_tracked(self, path: bytes) -> bool:
        """The tree has the path, and the rules track it."""
        found = self.locate(path)
        return found is not None and bool(found[0].flags[found[1]] & TRACKED)

    def rebase(self, base: str, touched: Iterator[bytes]) -> None:
        """Refer to another base, from which the old one differs in the `touched` paths at most."""
        self.base = base
        for path in touched:
            self.absent.add(path)
            found = self.locate(path)
            if found is not None:
                found[0].flags[found[1]] &= ~CLEAN


def save_index(index: TreeIndex, path: Path, racy_from_ns: int) -> None:
    """Write the index, atomically. Entries changed since `racy_from_ns` are not to be believed:
    a later write could leave their times as they are."""
    listings = index.folders.values()
    for listing in listings:
        _distrust(listing, racy_from_ns)
    header = json.dumps(
        {"base": index.base, "fingerprint": index.fingerprint, "order": sys.byteorder}
    ).encode()
    counts = array("q")
    for listing in listings:
        counts.extend((len(listing.names), len(listing.flags), listing.files, listing.size))
    sections = [
        header,
        b"".join(folder + b"\0" for folder in index.folders),
        b"".join(folder + b"\0" for folder in sorted(index.absent)),
        counts.tobytes(),
        b"".join(listing.names for listing in listings),
        b"".join(listing.stats for listing in listings),
        b"".join(listing.digests for listing in listings),
        b"".join(listing.flags for listing in listings),
    ]
    lengths = array("q", map(len, sections)).tobytes()
    hasher = blake3(lengths)
    for section in sections:
        hasher.update(section)
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.writelines([_HEAD.pack(MAGIC, hasher.digest(), len(sections)), lengths, *sections])
    new.replace(path)


def _distrust(listing: Listing, racy_from_ns: int) -> None:
    ctimes = array("q", bytes(listing.stats))[3::5]
    if max(ctimes, default=0) < racy_from_ns:
        return
    for number, ctime in enumerate(ctimes):
        if ctime >= racy_from_ns:
            # No file has inode 0: the entry never matches, and is read next time.
            state = listing.stat(number)._replace(inode=0)
            _STAT.pack_into(listing.stats, number * STAT_SIZE, *state)


def load_index(path: Path) -> TreeIndex:
    """The index; an empty one when the file is missing or not what it should be."""
    try:
        data = path.read_bytes()
        return _parse(memoryview(data))
    except (OSError, ValueError, KeyError, struct.error):
        return TreeIndex()


def _parse(data: memoryview) -> TreeIndex:
    magic, checksum, count = _HEAD.unpack_from(data)
    if magic != MAGIC or count != 8 or blake3(data[_HEAD.size :]).digest() != checksum:
        raise ValueError("not an index")
    at = _HEAD.size + 8 * count
    sections = []
    for length in array("q", bytes(data[_HEAD.size : at])):
        sections.append(data[at : at + length])
        at += length
    header = json.loads(bytes(sections[0]))
    if header["order"] != sys.byteorder:
        raise ValueError("from another machine")
    folders = bytes(sections[1]).split(b"\0")[:-1]
    absent = set(bytes(sections[2]).split(b"\0")[:-1])
    listings = _listings(array("q", bytes(sections[3])), sections[4:])
    return TreeIndex(
        header["base"], header["fingerprint"], dict(zip(folders, listings, strict=True)), absent
    )


def _listings(counts: "array[int]", columns: list[memoryview]) -> Iterator[Listing]:
    names, stats, digests, flags = columns
    n = at = 0
    for i in range(0, len(counts), 4):
        length, entries, files, size = counts[i : i + 4]
        yield Listing(
            bytes(names[n : n + length]),
            bytearray(stats[at * STAT_SIZE : (at + entries) * STAT_SIZE]),
            bytearray(digests[at * DIGEST_SIZE : (at + entries) * DIGEST_SIZE]),
            bytearray(flags[at : at + entries]),
            files,
            size,
        )
        n += length
        at += entries


def remove_index(path: Path) -> None:
    """Forget it."""
    if path.exists():
        os.unlink(path)

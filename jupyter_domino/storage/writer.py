"""Content on its way into packs: read once, hashed, and stored unless it is there already."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, TypeVar

from jupyter_domino.progress import Progress
from jupyter_domino.storage.chunker import LARGE_FILE, chunks
from jupyter_domino.storage.ids import NO_DIGEST
from jupyter_domino.storage.pack import (
    MIB,
    PACK_SIZE,
    SOLID_BLOCK_SIZE,
    Item,
    PackBuilder,
    Squeezed,
    squeeze,
)
from jupyter_domino.storage.pool import Pool
from jupyter_domino.storage.rows import Block, Row
from jupyter_domino.storage.steady import (
    YOUNG_NS,
    NotRegular,
    OpenFile,
    Stat,
    Unsteady,
    read_link,
    read_steadily,
    read_whole,
    sync_file_system,
)
from jupyter_domino.storage.workers import in_order

UNIT_SIZE = 4 * MIB
"""Bytes of small files that are read, then compressed by one thread, at a time."""

UNIT_FILES = 1000
MANY_YOUNG_FILES = 100
"""From here on one sync of the file system is cheaper than one of each file."""

T = TypeVar("T")

UPLOADS = 2
"""Packs on their way at a time: with the one being filled, 100 MB at most."""

Place = tuple[tuple[Block, ...], int]
"""A content's blocks, and where it starts in the first."""


class Candidate(NamedTuple):
    """A path whose content is not known."""

    path: bytes
    file: str
    """Where it is on the file system."""
    is_link: bool
    size: int
    """When it was scanned; decides how it is read, not what is stored."""
    mtime_ns: int


class Content(NamedTuple):
    """What a candidate was, all at one moment."""

    digest: bytes
    state: Stat
    size: int
    place: Place | None
    """None when it was only to be hashed."""


class Trouble(NamedTuple):
    """Why a candidate could not be taken, in plain words."""

    reason: str


Outcome = Content | Trouble


class Taken(NamedTuple):
    """A candidate and its outcome."""

    candidate: Candidate
    outcome: Outcome


def attempt(work: Callable[[], T]) -> T | Trouble:
    """What `work` gives, or in plain words why there is none."""
    try:
        return work()
    except Unsteady:
        return Trouble("it changed while it was read, again and again: sync again when it rests")
    except NotRegular:
        return Trouble("it became something else while it was read: sync again")
    except FileNotFoundError:
        return Trouble("it vanished while it was read: sync again")
    except OSError as error:
        return Trouble(f"it cannot be read: {error.strerror}")


def settle_young(candidates: list[Candidate], root: str) -> bool:
    """Make later writes through mappings show, all at once if there are many young files.

    Returns whether young files are still to be settled one by one.
    """
    now = time.time_ns()
    young = sum(now - candidate.mtime_ns < YOUNG_NS for candidate in candidates)
    if young < MANY_YOUNG_FILES:
        return True
    sync_file_system(root)
    return False


class _Unit(NamedTuple):
    """Small files that were read, and the blocks that they make."""

    taken: list[Taken]
    blocks: list[tuple[bytes, tuple[Item, ...]]]


def _squeeze_unit(unit: _Unit) -> tuple[list[Taken], list[Squeezed]]:
    return unit.taken, [squeeze(raw, items) for raw, items in unit.blocks]


class ContentWriter:
    """Stores contents, each once. Not for several threads; it starts its own."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._settle = True
        self._known: dict[bytes, Place] = {}
        self._chunks: dict[bytes, Block] = {}
        self._packs = _Packs(pool)

    @property
    def bytes_written(self) -> int:
        """Size of the packs written; final after `finish`."""
        return self._packs.written

    def know(self, rows: Iterable[Row]) -> None:
        """Contents that need not be stored, and the chunks of large ones."""
        for row in rows:
            if row.blocks:
                self._known.setdefault(row.digest, (row.blocks, row.start))
            for block in row.blocks:
                if block.digest != NO_DIGEST:
                    self._chunks.setdefault(block.digest, block)

    def store(
        self, candidates: list[Candidate], progress: Progress, *, settle: bool
    ) -> Iterator[Taken]:
        """Store the contents; outcomes in an order of its own.

        With `settle`, young files are settled one by one.

        The places are in the store, and their packs have ids, after `finish`.

        Raises:
            DominoError: the store failed. Nothing names what was written.
        """
        self._settle = settle
        total = sum(candidate.size for candidate in candidates)
        done = 0
        small = [c for c in candidates if c.is_link or c.size < LARGE_FILE]
        # One thread reads: several would wait for each other at every call of the system.
        for taken, blocks in in_order(_squeeze_unit, map(self._read_unit, _units(small))):
            for block in blocks:
                self._place(block)
            for candidate, outcome in taken:
                done += candidate.size
                yield Taken(candidate, self._placed(outcome))
            progress("read", done, total, "bytes")
        for candidate in candidates:
            if not candidate.is_link and candidate.size >= LARGE_FILE:
                yield Taken(candidate, attempt(partial(self._store_large, candidate)))
                done += candidate.size
                progress("read", done, total, "bytes")

    def finish(self) -> None:
        """Write what is left, and wait until all of it is durable."""
        self._packs.finish()

    def abandon(self) -> None:
        """Stop; what was written stays in the store without a name."""
        self._packs.abandon()

    def _read_unit(self, unit: list[Candidate]) -> _Unit:
        taken: list[Taken] = []
        blocks: list[tuple[bytes, tuple[Item, ...]]] = []
        fresh: set[bytes] = set()
        pieces: list[bytes] = []
        items: list[Item] = []
        size = 0
        for candidate in unit:
            found = attempt(partial(self._read_small, candidate))
            if isinstance(found, Trouble):
                taken.append(Taken(candidate, found))
                continue
            content, state = found
            digest = self._pool.keys.digest(content)
            taken.append(Taken(candidate, Content(digest, state, len(content), None)))
            if not content or digest in self._known or digest in fresh:
                continue
            fresh.add(digest)
            pieces.append(content)
            items.append(Item(digest, size, len(content)))
            size += len(content)
            if size >= SOLID_BLOCK_SIZE:
                blocks.append((b"".join(pieces), tuple(items)))
                pieces, items, size = [], [], 0
        if pieces:
            blocks.append((b"".join(pieces), tuple(items)))
        return _Unit(taken, blocks)

    def _read_small(self, candidate: Candidate) -> tuple[bytes, Stat]:
        if candidate.is_link:
            return read_link(candidate.file)
        return read_steadily(candidate.file, read_whole, settle=self._settle)

    def _place(self, squeezed: Squeezed) -> None:
        block = self._packs.add(squeezed)
        for item in squeezed.items:
            self._known[item.digest] = ((block,), item.start)
        if block.digest != NO_DIGEST:
            self._chunks[block.digest] = block

    def _placed(self, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Trouble):
            return outcome
        digest, state, size, _ = outcome
        return Content(digest, state, size, self._known[digest] if size else ((), 0))

    def _store_large(self, candidate: Candidate) -> Content:
        def take(file: OpenFile, _: Stat) -> tuple[bytes, int, Place]:
            hasher = self._pool.keys.hasher()
            blocks: list[Block] = []
            size = 0

            def feed() -> Iterator[memoryview]:
                nonlocal size
                for chunk in chunks(file):
                    hasher.update(chunk)
                    size += len(chunk)
                    yield chunk

            for digest, squeezed in in_order(self._squeeze_chunk, feed()):
                if squeezed is not None and digest not in self._chunks:
                    self._place(squeezed)
                blocks.append(self._chunks[digest])
            return hasher.digest(), size, (tuple(blocks), 0)

        taken, state = read_steadily(candidate.file, take, settle=self._settle)
        digest, size, place = taken
        return Content(digest, state, size, place)

    def _squeeze_chunk(self, chunk: memoryview) -> tuple[bytes, Squeezed | None]:
        digest = self._pool.keys.digest(chunk)
        if digest in self._chunks:
            return digest, None
        return digest, squeeze(chunk, (Item(digest, 0, len(chunk)),), sample=True)


class _Packs:
    """The pack being filled, and those on their way into the store."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._builder = PackBuilder()
        self._executor: ThreadPoolExecutor | None = None
        self._uploads: deque[Future[int]] = deque()
        self.written = 0

    def add(self, block: Squeezed) -> Block:
        if self._builder.size + len(block.data) > PACK_SIZE:
            self._flush()
        return self._builder.add(block)

    def finish(self) -> None:
        if self._builder.size:
            self._flush()
        while self._uploads:
            self.written += self._uploads.popleft().result()
        self.abandon()

    def abandon(self) -> None:
        for upload in self._uploads:
            upload.cancel()
        if self._executor is not None:
            self._executor.shutdown()
            self._executor = None

    def _flush(self) -> None:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(UPLOADS, thread_name_prefix="domino-upload")
        while len(self._uploads) >= UPLOADS:
            self.written += self._uploads.popleft().result()
        self._uploads.append(self._executor.submit(self._pool.put_pack, self._builder))
        self._builder = PackBuilder()


def _units(candidates: list[Candidate]) -> Iterator[list[Candidate]]:
    unit: list[Candidate] = []
    size = 0
    for candidate in candidates:
        unit.append(candidate)
        size += candidate.size
        if size >= UNIT_SIZE or len(unit) >= UNIT_FILES:
            yield unit
            unit, size = [], 0
    if unit:
        yield unit


def examine(
    pool: Pool, candidates: list[Candidate], progress: Progress, *, settle: bool
) -> Iterator[Taken]:
    """Hash the contents without storing them."""
    total = sum(candidate.size for candidate in candidates)
    done = 0

    def hash_file(file: OpenFile, _: Stat) -> tuple[bytes, int]:
        hasher, size = pool.keys.hasher(), 0
        while piece := file.read(MIB):
            hasher.update(piece)
            size += len(piece)
        return hasher.digest(), size

    def take(candidate: Candidate) -> Content:
        if candidate.is_link:
            target, state = read_link(candidate.file)
            return Content(pool.keys.digest(target), state, len(target), None)
        (digest, size), state = read_steadily(candidate.file, hash_file, settle=settle)
        return Content(digest, state, size, None)

    def work(unit: list[Candidate]) -> list[Taken]:
        return [Taken(c, attempt(partial(take, c))) for c in unit]

    for unit in in_order(work, _units(candidates)):
        done += sum(taken.candidate.size for taken in unit)
        progress("read", done, total, "bytes")
        yield from unit

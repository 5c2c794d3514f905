"""Reading content back: one file as a stream, or many with few requests. Always verified."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jupyter_domino.errors import Damaged
from jupyter_domino.storage.ids import NO_DIGEST
from jupyter_domino.storage.pack import MIB, unsqueeze
from jupyter_domino.storage.pool import Pool
from jupyter_domino.storage.rows import FOLDER, Block, Row, to_str
from jupyter_domino.storage.workers import in_order

FETCH_SIZE = 8 * MIB
"""Stored bytes of one request: enough to keep a fast line busy, few enough to hold several."""

RAW_SIZE = 2 * FETCH_SIZE
"""Bytes that one request may unpack to: what shrinks to nothing must not fill the memory."""

GAP = 128 * 1024
"""Bytes that are cheaper to read and drop than a request of their own."""


class Fetch(NamedTuple):
    """One request for a run of a pack, and the rows that it serves, by block."""

    pack: bytes
    start: int
    length: int
    blocks: list[tuple[Block, list[Row]]]


def is_streamed(row: Row) -> bool:
    """Its content lies in several blocks, too much to hold at once."""
    return len(row.blocks) > 1


def plan_fetches(rows: Iterable[Row]) -> list[Fetch]:
    """The requests that bring the content of all `rows` of at most one block."""
    places: dict[tuple[bytes, int], tuple[Block, list[Row]]] = {}
    for row in rows:
        block = row.blocks[0]
        places.setdefault((block.pack.id, block.offset), (block, []))[1].append(row)
    return [_fetch(group) for group in _runs([places[key] for key in sorted(places)])]


def _runs(
    blocks: list[tuple[Block, list[Row]]],
) -> Iterator[list[tuple[Block, list[Row]]]]:
    """Neighbouring blocks of one pack, as far as one request should reach."""
    run: list[tuple[Block, list[Row]]] = []
    raw = 0
    for entry in blocks:
        block = entry[0]
        if run:
            first, last = run[0][0], run[-1][0]
            # A block that repeats may lie before the last one.
            is_near = 0 <= block.offset - (last.offset + last.stored) <= GAP
            fits = block.offset + block.stored - first.offset <= FETCH_SIZE
            is_small = raw + block.raw <= RAW_SIZE
            if block.pack.id != last.pack.id or not (is_near and fits and is_small):
                yield run
                run, raw = [], 0
        run.append(entry)
        raw += block.raw
    if run:
        yield run


def _fetch(run: list[tuple[Block, list[Row]]]) -> Fetch:
    first, last = run[0][0], run[-1][0]
    return Fetch(first.pack.id, first.offset, last.offset + last.stored - first.offset, run)


def raw_blocks(pool: Pool, fetch: Fetch) -> list[bytes]:
    """The blocks of `fetch`, unpacked. Runs beside the interpreter for the most part.

    Raises:
        Damaged: the pack is missing, or a block is not what it should be.
    """
    data = memoryview(pool.read_pack(fetch.pack, fetch.start, fetch.length))
    raw = []
    for block, _ in fetch.blocks:
        at = block.offset - fetch.start
        raw.append(_raw(pool, block, data[at : at + block.stored]))
    return raw


def contents(pool: Pool, fetch: Fetch, blocks: list[bytes]) -> Iterator[tuple[Row, memoryview]]:
    """The verified content of each row that `fetch` serves, from its blocks.

    Raises:
        Damaged: a block's bytes are not those of a row.
    """
    for (block, rows), data in zip(fetch.blocks, blocks, strict=True):
        raw = memoryview(data)
        for row in rows:
            content = raw[row.start : row.start + row.size]
            if pool.keys.digest(content) != row.digest:
                raise _not_this(pool, row, block)
            yield row, content


def read(pool: Pool, row: Row) -> Iterator[bytes]:
    """The content of a row in pieces, each verified; empty for a folder.

    Raises:
        Damaged: a pack is missing or damaged. Pieces given before are right.
    """
    if row.kind == FOLDER:
        return
    if len(row.blocks) <= 1:
        yield from _read_one(pool, row)
        return
    hasher, size = pool.keys.hasher(), 0
    runs = _runs([(block, [row]) for block in row.blocks])
    for chunks in in_order(lambda run: _read_run(pool, row, _fetch(run)), runs):
        for chunk in chunks:
            hasher.update(chunk)
            size += len(chunk)
            yield chunk
    if hasher.digest() != row.digest or size != row.size:
        raise _not_this(pool, row, row.blocks[0])


def _read_run(pool: Pool, row: Row, fetch: Fetch) -> list[bytes]:
    """The verified chunks that one request brings."""
    chunks = raw_blocks(pool, fetch)
    for (block, _), raw in zip(fetch.blocks, chunks, strict=True):
        if block.digest == NO_DIGEST or pool.keys.digest(raw) != block.digest:
            raise _not_this(pool, row, block)
    return chunks


def _read_one(pool: Pool, row: Row) -> Iterator[bytes]:
    if row.blocks:
        (fetch,) = plan_fetches([row])
        for _, content in contents(pool, fetch, raw_blocks(pool, fetch)):
            yield bytes(content)
    elif row.size or pool.keys.digest(b"") != row.digest:
        raise pool.damaged(to_str(row.path), "its row has no content")


def _raw(pool: Pool, block: Block, data: memoryview) -> bytes:
    try:
        return unsqueeze(data, block)
    except ValueError as error:
        raise pool.damaged_pack(block.pack.id, str(error)) from error


def _not_this(pool: Pool, row: Row, block: Block) -> Damaged:
    error = pool.damaged_pack(block.pack.id, f"the content of {to_str(row.path)!r} is another")
    error.details["path"] = to_str(row.path)
    return error

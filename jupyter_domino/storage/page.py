"""Pages: neighbouring rows as columns, and where pages end (FORMAT.md, 6). Pure."""

import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import lt
from typing import NamedTuple

import zstandard

from jupyter_domino.storage.columns import read_column, read_slices, to_little_endian
from jupyter_domino.storage.ids import DIGEST_SIZE, ID_SIZE, Keys, object_id
from jupyter_domino.storage.pack import RAW, ZSTD
from jupyter_domino.storage.rows import FOLDER, Block, PackName, Row, is_valid_path

MIN_ROWS, MAX_ROWS = 256, 4096
CUT = 1024
"""A page ends where the path's CRC-32 is a multiple of it: at 1,000 rows on average, wherever
rows were added before."""

MAX_PAGE = 1 << 26
"""Bytes of an unpacked page: 4,096 rows of the longest paths, and room for large files' blocks."""

MAGIC = b"JDL0"
_LOGICAL = struct.Struct("<4sII")
_PHYSICAL = struct.Struct("<II")


class Page(NamedTuple):
    """An encoded page."""

    first: bytes
    id: bytes
    rows: int
    files: int
    size: int
    """Sum of its files' sizes."""
    data: bytes


def cut_pages(rows: Iterable[Row]) -> Iterator[tuple[list[Row], bool]]:
    """Rows in groups of one page each; False with a last one that ended for want of rows."""
    page: list[Row] = []
    for row in rows:
        page.append(row)
        count = len(page)
        if count >= MAX_ROWS or (count >= MIN_ROWS and zlib.crc32(row.path) % CUT == 0):
            yield page, True
            page = []
    if page:
        yield page, False


def encode_page(rows: list[Row], keys: Keys) -> Page:
    """The page of `rows`, which are in order and fit one."""
    logical = _encode_logical(rows)
    data = zstandard.ZstdCompressor(level=1, write_checksum=True).compress(
        logical + _encode_physical(rows)
    )
    files = [row for row in rows if row.kind != FOLDER]
    total = sum(row.size for row in files)
    return Page(rows[0].path, object_id(keys.page, logical), len(rows), len(files), total, data)


def _encode_logical(rows: list[Row]) -> bytes:
    paths, kinds, modes, sizes, mtimes, digests, _, _ = zip(*rows, strict=True)
    joined = b"\0".join(paths) + b"\0"
    return b"".join(
        (
            _LOGICAL.pack(MAGIC, len(rows), len(joined)),
            joined,
            bytes(kinds),
            to_little_endian(array("H", modes)),
            to_little_endian(array("Q", sizes)),
            to_little_endian(array("q", mtimes)),
            *digests,
        )
    )


def _encode_physical(rows: list[Row]) -> bytes:
    places: dict[tuple[bytes, int], int] = {}
    table: list[Block] = []
    firsts, counts, starts = array("I"), array("I"), array("I")
    for row in rows:
        firsts.append(_place(row.blocks, places, table))
        counts.append(len(row.blocks))
        starts.append(row.start)
    packs: dict[bytes, int] = {}
    numbers = array("I", [packs.setdefault(block.pack.id, len(packs)) for block in table])
    return b"".join(
        (
            _PHYSICAL.pack(len(packs), len(table)),
            to_little_endian(firsts),
            to_little_endian(counts),
            to_little_endian(starts),
            *packs,
            to_little_endian(numbers),
            to_little_endian(array("Q", [block.offset for block in table])),
            to_little_endian(array("I", [block.stored for block in table])),
            to_little_endian(array("I", [block.raw for block in table])),
            bytes(block.codec for block in table),
            *(block.digest for block in table),
        )
    )


def _place(
    blocks: tuple[Block, ...], places: dict[tuple[bytes, int], int], table: list[Block]
) -> int:
    """Where a row's blocks begin in the table; a lone block is shared, a run is its own."""
    if not blocks:
        return 0
    if len(blocks) > 1:
        table.extend(blocks)
        return len(table) - len(blocks)
    key = (blocks[0].pack.id, blocks[0].offset)
    place = places.setdefault(key, len(table))
    if place == len(table):
        table.append(blocks[0])
    return place


def decode_page(data: bytes, page_id: bytes, keys: Keys) -> list[Row]:
    """The rows of a page.

    Raises:
        ValueError: the bytes are no page, or not that one, or it breaks a rule of the format.
    """
    try:
        raw = memoryview(zstandard.ZstdDecompressor().decompress(data, max_output_size=MAX_PAGE))
        magic, count, length = _LOGICAL.unpack_from(raw)
    except (zstandard.ZstdError, struct.error) as error:
        raise ValueError(str(error)) from error
    if magic != MAGIC or not 0 < count <= MAX_ROWS:
        raise ValueError("it does not begin like a page")
    size = _LOGICAL.size + length + count * (1 + 2 + 8 + 8 + DIGEST_SIZE)
    if object_id(keys.page, raw[:size]) != page_id:
        raise ValueError("its rows are not those of its id")
    paths = bytes(raw[_LOGICAL.size : _LOGICAL.size + length]).split(b"\0")[:-1]
    if len(paths) != count or not _are_paths_valid(paths):
        raise ValueError("it has a path that may not be")
    kinds, rest = read_column(raw[_LOGICAL.size + length :], "B", count)
    modes, rest = read_column(rest, "H", count)
    sizes, rest = read_column(rest, "Q", count)
    mtimes, rest = read_column(rest, "q", count)
    digests, rest = read_slices(rest, DIGEST_SIZE, count)
    if max(kinds) > FOLDER or max(modes) > 0o777:
        raise ValueError("it has a kind or a mode that may not be")
    blocks, starts = _decode_physical(rest, count)
    columns = zip(paths, kinds, modes, sizes, mtimes, digests, blocks, starts, strict=True)
    return list(map(Row._make, columns))


def _are_paths_valid(paths: list[bytes]) -> bool:
    return all(map(lt, paths, islice(paths, 1, None))) and all(map(is_valid_path, paths))


def _decode_physical(data: memoryview, count: int) -> tuple[list[tuple[Block, ...]], list[int]]:
    try:
        n_packs, n_blocks = _PHYSICAL.unpack_from(data)
    except struct.error as error:
        raise ValueError("it is cut off") from error
    firsts, data = read_column(data[_PHYSICAL.size :], "I", count)
    counts, data = read_column(data, "I", count)
    starts, data = read_column(data, "I", count)
    ids, data = read_slices(data, ID_SIZE, n_packs)
    numbers, data = read_column(data, "I", n_blocks)
    offsets, data = read_column(data, "Q", n_blocks)
    stored, data = read_column(data, "I", n_blocks)
    raw, data = read_column(data, "I", n_blocks)
    codecs, data = read_column(data, "B", n_blocks)
    digests, data = read_slices(data, DIGEST_SIZE, n_blocks)
    if len(data) or max(numbers, default=-1) >= n_packs or max(codecs, default=0) > max(RAW, ZSTD):
        raise ValueError("its table of blocks does not fit")
    names = [PackName(pack_id) for pack_id in ids]
    packs = [names[number] for number in numbers]
    table = list(map(Block._make, zip(packs, offsets, stored, raw, codecs, digests, strict=True)))
    singles = [(block,) for block in table]
    blocks: list[tuple[Block, ...]] = []
    for first, number in zip(firsts, counts, strict=True):
        if number and first + number > n_blocks:
            raise ValueError("a row points beyond its blocks")
        one = number == 1
        blocks.append(singles[first] if one else tuple(table[first : first + number]))
    return blocks, starts

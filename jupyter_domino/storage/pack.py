"""Packs: many blocks in one object, with a footer that says which (FORMAT.md, 5). Pure."""

import struct
import threading
import zlib
from array import array
from typing import NamedTuple

import zstandard

from jupyter_domino.storage.columns import read_column, to_little_endian
from jupyter_domino.storage.ids import DIGEST_SIZE, Keys, object_id
from jupyter_domino.storage.rows import Block, PackName

MIB = 1024 * 1024
PACK_SIZE = 32 * MIB
"""Bytes at which a pack is closed: one put, and rewritten cheaply by a purge."""

SOLID_BLOCK_SIZE = 128 * 1024
"""Raw bytes at which a block of small files is closed: bounds what reading one file costs."""

RAW, ZSTD = 0, 1
LEVEL = 1
"""zstd's. Below it stores 20 % more, above it is slower than the disks (measured)."""

WORTH_IT = 0.97
"""Of the raw size; a block that does not get below is stored raw."""

SAMPLE_SIZE = 32 * 1024
MAGIC = b"JDP0"
_HEAD = struct.Struct("<B3xQII")
_TAIL = struct.Struct("<II4s")


class _Coders(threading.local):
    """One of each for a thread: making them costs as much as using them on a small block."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_coders = _Coders()


class Item(NamedTuple):
    """A file or a chunk within a raw block."""

    digest: bytes
    start: int
    length: int


class Squeezed(NamedTuple):
    """A block as it will stand in a pack."""

    data: bytes | memoryview
    raw: int
    codec: int
    items: tuple[Item, ...]


def squeeze(raw: bytes | memoryview, items: tuple[Item, ...], *, sample: bool = False) -> Squeezed:
    """Compress a block, if that helps; with `sample` its middle is asked first."""
    size = len(raw)
    compressor = _coders.compressor
    if sample and size > 2 * SAMPLE_SIZE:
        middle = raw[size // 2 : size // 2 + SAMPLE_SIZE]
        if len(compressor.compress(middle)) > SAMPLE_SIZE * WORTH_IT:
            return Squeezed(raw, size, RAW, items)
    data = compressor.compress(raw)
    if len(data) > size * WORTH_IT:
        return Squeezed(raw, size, RAW, items)
    return Squeezed(data, size, ZSTD, items)


def unsqueeze(data: bytes | memoryview, block: Block) -> bytes:
    """The raw block.

    Raises:
        ValueError: the data is not what `block` says.
    """
    if block.codec == RAW:
        raw = bytes(data)
    elif block.codec == ZSTD:
        try:
            raw = _coders.decompressor.decompress(data, max_output_size=block.raw)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error
    else:
        raise ValueError(f"codec {block.codec} is not known")
    if len(raw) != block.raw:
        raise ValueError(f"{len(raw)} bytes instead of {block.raw}")
    return raw


class PackBuilder:
    """A pack in the making; its blocks' `PackName` gets the id when it is closed."""

    def __init__(self) -> None:
        self.name = PackName()
        self.size = 0
        self._data: list[bytes | memoryview] = []
        self._blocks: list[tuple[int, Squeezed]] = []

    def add(self, block: Squeezed) -> Block:
        """Append a block; where it will be."""
        offset = self.size
        self._data.append(block.data)
        self._blocks.append((offset, block))
        self.size += len(block.data)
        is_chunk = len(block.items) == 1 and block.items[0].length == block.raw
        digest = block.items[0].digest if is_chunk else bytes(DIGEST_SIZE)
        return Block(self.name, offset, len(block.data), block.raw, block.codec, digest)

    def close(self, keys: Keys) -> list[bytes]:
        """The object's bytes in pieces. The name has its id from here on."""
        footer = self._footer()
        self.name.id = object_id(keys.pack, footer)
        tail = _TAIL.pack(len(footer), zlib.crc32(footer), MAGIC)
        return [bytes(piece) for piece in self._data] + [footer, tail]

    def _footer(self) -> bytes:
        blocks = self._blocks
        items = [item for _, block in blocks for item in block.items]
        columns = [
            to_little_endian(array("Q", [offset for offset, _ in blocks])),
            to_little_endian(array("I", [len(block.data) for _, block in blocks])),
            to_little_endian(array("I", [block.raw for _, block in blocks])),
            bytes(block.codec for _, block in blocks),
            to_little_endian(array("I", [len(block.items) for _, block in blocks])),
            b"".join(item.digest for item in items),
            to_little_endian(array("I", [item.start for item in items])),
            to_little_endian(array("I", [item.length for item in items])),
        ]
        return _HEAD.pack(0, 0, len(blocks), len(items)) + b"".join(columns)


class FooterBlock(NamedTuple):
    """A block as its pack's footer tells it."""

    offset: int
    stored: int
    raw: int
    codec: int
    items: tuple[Item, ...]


def read_footer(pack: bytes) -> list[FooterBlock]:
    """The blocks of a whole pack.

    Raises:
        ValueError: it is no pack, or its footer is damaged.
    """
    if len(pack) < _TAIL.size:
        raise ValueError("shorter than a pack can be")
    length, checksum, magic = _TAIL.unpack_from(pack, len(pack) - _TAIL.size)
    start = len(pack) - _TAIL.size - length
    footer = pack[start : start + length] if start >= 0 else b""
    if magic != MAGIC or len(footer) < _HEAD.size or zlib.crc32(footer) != checksum:
        raise ValueError("its footer is damaged")
    version, _salt, n_blocks, n_items = _HEAD.unpack_from(footer)
    if version != 0:
        raise ValueError(f"footer version {version} is not known")
    return _parse_columns(memoryview(footer)[_HEAD.size :], n_blocks, n_items)


def _parse_columns(data: memoryview, n_blocks: int, n_items: int) -> list[FooterBlock]:
    offsets, data = read_column(data, "Q", n_blocks)
    stored, data = read_column(data, "I", n_blocks)
    raw, data = read_column(data, "I", n_blocks)
    codecs, data = read_column(data, "B", n_blocks)
    counts, data = read_column(data, "I", n_blocks)
    digests, data = bytes(data[: DIGEST_SIZE * n_items]), data[DIGEST_SIZE * n_items :]
    starts, data = read_column(data, "I", n_items)
    lengths, data = read_column(data, "I", n_items)
    if len(data) or sum(counts) != n_items:
        raise ValueError("its footer has another length than it says")
    items = [
        Item(digests[i * DIGEST_SIZE : (i + 1) * DIGEST_SIZE], starts[i], lengths[i])
        for i in range(n_items)
    ]
    blocks, at = [], 0
    for fields in zip(offsets, stored, raw, codecs, counts, strict=True):
        blocks.append(FooterBlock(*fields[:4], tuple(items[at : at + fields[4]])))
        at += fields[4]
    return blocks

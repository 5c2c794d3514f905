"""A reader of the store written from FORMAT.md alone: it imports nothing of the product.

It reads a store in a folder whole, slowly, and checks everything the page says to check.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blake3 import blake3
from zstandard import ZstdDecompressor

KINDS = ("file", "symlink", "folder")


@dataclass(frozen=True)
class Row:
    path: bytes
    kind: str
    mode: int
    size: int
    mtime: int
    digest: bytes
    blocks: tuple["Block", ...]
    start: int


@dataclass(frozen=True)
class Block:
    pack: str
    offset: int
    stored: int
    raw: int
    codec: int
    chunk: bytes


class FormatReader:
    """The files of one project in the store in the folder `root`."""

    def __init__(self, root: Path, project: str) -> None:
        store = json.loads((root / "store.json").read_bytes())
        assert (store["format"], store["requires"]) == (0, [])
        self._key = bytes.fromhex(store["hash_key"])
        self._objects: dict[str, bytes] = {}
        self._pool = root / "pools" / project
        self._heads = root / "projects" / project / "refs" / "heads"

    def hash(self, purpose: str, data: bytes) -> bytes:
        purpose_key = blake3(purpose.encode("ascii"), key=self._key).digest()
        return blake3(data, key=purpose_key).digest()

    def log(self, branch: str = "main") -> list[str]:
        """Ids of the branch's revisions, newest first; entries have no gaps."""
        names = sorted(path.name for path in (self._heads / branch).iterdir())
        newest = len(names) - 1
        assert names == [f"{10**12 - 1 - n:012}" for n in range(newest, -1, -1)]
        entries = [json.loads((self._heads / branch / name).read_bytes()) for name in names]
        revisions = [entry for entry in entries if entry["type"] == "revision"]
        assert [entry["number"] for entry in revisions] == list(range(len(revisions), 0, -1))
        return [entry["revision"] for entry in revisions]

    def revision(self, revision_id: str) -> dict[str, Any]:
        """The logical part of the root."""
        revision: dict[str, Any] = self._root(revision_id)["revision"]
        return revision

    def rows(self, revision_id: str) -> list[Row]:
        root = self._root(revision_id)
        rows: list[Row] = []
        pages = root["revision"]["pages"]
        for page, (bundle, offset, length) in zip(pages, root["places"], strict=True):
            first, page_id, count, files, size = page
            data = self._object("leaves", bundle)
            assert self.hash("bundle", data)[:20].hex() == bundle
            found = list(self._page(data[offset : offset + length], page_id))
            assert (found[0].path, len(found)) == (as_bytes(first), count)
            contents = [row.size for row in found if row.kind != "folder"]
            assert (len(contents), sum(contents)) == (files, size)
            rows += found
        assert [row.path for row in rows] == sorted({row.path for row in rows})
        check_page_ends(rows, [page[2] for page in pages])
        check_paths({row.path for row in rows})
        return rows

    def content(self, row: Row) -> bytes:
        """What the file holds, or where the symlink leads."""
        raw = [self._block(block) for block in row.blocks]
        if row.blocks and any(row.blocks[0].chunk):
            assert row.start == 0
            assert [self.hash("content", one) for one in raw] == [b.chunk for b in row.blocks]
            data = b"".join(raw)
        else:
            assert len(raw) <= 1
            data = b"".join(raw)[row.start : row.start + row.size]
        assert len(data) == row.size
        assert self.hash("content", data) == row.digest
        return data

    def tree(self, revision_id: str) -> dict[bytes, tuple[str, int, int, bytes]]:
        """Path to kind, mode, mtime, content."""
        return {
            row.path: (
                row.kind,
                row.mode,
                row.mtime,
                b"" if row.kind == "folder" else self.content(row),
            )
            for row in self.rows(revision_id)
        }

    def check_pack(self, pack_id: str) -> int:
        """Hold a pack against its own footer; the number of its items."""
        data = self._object("packs", pack_id)
        length, crc, magic = struct.unpack("<II4s", data[-12:])
        footer = data[-12 - length : -12]
        assert (magic, zlib.crc32(footer)) == (b"JDP0", crc)
        assert self.hash("pack", footer)[:20].hex() == pack_id
        version, _salt, blocks, items = struct.unpack_from("<B3xQII", footer)
        assert version == 0
        columns = Columns(footer, 20)
        offsets, stored, raw = (columns.take(code, blocks) for code in "QII")
        codecs, counts = columns.take("B", blocks), columns.take("I", blocks)
        digests = columns.take("32s", items)
        starts, lengths = columns.take("I", items), columns.take("I", items)
        assert columns.at == len(footer)
        item = 0
        for number in range(blocks):
            content = decoded(data[offsets[number] :][: stored[number]], codecs[number])
            assert len(content) == raw[number]
            for _ in range(counts[number]):
                found = content[starts[item] : starts[item] + lengths[item]]
                assert self.hash("content", found) == digests[item]
                item += 1
        assert item == items
        return item

    def _object(self, kind: str, name: str) -> bytes:
        if name not in self._objects:
            self._objects[name] = (self._pool / kind / name[:2] / name).read_bytes()
        return self._objects[name]

    def _root(self, revision_id: str) -> dict[str, Any]:
        data = (self._pool / "revs" / revision_id).read_bytes()
        root: dict[str, Any] = json.loads(ZstdDecompressor().decompressobj().decompress(data))
        canonical = json.dumps(
            root["revision"], sort_keys=True, separators=(",", ":"), ensure_ascii=True
        ).replace("\x7f", "\\u007f")
        assert self.hash("revision", canonical.encode())[:20].hex() == revision_id
        assert root["revision"]["format"] == 0
        return root

    def _page(self, data: bytes, page_id: str) -> Iterator[Row]:
        data = ZstdDecompressor().decompressobj().decompress(data)
        magic, count, length = struct.unpack_from("<4sII", data)
        assert magic == b"JDL0"
        paths = data[12 : 12 + length].split(b"\0")[:-1]
        columns = Columns(data, 12 + length)
        logical = [columns.take(code, count) for code in ("B", "H", "Q", "q", "32s")]
        assert self.hash("page", data[: columns.at])[:20].hex() == page_id
        packs, blocks = columns.take("I", 2)
        firsts, numbers, starts = (columns.take("I", count) for _ in range(3))
        names = [name.hex() for name in columns.take("20s", packs)]
        table = [columns.take(code, blocks) for code in ("I", "Q", "I", "I", "B", "32s")]
        assert columns.at == len(data)
        where = [Block(names[pack], *rest) for pack, *rest in zip(*table, strict=True)]
        for path, kind, mode, size, mtime, digest, first, number, start in zip(
            paths, *logical, firsts, numbers, starts, strict=True
        ):
            mine = tuple(where[first : first + number])
            yield Row(path, KINDS[kind], mode, size, mtime, digest, mine, start)

    def _block(self, block: Block) -> bytes:
        data = self._object("packs", block.pack)[block.offset :][: block.stored]
        raw = decoded(data, block.codec)
        assert len(raw) == block.raw
        return raw


class Columns:
    """Columns of numbers or bytes, one after the other, without gaps."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def take(self, code: str, count: int) -> list[Any]:
        one = struct.Struct("<" + code)
        end = self.at + one.size * count
        found = [value for (value,) in one.iter_unpack(self._data[self.at : end])]
        assert len(found) == count
        self.at = end
        return found


def decoded(data: bytes, codec: int) -> bytes:
    assert codec in (0, 1)
    return ZstdDecompressor().decompressobj().decompress(data) if codec else data


def as_bytes(path: str) -> bytes:
    """A path of JSON; U+DC80 to U+DCFF stand for single bytes."""
    return path.encode("utf-8", "surrogateescape")


def check_page_ends(rows: list[Row], lengths: list[int]) -> None:
    """Pages end where the page on the format says, and nowhere else."""
    expected, length = [], 0
    for row in rows:
        length += 1
        if length == 4096 or (length >= 256 and zlib.crc32(row.path) % 1024 == 0):
            expected.append(length)
            length = 0
    assert lengths == [*expected, *([length] if length else [])]


def check_paths(paths: set[bytes]) -> None:
    """No path leads astray, and none is the folder of another."""
    for path in paths:
        names = path.split(b"/")
        assert not {b"", b".", b"..", b".git", b".domino"} & set(names), path
        assert max(map(len, names)) <= 255, path
        assert not any(b"/".join(names[:depth]) in paths for depth in range(1, len(names))), path

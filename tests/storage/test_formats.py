"""Each encoder's bytes come back as what was encoded, and damaged bytes raise `ValueError`."""

import io
import os
import random
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.storage.chunker import MAX_CHUNK, MIN_CHUNK, chunks
from jupyter_domino.storage.ids import NO_DIGEST, Keys
from jupyter_domino.storage.manifest import delta, find_rows, rewrite, walk
from jupyter_domino.storage.pack import Item, PackBuilder, read_footer, squeeze, unsqueeze
from jupyter_domino.storage.page import MAX_ROWS, MIN_ROWS, cut_pages, decode_page, encode_page
from jupyter_domino.storage.pool import Pool
from jupyter_domino.storage.root import PageRef, Place, Root, decode_root, encode_root
from jupyter_domino.storage.rows import (
    FILE,
    FOLDER,
    SYMLINK,
    Block,
    PackName,
    Row,
    is_same,
    is_valid_path,
)
from jupyter_domino.storage.values import GitState, RevisionId

KEYS = Keys.derive(bytes(32))
names = st.binary(min_size=1, max_size=20).filter(
    lambda name: b"/" not in name and is_valid_path(name)
)
path_lists = st.lists(st.lists(names, min_size=1, max_size=3).map(b"/".join), max_size=30)
blocks = st.builds(
    Block,
    st.binary(min_size=20, max_size=20).map(PackName),
    st.integers(0, 2**40),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 1),
    st.binary(min_size=32, max_size=32),
)


@st.composite
def row_lists(draw: st.DrawFn) -> list[Row]:
    paths = sorted(set(draw(path_lists))) or [b"a"]
    return [
        Row(
            path,
            draw(st.sampled_from((FILE, SYMLINK, FOLDER))),
            draw(st.integers(0, 0o777)),
            draw(st.integers(0, 2**63)),
            draw(st.integers(-(2**63), 2**63 - 1)),
            draw(st.binary(min_size=32, max_size=32)),
            tuple(draw(st.lists(blocks, max_size=4))),
            draw(st.integers(0, 2**32 - 1)),
        )
        for path in paths
    ]


def plain(row: Row) -> tuple[object, ...]:
    """A row with its packs' ids in place of the objects that hold them."""
    return (*row[:6], tuple((block.pack.id, *block[1:]) for block in row.blocks), row.start)


def simple_row(path: bytes, seed: int = 0) -> Row:
    return Row(path, FILE, 0o644, seed, seed, bytes([seed % 256]) * 32, (), 0)


@given(row_lists())
def test_page_comes_back(rows: list[Row]) -> None:
    page = encode_page(rows, KEYS)

    assert [plain(row) for row in decode_page(page.data, page.id, KEYS)] == [
        plain(row) for row in rows
    ]


@given(row_lists(), st.data())
def test_page_id_is_of_what_is_logical_only(rows: list[Row], data: st.DataObject) -> None:
    moved = [row._replace(blocks=tuple(data.draw(st.lists(blocks, max_size=2)))) for row in rows]

    assert encode_page(moved, KEYS).id == encode_page(rows, KEYS).id


@given(row_lists(), st.binary(max_size=200), st.integers(0, 10**6))
def test_bytes_that_are_no_page_raise(rows: list[Row], noise: bytes, at: int) -> None:
    page = encode_page(rows, KEYS)
    at %= len(page.data)

    with pytest.raises(ValueError):
        decode_page(noise, page.id, KEYS)
    with pytest.raises(ValueError):
        decode_page(page.data[:at], page.id, KEYS)
    with pytest.raises(ValueError):
        decode_page(page.data, bytes(20), KEYS)


BAD_PATHS = [
    b"", b"/a", b"a/", b"a//b", b".", b"..", b"a/../b", b"a/.", b"a\0b", b".git/config",
    b"a/.domino/base", b"x" * 256, b"/".join([b"d" * 200] * 30),
]  # fmt: skip


@pytest.mark.parametrize("path", BAD_PATHS)
def test_page_with_a_path_that_leads_astray_is_refused(path: bytes) -> None:
    page = encode_page([simple_row(path)], KEYS)

    with pytest.raises(ValueError):
        decode_page(page.data, page.id, KEYS)


def test_page_out_of_order_is_refused() -> None:
    page = encode_page([simple_row(b"b"), simple_row(b"a")], KEYS)

    with pytest.raises(ValueError):
        decode_page(page.data, page.id, KEYS)


def test_pages_end_where_the_format_says() -> None:
    rows = [simple_row(b"%08d" % number) for number in range(20_000)]

    pages = list(cut_pages(rows))

    assert [row for page, _ in pages for row in page] == rows
    for page, is_complete in pages:
        ends = zlib.crc32(page[-1].path) % 1024 == 0 and len(page) >= MIN_ROWS
        assert is_complete == (ends or len(page) == MAX_ROWS)
        assert not any(zlib.crc32(row.path) % 1024 == 0 for row in page[MIN_ROWS - 1 : -1])


def manifest(pool: Pool, rows: list[Row]) -> tuple[PageRef, ...]:
    pages = [encode_page(page, KEYS) for page, _ in cut_pages(rows)]
    return pool.put_pages(pages, {})[0]


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 3000), st.lists(st.tuples(st.integers(0, 5999), st.integers(0, 5))), st.randoms()
)
def test_changed_pages_are_those_that_cutting_anew_gives(
    count: int, edits: list[tuple[int, int]], chance: random.Random
) -> None:
    """And the delta of the two is the change."""
    pool = Pool(MemoryStore(), "p", KEYS)
    before = {b"%05d" % n: simple_row(b"%05d" % n) for n in chance.sample(range(6000), count)}
    changes = {b"%05d" % n: simple_row(b"%05d" % n, seed) if seed else None for n, seed in edits}
    if chance.random() < 0.3:
        changes.update(dict.fromkeys(chance.sample(sorted(before), len(before) // 2)))
    old = manifest(pool, sorted(before.values()))
    after = {path: row for path, row in {**before, **changes}.items() if row is not None}

    new = pool.put_pages(rewrite(pool, old, changes), {})[0]

    anew = manifest(pool, sorted(after.values()))
    assert [page[:5] for page in new] == [page[:5] for page in anew]
    assert list(walk(pool, new)) == sorted(after.values())
    assert find_rows(pool, new, changes) == {p: row for p, row in changes.items() if row}
    assert delta(pool, old, new) == {
        path: (before.get(path), row)
        for path, row in changes.items()
        if not is_same(before.get(path), row)
    }


def test_one_change_reads_and_writes_two_pages_at_most() -> None:
    pool = Pool(MemoryStore(), "p", KEYS)
    old = manifest(pool, [simple_row(b"%08d" % number) for number in range(30_000)])

    for number in range(0, 30_000, 977):
        path = b"%08d" % number
        new = pool.put_pages(rewrite(pool, old, {path: simple_row(path, 1)}), {})[0]
        assert len({page.id for page in new} - {page.id for page in old}) == 1


@given(st.lists(st.lists(st.binary(max_size=300), min_size=1, max_size=4), min_size=1, max_size=5))
def test_pack_comes_back_and_its_footer_tells_it(groups: list[list[bytes]]) -> None:
    builder = PackBuilder()
    placed = []
    for group in groups:
        items, start = [], 0
        for content in group:
            items.append(Item(KEYS.digest(content), start, len(content)))
            start += len(content)
        placed.append(builder.add(squeeze(b"".join(group), tuple(items))))
    data = b"".join(builder.close(KEYS))

    found = read_footer(data)

    for block, group, told in zip(placed, groups, found, strict=True):
        raw = unsqueeze(data[block.offset : block.offset + block.stored], block)
        assert raw == b"".join(group)
        assert (told.offset, told.stored, told.raw) == (block.offset, block.stored, block.raw)
        assert [KEYS.digest(raw[i.start : i.start + i.length]) for i in told.items] == [
            item.digest for item in told.items
        ]


@given(st.binary(max_size=100), st.integers(0, 10**6))
def test_bytes_that_are_no_pack_raise(noise: bytes, at: int) -> None:
    builder = PackBuilder()
    builder.add(squeeze(b"content", (Item(KEYS.digest(b"content"), 0, 7),)))
    data = b"".join(builder.close(KEYS))

    with pytest.raises(ValueError):
        read_footer(noise)
    with pytest.raises(ValueError):
        read_footer(data[: at % len(data)])


def test_block_that_does_not_shrink_is_stored_raw() -> None:
    noise = os.urandom(200_000)

    assert squeeze(noise, ()).data == noise
    assert squeeze(noise, (), sample=True).data == noise
    assert len(squeeze(bytes(200_000), ()).data) < 1000


texts = st.text(max_size=30)


@given(row_lists(), texts, texts, st.booleans(), st.lists(texts, max_size=3))
def test_root_comes_back(
    rows: list[Row], author: str, message: str, has_git: bool, conflicts: list[str]
) -> None:
    page = encode_page(rows, KEYS)
    ref = PageRef(*page[:5], Place(bytes(20), 7, len(page.data)))
    root = Root(
        parents=(RevisionId("a" * 40),),
        branch="main",
        number=3,
        author=author,
        time=datetime(2026, 11, 21, 1, 2, 3, 4, tzinfo=UTC),
        message=message,
        job="j",
        job_number=7,
        git=GitState(None, "main", True) if has_git else None,
        conflicts=tuple(sorted(conflicts)),
        links={"app": "x"},
        pages=(ref,),
    )

    revision, data = encode_root(root, KEYS)

    assert decode_root(data, revision, KEYS) == root
    with pytest.raises(ValueError):
        decode_root(data, RevisionId("0" * 40), KEYS)
    with pytest.raises(ValueError):
        decode_root(data[:-1], revision, KEYS)


def test_where_pages_are_does_not_count_for_the_revisions_id() -> None:
    page = encode_page([simple_row(b"a")], KEYS)
    roots = [
        Root(
            parents=(), branch="main", number=1, author="a", message="",
            time=datetime(2026, 1, 1, tzinfo=UTC), pages=(PageRef(*page[:5], Place(bundle, 0, 9)),),
        )
        for bundle in (bytes(20), bytes(19) + b"1")
    ]  # fmt: skip

    assert len({encode_root(root, KEYS)[0] for root in roots}) == 1


def test_canonical_bytes_are_those_of_the_format() -> None:
    """Golden: a change of them is a change of the format."""
    rows = [
        Row(b"a", FILE, 0o644, 1, 2, bytes(32), (), 0),
        Row(b"d", FOLDER, 0o755, 0, 0, NO_DIGEST, (), 0),
    ]
    page = encode_page(rows, KEYS)
    root = Root(
        parents=(), branch="main", number=1, author="é\udcff", message='"\n',
        time=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        pages=(PageRef(*page[:5], Place(bytes(20), 0, 1)),),
    )  # fmt: skip

    assert KEYS.digest(b"content").hex() == GOLDEN["content"]
    assert page.id.hex() == GOLDEN["page"]
    assert encode_root(root, KEYS)[0] == GOLDEN["root"]


GOLDEN = {
    "content": "45434b9490d00693905a06a5750de6254a48bc20ba3dd1ae7c78dbd1dfba3265",
    "page": "0f181760cee195e0b0174730e7ff0a29770217ab",
    "root": "e7e756ba10fb7884914964f233d16049ba94de98",
}


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 30_000_000))
def test_chunks_join_to_the_file_and_keep_their_bounds(seed: int, size: int) -> None:
    data = random.Random(seed).randbytes(size)

    found = [bytes(chunk) for chunk in chunks(io.BytesIO(data))]

    assert b"".join(found) == data
    assert all(MIN_CHUNK <= len(chunk) <= MAX_CHUNK for chunk in found[:-1])


class Dribble(io.BytesIO):
    """Gives less than is asked for, as files may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 700_000))


def test_chunks_do_not_depend_on_how_the_bytes_come() -> None:
    data = random.Random(1).randbytes(20_000_000)

    whole = [len(chunk) for chunk in chunks(io.BytesIO(data))]

    assert [len(chunk) for chunk in chunks(Dribble(data))] == whole


def test_insert_moves_only_the_chunks_around_it() -> None:
    data = random.Random(2).randbytes(40_000_000)
    before = {bytes(chunk) for chunk in chunks(io.BytesIO(data))}

    after = {
        bytes(chunk) for chunk in chunks(io.BytesIO(data[:20_000_000] + b"x" + data[20_000_000:]))
    }

    assert len(after - before) <= 3

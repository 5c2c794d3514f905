"""What every `ObjectStore` promises, held against each of them."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_domino.errors import Conflict, Invalid, NotFound
from jupyter_domino.store import ObjectInfo, ObjectStore

MIB = 1 << 20


def keys(store: ObjectStore, prefix: str, limit: int | None = None) -> list[str]:
    return [info.key for info in store.list(prefix, limit=limit)]


@pytest.mark.parametrize(
    "content",
    [b"", b"x", bytes(range(256)), os.urandom(5 * MIB + 1), os.urandom(32 * MIB)],
    ids=["empty", "one byte", "all bytes", "5 MiB", "32 MiB"],
)
@pytest.mark.parametrize("if_absent", [False, True])
def test_what_is_put_is_got(store: ObjectStore, content: bytes, if_absent: bool):
    store.put("a/b", content, if_absent=if_absent)

    assert store.get("a/b") == content
    assert store.stat("a/b") == ObjectInfo("a/b", len(content))


@pytest.mark.parametrize(
    "pieces",
    [[], [b""], [b"ab", b"", b"c"], [os.urandom(MIB) for _ in range(32)]],
    ids=["none", "empty", "three", "32 of 1 MiB"],
)
@pytest.mark.parametrize("if_absent", [False, True])
def test_a_list_is_written_as_its_concatenation(
    store: ObjectStore, pieces: list[bytes], if_absent: bool
):
    store.put("a/b", pieces, if_absent=if_absent)

    assert store.get("a/b") == b"".join(pieces)


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (0, 4, b"0123"),
        (3, 4, b"3456"),
        (9, 1, b"9"),
        (8, 100, b"89"),
        (0, 0, b""),
        (10, 1, b""),
        (10, None, b""),
        (50, 7, b""),
    ],
)
def test_a_range_is_cut_at_the_objects_end(
    store: ObjectStore, start: int, length: int | None, expected: bytes
):
    store.put("digits", b"0123456789")

    assert store.get("digits", start=start, length=length) == expected


def test_a_range_of_an_empty_object_is_empty(store: ObjectStore):
    store.put("empty", b"")

    assert store.get("empty", start=0, length=5) == b""


@pytest.mark.parametrize("key", ["absent", "a/absent", "absent/absent"])
def test_an_absent_object_is_not_found_by_any_verb(store: ObjectStore, key: str):
    store.put("a/b", b"")

    with pytest.raises(NotFound) as got:
        store.get(key)
    with pytest.raises(NotFound):
        store.get(key, start=1, length=0)
    with pytest.raises(NotFound) as looked_at:
        store.stat(key)

    assert got.value.code == looked_at.value.code == "not-found"


def test_an_empty_store_is_empty_and_finds_nothing(store: ObjectStore):
    with pytest.raises(NotFound) as error:
        store.stat("a")

    assert error.value.code == "not-found"
    assert keys(store, "") == []
    assert keys(store, "a/") == []


def test_a_folder_of_objects_is_no_object(store: ObjectStore):
    store.put("a/b", b"x")

    with pytest.raises(NotFound):
        store.get("a")
    with pytest.raises(NotFound):
        store.stat("a")


def test_put_replaces_and_put_if_absent_does_not(store: ObjectStore):
    store.put("a", b"first")
    store.put("a", b"second, longer")
    with pytest.raises(Conflict) as error:
        store.put("a", b"third", if_absent=True)

    assert error.value.code == "already-exists"
    assert store.get("a") == b"second, longer"


def test_exactly_one_of_16_racing_writers_wins(store: ObjectStore):
    def write(number: int) -> int | None:
        try:
            store.put("race/1", b"%d" % number * 1000, if_absent=True)
        except Conflict:
            return None
        return number

    with ThreadPoolExecutor(16) as threads:
        winners = [n for n in threads.map(write, range(16)) if n is not None]

    assert len(winners) == 1
    assert store.get("race/1") == b"%d" % winners[0] * 1000


def test_a_write_that_returned_is_seen_by_other_threads_at_once(store: ObjectStore):
    def write_then_look(number: int) -> bool:
        store.put(f"seen/{number:02}", b"%d" % number)
        with ThreadPoolExecutor(1) as other:
            listed = other.submit(keys, store, "seen/").result()
        return f"seen/{number:02}" in listed and store.get(f"seen/{number:02}") == b"%d" % number

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(write_then_look, range(40)))


def test_listing_is_in_the_order_of_keys_also_where_folders_sort_otherwise(store: ObjectStore):
    written = ["a-b", "a.b", "a/x", "a/y/z", "a0", "a=b", "b", "B", "a/x.1", "a/x-1/q"]
    for key in written:
        store.put(f"order/{key}", b"12")

    expected = [f"order/{key}" for key in sorted(written)]
    assert [*store.list("order/")] == [ObjectInfo(key, 2) for key in expected]
    for limit in range(len(written) + 2):
        assert keys(store, "order/", limit) == expected[:limit]


def test_a_prefix_is_whole_segments(store: ObjectStore):
    for key in ("a/b", "a/c/d", "ab/e", "f"):
        store.put(key, b"")

    assert keys(store, "a/") == ["a/b", "a/c/d"]
    assert keys(store, "a/c/") == ["a/c/d"]
    assert keys(store, "f/") == []
    assert keys(store, "") == ["a/b", "a/c/d", "ab/e", "f"]


def test_more_objects_than_one_answer_holds_are_all_listed(store: ObjectStore):
    names = [f"many/{number:04}" for number in range(1100)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda key: store.put(key, b""), names))

    assert keys(store, "many/") == names
    assert keys(store, "many/", 1) == names[:1]
    assert keys(store, "many/", 1050) == names[:1050]


def test_delete_removes_one_object_and_may_be_repeated(store: ObjectStore):
    store.put("a/b", b"x")
    store.put("a/c", b"y")

    store.delete("a/b")
    store.delete("a/b")
    store.delete("never/was")

    assert keys(store, "") == ["a/c"]
    store.put("a/b", b"again", if_absent=True)
    assert store.get("a/b") == b"again"


@pytest.mark.parametrize(
    "key",
    ["-dash", "a=b@c+d,e~f", "UPPER/lower", "a.b.c/d..", "a" * 255, "/".join(["abc"] * 60)],
)
def test_every_key_that_is_allowed_works(store: ObjectStore, key: str):
    store.put(key, b"x", if_absent=True)

    assert store.get(key) == b"x"
    assert keys(store, "") == [key]


@pytest.mark.parametrize(
    "key",
    [
        *("", "/a", "a/", "a//b", "..", "a/../b", "./a", ".hidden", "a b", "é", "a\nb", "a\0b"),
        *("a%2fb", "a" * 256, "a/" * 400 + "a", "a\\b", "a#1", "a?b", "a/.incoming/b"),
    ],
)
def test_a_key_that_could_lead_astray_is_refused_by_every_verb(store: ObjectStore, key: str):
    for verb in (store.get, store.stat, store.delete, lambda key: store.put(key, b"")):
        with pytest.raises(Invalid) as error:
            verb(key)
        assert error.value.code == "bad-name"


@pytest.mark.parametrize("prefix", ["/", "a", "../", "a//", ".x/"])
def test_a_prefix_that_could_lead_astray_is_refused(store: ObjectStore, prefix: str):
    with pytest.raises(Invalid):
        list(store.list(prefix))

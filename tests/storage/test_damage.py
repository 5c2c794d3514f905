"""Damaged, missing and unreachable stores: a typed error that names the object, no bad bytes."""

import os
import random
from contextlib import suppress

import pytest
from plainfiles import files, write

from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.errors import Damaged, DominoError, NotFound, Unavailable
from jupyter_domino.storage import DominoRules, Repository, RevisionId, WorkingTree

KINDS = ("packs", "leaves", "revs")


@pytest.fixture
def revision(tree: WorkingTree) -> RevisionId:
    write(tree, "small", "small content " * 100)
    write(tree, "random", os.urandom(5000))
    write(tree, "large", os.urandom(3 << 20))
    write(tree, "empty", "")
    (tree.root / "link").symlink_to("small")
    return tree.sync("one", author="ada").revision


def fresh(store: MemoryStore) -> Repository:
    """Without anything in memory."""
    return Repository.open(store, "project")


def keys(store: MemoryStore, kind: str) -> list[str]:
    return [info.key for info in store.list(f"pools/project/{kind}/")]


def change(store: MemoryStore, key: str, data: bytes) -> None:
    store.delete(key)
    store.put(key, data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(15))
def test_a_flipped_bit_never_gives_wrong_bytes(
    tree: WorkingTree, other: WorkingTree, revision: RevisionId, memory_store: MemoryStore,
    kind: str, seed: int,
) -> None:  # fmt: skip
    (key,) = keys(memory_store, kind)
    data = bytearray(memory_store.get(key))
    # A pack's footer is for checking alone: reading does not need it.
    end = len(data) - 400 if kind == "packs" else len(data)
    data[random.Random(seed).randrange(end)] ^= 1 << seed % 8
    change(memory_store, key, bytes(data))
    clone = WorkingTree(other.root, fresh(memory_store), rules=DominoRules(other.root))

    # A bit of a zstd frame's header may mean nothing: then all must be right.
    with suppress(Damaged):
        clone.hydrate(revision)
        assert files(clone) == files(tree)

    original = files(tree)
    assert all(original[path] == content for path, content in files(clone).items())


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_object_is_damaged(
    other: WorkingTree, revision: RevisionId, memory_store: MemoryStore, kind: str
) -> None:
    (key,) = keys(memory_store, kind)
    change(memory_store, key, memory_store.get(key)[:100])
    clone = WorkingTree(other.root, fresh(memory_store), rules=DominoRules(other.root))

    with pytest.raises(Damaged):
        clone.hydrate(revision)


@pytest.mark.parametrize("kind", ["packs", "leaves"])
def test_a_missing_object_is_named(
    other: WorkingTree, revision: RevisionId, memory_store: MemoryStore, kind: str
) -> None:
    (key,) = keys(memory_store, kind)
    memory_store.delete(key)
    clone = WorkingTree(other.root, fresh(memory_store), rules=DominoRules(other.root))

    with pytest.raises(Damaged) as error:
        clone.hydrate(revision)

    assert (error.value.code, error.value.details["object"]) == ("object-missing", key)


def test_check_names_the_damaged_files_and_no_others(
    revision: RevisionId, memory_store: MemoryStore
) -> None:
    (key,) = keys(memory_store, "packs")
    data = bytearray(memory_store.get(key))
    data[len(data) // 2] ^= 1
    change(memory_store, key, bytes(data))

    problems = fresh(memory_store).check(revision)

    assert [problem.path for problem in problems] == ["large"]


def test_whole_revision_checks_clean(repository: Repository, revision: RevisionId) -> None:
    assert repository.check(revision) == []


def test_damaged_hydrate_can_be_finished_when_the_store_is_mended(
    tree: WorkingTree, other: WorkingTree, revision: RevisionId, memory_store: MemoryStore
) -> None:
    (key,) = keys(memory_store, "packs")
    whole = memory_store.get(key)
    data = bytearray(whole)
    data[len(data) // 2] ^= 1
    change(memory_store, key, bytes(data))
    clone = WorkingTree(other.root, fresh(memory_store), rules=DominoRules(other.root))
    with pytest.raises(Damaged):
        clone.hydrate(revision)
    change(memory_store, key, whole)

    clone.hydrate(revision)

    assert files(clone) == files(tree)


def test_damaged_branch_entry_is_named(revision: RevisionId, memory_store: MemoryStore) -> None:
    key = "projects/project/refs/heads/main/999999999999"
    change(memory_store, key, b"{}")

    with pytest.raises(Damaged, match=key):
        fresh(memory_store).head()


def test_damaged_key_of_the_store_is_told(revision: RevisionId, memory_store: MemoryStore) -> None:
    change(memory_store, "store.json", b"no json")

    with pytest.raises(Damaged, match=r"store\.json"):
        fresh(memory_store)


@pytest.mark.parametrize(
    "text",
    [
        '{"format": 1, "hash_key": "00", "requires": []}',
        '{"format": 0, "hash_key": "00", "requires": ["new"]}',
    ],
)
def test_store_of_a_newer_version_is_refused(text: str) -> None:
    store = MemoryStore()
    store.put("store.json", text.encode())

    with pytest.raises(Unavailable) as error:
        Repository.open(store, "project")

    assert error.value.code == "format-unsupported"


def test_store_that_is_none_of_ours_is_told() -> None:
    with pytest.raises(NotFound) as error:
        Repository.open(MemoryStore(), "project")

    assert error.value.code == "project-not-found"


def test_store_whose_folder_is_gone_is_not_taken_for_an_empty_one(
    tree: WorkingTree, directory_store: DirectoryStore, tmp_path: object
) -> None:
    repository = Repository.create(directory_store, "project")
    ours = WorkingTree(tree.root, repository, rules=DominoRules(tree.root))
    write(ours, "a", "a")
    ours.sync("one", author="ada")
    moved = tree.root.parent / "unmounted"
    (tree.root.parent / "store").rename(moved)

    for call in (repository.head, ours.status, lambda: ours.sync("two", author="ada")):
        with pytest.raises(DominoError) as error:
            call()
        assert error.value.code == "bucket-not-found"


def test_damaged_base_is_told(tree: WorkingTree, revision: RevisionId) -> None:
    (tree.root / ".domino/base").write_text("garbage")

    with pytest.raises(Damaged, match="base is damaged"):
        tree.status()

"""Copies of conflicts never land on, beneath or above what has their name already."""

from pathlib import Path

import pytest
from oracle import check_merge
from trees import PROJECT, Files, files_in, files_of, make_room, new_repository, open_tree, sync

from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.storage import Repository

Writes = dict[str, str]


def write(root: Path, files: Writes) -> None:
    for path, text in files.items():
        make_room(root, path).write_text(text)


def texts(files: Files) -> Writes:
    return {path: node.content.decode() for path, node in files.items()}


@pytest.mark.parametrize(
    ("before", "theirs", "ours", "expected"),
    [
        (
            {"a.conflict-r2": "same"},
            {"a/b": "theirs"},
            {"a": "same"},
            {"a": "same", "a.conflict-r2": "same", "a.conflict-r2-2/b": "theirs"},
        ),
        (
            {"a.conflict-r2/b": "old"},
            {"a/b": "theirs"},
            {"a": "ours"},
            {"a": "ours", "a.conflict-r2/b": "old", "a.conflict-r2-2/b": "theirs"},
        ),
        (
            {"a.conflict-r2/x": "old"},
            {"a": "theirs"},
            {"a": "ours"},
            {"a": "ours", "a.conflict-r2/x": "old", "a.conflict-r2-2": "theirs"},
        ),
        (
            {"a": "0"},
            {"a": "theirs"},
            {"a": "ours", "a.conflict-r2/x": "new"},
            {"a": "ours", "a.conflict-r2/x": "new", "a.conflict-r2-2": "theirs"},
        ),
        (
            {"a": "0"},
            {"a": "theirs", "a.conflict-r2/x": "new"},
            {"a": "ours"},
            {"a": "ours", "a.conflict-r2/x": "new", "a.conflict-r2-2": "theirs"},
        ),
        (
            {"a": "0"},
            {"a": "theirs"},
            {"a": "ours", "a.conflict-r2": "theirs"},
            {"a": "ours", "a.conflict-r2": "theirs"},
        ),
    ],
    ids=[
        "folder moved to a file",
        "folder moved into a folder",
        "file moved to a folder",
        "file moved to our new folder",
        "file moved to their new folder",
        "the same copy is there",
    ],
)
def test_a_copy_takes_the_next_name_that_is_free(
    tmp_path: Path, before: Writes, theirs: Writes, ours: Writes, expected: Writes
):
    store = MemoryStore()
    new_repository(store)
    one, two = (open_tree(tmp_path / name, store) for name in ("one", "two"))
    write(one.root, before)
    two.hydrate(sync(one))
    base = files_in(one.root)
    write(two.root, theirs)
    sync(two)
    write(one.root, ours)
    mine = files_in(one.root)

    head = files_of(Repository.open(store, PROJECT), sync(one))

    assert texts(head) == expected
    check_merge(base, mine, files_in(two.root), head)
    assert sync(two) == one.base
    assert files_in(two.root) == files_in(one.root) == head

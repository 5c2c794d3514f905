"""A revert never makes a path that is both a file and a folder."""

from pathlib import Path

import pytest
from format_reader import check_paths
from trees import AUTHOR, Files, clear, files_in, files_of, new_repository, open_tree, sync

from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.errors import Invalid
from jupyter_domino.storage import Repository, RevisionId, WorkingTree


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def repository(store: MemoryStore) -> Repository:
    return new_repository(store)


@pytest.fixture
def tree(tmp_path: Path, store: MemoryStore, repository: Repository) -> WorkingTree:
    """Where `a/b` was a file in r1."""
    assert repository.head() is None
    tree = open_tree(tmp_path / "tree", store)
    (tree.root / "a").mkdir()
    (tree.root / "a" / "b").write_text("b1")
    (tree.root / "c").write_text("c1")
    sync(tree)
    return tree


def first(repository: Repository) -> RevisionId:
    return repository.resolve("r1").id


def head_of(repository: Repository) -> Files:
    return files_of(repository, repository.resolve("HEAD").id)


@pytest.mark.parametrize("is_synced", [True, False])
def test_a_file_that_is_now_on_the_way_has_to_be_named(
    tree: WorkingTree, repository: Repository, is_synced: bool
):
    clear(tree.root / "a")
    (tree.root / "a").write_text("a file now")
    if is_synced:
        sync(tree)
    before, log = files_in(tree.root), repository.log()

    with pytest.raises(Invalid, match="revert 'a'") as error:
        tree.revert(first(repository), ["a/b"], author=AUTHOR, force=True)

    assert error.value.details["paths"] == ["a"]
    assert (files_in(tree.root), repository.log()) == (before, log)
    tree.revert(first(repository), ["a"], author=AUTHOR, force=True)
    assert files_in(tree.root) == head_of(repository) == files_of(repository, first(repository))


def test_a_folder_that_was_empty_is_none_any_more_when_something_comes_back(
    tree: WorkingTree, repository: Repository
):
    (tree.root / "a" / "b").unlink()
    sync(tree)
    assert head_of(repository)["a"].kind == "folder"

    tree.revert(first(repository), ["a/b"], author=AUTHOR)

    check_paths({path.encode() for path in head_of(repository)})
    assert files_in(tree.root) == head_of(repository) == files_of(repository, first(repository))
    assert tree.status().is_clean

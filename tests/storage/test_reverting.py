"""Revert: exactly the named paths become what they were, as a new revision."""

from pathlib import Path

import pytest
from plainfiles import texts, write

from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.errors import Conflict, Invalid, NotFound
from jupyter_domino.storage import Repository, RevisionId, WorkingTree


@pytest.fixture
def first(tree: WorkingTree) -> RevisionId:
    """Revision 1 of a tree that is at revision 2."""
    for path in ("a", "b", "dir/x", "gone"):
        write(tree, path, "one")
    revision = tree.sync("one", author="ada").revision
    for path in ("a", "b", "dir/x", "dir/new"):
        write(tree, path, "two")
    (tree.root / "gone").unlink()
    tree.sync("two", author="ada")
    return revision


def test_only_named_paths_are_reverted(
    tree: WorkingTree, first: RevisionId, repository: Repository
) -> None:
    result = tree.revert(first, ["a", "dir"], author="ada")

    assert texts(tree) == {"a": "one", "b": "two", "dir/x": "one"}
    assert [change.path for change in result.changes] == ["a", "dir/new", "dir/x"]
    assert result.number == 3
    assert tree.base == result.revision
    assert tree.status().is_clean
    assert repository.resolve("r3").message == "Revert a, dir to r1"


def test_revert_of_everything_brings_deleted_files_back(
    tree: WorkingTree, first: RevisionId, repository: Repository
) -> None:
    result = tree.revert(first, author="ada")

    assert texts(tree) == {"a": "one", "b": "one", "dir/x": "one", "gone": "one"}
    assert repository.diff(first, result.revision or first) == []


def test_history_stays(tree: WorkingTree, first: RevisionId, repository: Repository) -> None:
    before = repository.log()

    tree.revert(first, author="ada")

    assert repository.log()[1:] == before


def test_revert_stores_no_content(
    tree: WorkingTree, first: RevisionId, memory_store: MemoryStore
) -> None:
    packs = list(memory_store.list("pools/project/packs/"))

    tree.revert(first, author="ada")

    assert list(memory_store.list("pools/project/packs/")) == packs


def test_unsynced_edit_in_the_way_is_refused_by_name(tree: WorkingTree, first: RevisionId) -> None:
    write(tree, "a", "edited")

    with pytest.raises(Conflict) as error:
        tree.revert(first, ["a"], author="ada")

    assert (error.value.code, error.value.details["paths"]) == ("unsynced-changes", ["a"])
    assert str(error.value).startswith("'a' would lose edits")
    assert texts(tree)["a"] == "edited"


def test_forced_revert_syncs_the_edit_first(
    tree: WorkingTree, first: RevisionId, repository: Repository
) -> None:
    write(tree, "a", "edited")

    result = tree.revert(first, ["a"], author="ada", force=True)

    assert texts(tree)["a"] == "one"
    assert result.overwritten == ("a",)
    assert result.saved_as is not None
    assert b"".join(repository.read(result.saved_as, "a")) == b"edited"
    assert (repository.resolve("HEAD").number, result.number) == (4, 4)


def test_unsynced_edits_elsewhere_stay_unsynced(tree: WorkingTree, first: RevisionId) -> None:
    write(tree, "b", "edited")

    result = tree.revert(first, ["a"], author="ada")

    assert texts(tree)["b"] == "edited"
    assert [change.path for change in result.changes] == ["a"]
    assert [change.path for change in tree.status().changes] == ["b"]


def test_file_deleted_by_mistake_comes_back_without_force(
    tree: WorkingTree, first: RevisionId, repository: Repository
) -> None:
    (tree.root / "a").unlink()
    head = repository.resolve("HEAD").id

    result = tree.revert(head, ["a"], author="ada")

    assert texts(tree)["a"] == "two"
    assert result.revision is None
    assert tree.status().is_clean


def test_revert_to_what_is_there_makes_no_revision(tree: WorkingTree, first: RevisionId) -> None:
    head = tree.base
    assert head is not None

    result = tree.revert(head, author="ada")

    assert (result.revision, result.changes) == (None, ())


def test_dry_run_writes_nothing(
    tree: WorkingTree, first: RevisionId, repository: Repository
) -> None:
    before, head = texts(tree), repository.head()

    result = tree.revert(first, author="ada", dry_run=True)

    assert len(result.changes) == 5
    assert (texts(tree), repository.head()) == (before, head)


def test_untracked_file_in_the_way_is_refused(tree: WorkingTree, first: RevisionId) -> None:
    write(tree, ".dominoignore", "gone\n")
    write(tree, "gone", "mine")
    tree.sync("ignore", author="ada")

    with pytest.raises(Conflict) as error:
        tree.revert(first, ["gone"], author="ada", force=True)

    assert error.value.details["paths"] == ["gone"]
    assert texts(tree)["gone"] == "mine"


def test_revert_brings_in_what_others_added(
    tree: WorkingTree, other: WorkingTree, first: RevisionId
) -> None:
    other.hydrate(tree.base or first)
    write(other, "b", "theirs")
    other.sync("theirs", author="bob")

    result = tree.revert(first, ["a"], author="ada")

    assert texts(tree)["a"] == "one"
    assert texts(tree)["b"] == "theirs"
    assert result.number == 4
    assert tree.status().is_clean


def test_edit_that_collides_with_what_comes_in_during_a_revert_is_kept(
    tree: WorkingTree, other: WorkingTree, first: RevisionId
) -> None:
    other.hydrate(tree.base or first)
    write(other, "b", "theirs")
    other.sync("theirs", author="bob")
    write(tree, "b", "mine")

    tree.revert(first, ["a"], author="ada")

    assert texts(tree)["b"] == "mine"
    assert "theirs" in texts(tree).values()


@pytest.mark.parametrize("path", ["../a", "/etc/passwd", "..", "a/../../b", "a\0b"])
def test_path_outside_the_project_is_refused(
    tree: WorkingTree, first: RevisionId, path: str
) -> None:
    with pytest.raises(Invalid) as error:
        tree.revert(first, [path], author="ada")

    assert error.value.code == "path-outside-project"


def test_unknown_path_is_told(tree: WorkingTree, first: RevisionId) -> None:
    with pytest.raises(NotFound) as error:
        tree.revert(first, ["nowhere"], author="ada")

    assert error.value.code == "path-not-found"


def test_file_becomes_the_folder_that_it_was(tree: WorkingTree, tmp_path: Path) -> None:
    write(tree, "thing/inner", "one")
    first = tree.sync("folder", author="ada").revision
    (tree.root / "thing/inner").unlink()
    (tree.root / "thing").rmdir()
    write(tree, "thing", "file")
    second = tree.sync("file", author="ada").revision

    tree.revert(first, author="ada")
    assert texts(tree) == {"thing/inner": "one"}

    tree.revert(second, author="ada")
    assert texts(tree) == {"thing": "file"}
    assert tree.status().is_clean

"""Hydrate: a folder becomes a revision, whole files only, and nothing else is touched."""

import os
from pathlib import Path

import pytest
from plainfiles import files, texts, write

from jupyter_domino.errors import Conflict, NotFound, Refused
from jupyter_domino.storage import RevisionId, WorkingTree


@pytest.fixture
def first(tree: WorkingTree) -> RevisionId:
    for path in ("a", "b", "dir/x", "dir/y"):
        write(tree, path, "one")
    return tree.sync("one", author="ada").revision


@pytest.fixture
def second(tree: WorkingTree, first: RevisionId) -> RevisionId:
    write(tree, "a", "two")
    (tree.root / "dir/x").unlink()
    (tree.root / "dir/y").unlink()
    (tree.root / "dir").rmdir()
    write(tree, "new/z", "two")
    return tree.sync("two", author="ada").revision


def test_cold_hydrate_gives_the_tree(
    tree: WorkingTree, other: WorkingTree, first: RevisionId
) -> None:
    result = other.hydrate(first)

    assert files(other) == files(tree)
    assert (result.files_written, result.bytes_written, result.number) == (4, 12, 1)
    assert other.base == first
    assert other.status().is_clean


def test_warm_hydrate_writes_only_what_differs(
    tree: WorkingTree, other: WorkingTree, first: RevisionId, second: RevisionId
) -> None:
    other.hydrate(first)

    result = other.hydrate(second)

    assert files(other) == files(tree)
    assert (result.files_written, result.files_deleted, result.files_unchanged) == (2, 2, 1)
    assert not (other.root / "dir").exists()
    assert other.status().is_clean


def test_hydrate_goes_back_as_well(
    other: WorkingTree, first: RevisionId, second: RevisionId
) -> None:
    other.hydrate(second)

    other.hydrate(first)

    assert texts(other) == {"a": "one", "b": "one", "dir/x": "one", "dir/y": "one"}


def test_second_hydrate_of_a_revision_writes_nothing(other: WorkingTree, first: RevisionId) -> None:
    other.hydrate(first)

    result = other.hydrate(first)

    assert (result.files_written, result.files_unchanged) == (0, 4)


def test_folder_with_other_files_is_refused(other: WorkingTree, first: RevisionId) -> None:
    write(other, "thesis.tex", "mine")

    with pytest.raises(Conflict) as error:
        other.hydrate(first)

    assert (error.value.code, error.value.details["paths"]) == ("target-not-empty", ["thesis.tex"])
    assert texts(other) == {"thesis.tex": "mine"}
    assert other.base is None


def test_files_that_are_as_wanted_are_adopted(other: WorkingTree, first: RevisionId) -> None:
    write(other, "a", "one")

    result = other.hydrate(first)

    assert (result.files_written, result.files_unchanged) == (3, 1)


def test_edit_is_refused_by_name(other: WorkingTree, first: RevisionId, second: RevisionId) -> None:
    other.hydrate(first)
    write(other, "a", "mine")

    with pytest.raises(Conflict) as error:
        other.hydrate(second)

    assert (error.value.code, error.value.details["paths"]) == ("unsynced-changes", ["a"])
    assert texts(other)["a"] == "mine"
    assert other.base == first


def test_forced_hydrate_moves_edits_away_and_says_where(
    other: WorkingTree, first: RevisionId, second: RevisionId
) -> None:
    other.hydrate(first)
    write(other, "a", "mine")

    result = other.hydrate(second, force=True)

    assert texts(other)["a"] == "two"
    saved = list((other.root / ".domino/saved").rglob("a"))
    assert [file.read_text() for file in saved] == ["mine"]
    assert [problem.path for problem in result.problems] == ["a"]


def test_new_file_of_the_user_stays(
    other: WorkingTree, first: RevisionId, second: RevisionId
) -> None:
    other.hydrate(first)
    write(other, "dir/mine", "mine")

    other.hydrate(second)

    assert texts(other)["dir/mine"] == "mine"
    assert [change.path for change in other.status().changes] == ["dir/mine"]


def test_dry_run_writes_nothing(other: WorkingTree, first: RevisionId) -> None:
    result = other.hydrate(first, dry_run=True)

    assert (result.files_written, result.dry_run) == (4, True)
    assert files(other) == {}
    assert other.base is None


def test_link_in_place_of_a_folder_leads_nowhere(
    other: WorkingTree, first: RevisionId, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (other.root / "dir").symlink_to(outside)

    with pytest.raises(Conflict):
        other.hydrate(first)

    assert list(outside.iterdir()) == []


def test_link_made_of_a_tracked_folder_leads_nowhere(
    other: WorkingTree, first: RevisionId, second: RevisionId, tmp_path: Path
) -> None:
    other.hydrate(second)
    outside = tmp_path / "outside"
    outside.mkdir()
    (other.root / "dir").symlink_to(outside)

    with pytest.raises(Conflict):
        other.hydrate(first)

    assert list(outside.iterdir()) == []


def test_hydrate_goes_on_after_a_crash(
    tree: WorkingTree, other: WorkingTree, first: RevisionId, second: RevisionId
) -> None:
    """As if killed after one file of the second revision."""
    other.hydrate(first)
    other._tree.dot.begin_hydrate(second)
    write(other, "a", "two")

    with pytest.raises(Conflict, match="cut short"):
        other.sync("half", author="bob")
    other.hydrate(second)

    assert files(other) == files(tree)
    assert other.sync("whole", author="bob").created is False


def test_hydrate_to_another_revision_after_a_crash_knows_the_first_ones_files(
    other: WorkingTree, first: RevisionId, second: RevisionId
) -> None:
    other.hydrate(first)
    other._tree.dot.begin_hydrate(second)
    write(other, "a", "two")
    write(other, "new/z", "two")

    other.hydrate(first)

    assert texts(other) == {"a": "one", "b": "one", "dir/x": "one", "dir/y": "one"}
    assert other.status().changes == ()


def test_folder_that_may_not_be_written_is_told_and_goes_on_later(
    other: WorkingTree, first: RevisionId, as_plain_user: None
) -> None:
    (other.root / "dir").mkdir()
    (other.root / "dir").chmod(0o555)

    with pytest.raises(Refused) as error:
        other.hydrate(first)
    (other.root / "dir").chmod(0o755)
    other.hydrate(first)

    assert error.value.code == "permission-denied"
    assert texts(other) == {"a": "one", "b": "one", "dir/x": "one", "dir/y": "one"}
    assert other.status().is_clean


def test_unknown_revision_is_told(other: WorkingTree) -> None:
    with pytest.raises(NotFound) as error:
        other.hydrate(RevisionId("0" * 40))

    assert error.value.code == "revision-not-found"
    assert not (other.root / ".domino/hydrating").exists()


def test_times_are_put_back_so_that_a_warm_tree_equals_a_cold_one(
    tree: WorkingTree, other: WorkingTree, first: RevisionId, second: RevisionId
) -> None:
    other.hydrate(first)
    other.hydrate(second)

    for path in files(tree):
        ours, theirs = (tree.root / path).lstat(), (other.root / path).lstat()
        assert (ours.st_mtime_ns, ours.st_mode) == (theirs.st_mtime_ns, theirs.st_mode)
    assert os.listdir(other.root / "new") == ["z"]

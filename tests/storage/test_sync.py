"""Sync and status of one tree."""

import os
import shutil
from pathlib import Path

import pytest
from plainfiles import write

from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.errors import Conflict, NotFound
from jupyter_domino.storage import ChangeKind, DominoRules, Kind, Repository, WorkingTree


def objects(store: MemoryStore) -> set[str]:
    return {info.key for info in store.list("")}


def test_first_sync_makes_revision_one(tree: WorkingTree) -> None:
    write(tree, "data/train.csv", "a,b\n")
    write(tree, "model.py", "print()\n")

    result = tree.sync("first", author="ada")

    assert (result.number, result.parent, result.created) == (1, None, True)
    assert (result.files_added, result.files_changed, result.files_deleted) == (2, 0, 0)
    assert tree.base == result.revision


def test_revision_says_where_it_came_from(tree: WorkingTree, repository: Repository) -> None:
    write(tree, "a", "12345")

    tree.sync("why", author="ada")

    head = repository.head()
    assert head is not None
    assert (head.author, head.message, head.files, head.bytes) == ("ada", "why", 1, 5)
    assert (head.number, head.branch, head.parents) == (1, "main", ())


def test_sync_of_unchanged_tree_stores_nothing_and_returns_the_head(
    tree: WorkingTree, memory_store: MemoryStore
) -> None:
    write(tree, "a", "content")
    first = tree.sync("one", author="ada")
    before = objects(memory_store)

    second = tree.sync("two", author="ada")

    assert (second.revision, second.created, second.bytes_stored) == (first.revision, False, 0)
    assert objects(memory_store) == before


def test_touching_a_file_makes_no_revision(tree: WorkingTree) -> None:
    file = write(tree, "a", "content")
    first = tree.sync("one", author="ada")
    os.utime(file, ns=(1, 1))

    assert tree.status().changes == ()
    assert tree.sync("two", author="ada").revision == first.revision


def test_sync_of_an_empty_folder_makes_an_empty_revision(tree: WorkingTree) -> None:
    result = tree.sync("nothing yet", author="ada")

    assert (result.created, result.number) == (True, 1)
    assert tree.sync("still nothing", author="ada").created is False


def test_status_tells_added_changed_deleted_mode_and_type(tree: WorkingTree) -> None:
    for name in ("changed", "deleted", "mode", "type", "same"):
        write(tree, name, name)
    tree.sync("one", author="ada")
    write(tree, "changed", "otherwise")
    (tree.root / "deleted").unlink()
    (tree.root / "mode").chmod(0o755)
    (tree.root / "type").unlink()
    (tree.root / "type").symlink_to("same")
    write(tree, "added", "new")

    changes = {change.path: change.kind for change in tree.status().changes}

    assert changes == {
        "added": ChangeKind.ADDED,
        "changed": ChangeKind.CHANGED,
        "deleted": ChangeKind.DELETED,
        "mode": ChangeKind.MODE,
        "type": ChangeKind.TYPE,
    }


def test_deleted_file_stays_in_older_revisions(tree: WorkingTree, repository: Repository) -> None:
    write(tree, "a", "kept")
    write(tree, "b", "b")
    first = tree.sync("one", author="ada")
    (tree.root / "a").unlink()

    second = tree.sync("two", author="ada")

    assert second.files_deleted == 1
    assert [entry.path for entry in repository.entries(second.revision)] == ["b"]
    assert b"".join(repository.read(first.revision, "a")) == b"kept"


def test_deletion_is_not_forgotten_by_a_status_before_the_sync(tree: WorkingTree) -> None:
    write(tree, "a", "a")
    write(tree, "b", "b")
    tree.sync("one", author="ada")
    (tree.root / "a").unlink()

    assert len(tree.status().changes) == 1
    assert len(tree.status().changes) == 1
    assert tree.sync("two", author="ada").files_deleted == 1


def test_file_that_goes_and_comes_back_is_no_change(tree: WorkingTree) -> None:
    write(tree, "d/a", "a")
    tree.sync("one", author="ada")
    (tree.root / "d/a").rename(tree.root / "away")
    tree.status()
    (tree.root / "away").rename(tree.root / "d/a")

    assert tree.status().changes == ()


def test_dry_run_stores_and_moves_nothing(tree: WorkingTree, memory_store: MemoryStore) -> None:
    write(tree, "a", "a")
    before = objects(memory_store)

    result = tree.sync("one", author="ada", dry_run=True)

    assert (result.dry_run, result.files_added) == (True, 1)
    assert objects(memory_store) == before
    assert tree.base is None


def test_empty_folder_is_a_row_until_something_is_in_it(
    tree: WorkingTree, repository: Repository
) -> None:
    (tree.root / "empty").mkdir()
    first = tree.sync("one", author="ada")
    write(tree, "empty/file", "x")
    second = tree.sync("two", author="ada")

    assert [entry.kind for entry in repository.entries(first.revision)] == [Kind.FOLDER]
    assert [entry.path for entry in repository.entries(second.revision)] == ["empty/file"]


def test_large_file_changed_in_the_middle_stores_only_what_is_new(tree: WorkingTree) -> None:
    content = os.urandom(12 << 20)
    write(tree, "large", content)
    tree.sync("one", author="ada")
    write(tree, "large", content[: 6 << 20] + b"inserted" + content[6 << 20 :])

    result = tree.sync("two", author="ada")

    assert 0 < result.bytes_stored < 5 << 20


def test_copy_of_a_small_file_is_not_stored_again(tree: WorkingTree) -> None:
    content = os.urandom(500_000)
    write(tree, "a", content)
    write(tree, "b", content)

    assert tree.sync("one", author="ada").bytes_stored < 520_000


def test_unreadable_file_keeps_its_row_and_is_reported(
    tree: WorkingTree, repository: Repository, as_plain_user: None
) -> None:
    file = write(tree, "secret", "one")
    write(tree, "open", "one")
    tree.sync("one", author="ada")
    file.write_text("two")
    file.chmod(0)
    write(tree, "open", "two")

    result = tree.sync("two", author="ada")

    assert [problem.path for problem in result.problems] == ["secret"]
    assert b"".join(repository.read(result.revision, "secret")) == b"one"
    file.chmod(0o644)
    assert tree.sync("three", author="ada").files_changed == 1


def test_unreadable_folder_keeps_its_rows_and_is_reported(
    tree: WorkingTree, repository: Repository, as_plain_user: None
) -> None:
    write(tree, "closed/a", "a")
    write(tree, "closed/b/c", "c")
    tree.sync("one", author="ada")
    (tree.root / "closed").chmod(0)
    write(tree, "open", "x")

    result = tree.sync("two", author="ada")

    (tree.root / "closed").chmod(0o755)
    assert [problem.path for problem in result.problems] == ["closed"]
    assert [entry.path for entry in repository.entries(result.revision)] == [
        "closed/a",
        "closed/b/c",
        "open",
    ]
    assert tree.status().changes == ()


def test_file_deleted_in_a_folder_while_it_was_closed_is_noticed_when_it_opens(
    tree: WorkingTree, as_plain_user: None
) -> None:
    write(tree, "closed/a", "a")
    write(tree, "closed/b", "b")
    tree.sync("one", author="ada")
    (tree.root / "closed").chmod(0)
    tree.sync("two", author="ada")
    (tree.root / "closed").chmod(0o755)
    (tree.root / "closed/a").unlink()

    assert [change.path for change in tree.status().changes] == ["closed/a"]


def test_special_files_are_reported_by_name(tree: WorkingTree) -> None:
    os.mkfifo(tree.root / "pipe")
    write(tree, "a", "a")

    result = tree.sync("one", author="ada")
    again = tree.status()

    assert [problem.path for problem in result.problems] == ["pipe"]
    assert [problem.path for problem in again.problems] == ["pipe"]
    assert again.changes == ()


def test_tree_moved_to_another_place_is_still_the_tree(
    tree: WorkingTree, tmp_path: Path, repository: Repository
) -> None:
    write(tree, "a", "a")
    tree.sync("one", author="ada")
    moved = tmp_path / "elsewhere"
    tree.root.rename(moved)

    assert WorkingTree(moved, repository, rules=DominoRules(moved)).status().is_clean


def test_half_written_index_is_rebuilt(tree: WorkingTree) -> None:
    write(tree, "a", "a")
    write(tree, "b/c", "c")
    tree.sync("one", author="ada")
    index = tree.root / ".domino/index"
    whole = index.read_bytes()
    index.write_bytes(whole[: len(whole) // 2])

    assert tree.status().changes == ()
    assert tree.sync("two", author="ada").created is False


def test_lost_index_does_not_hide_a_deletion(tree: WorkingTree) -> None:
    write(tree, "a", "a")
    write(tree, "b", "b")
    tree.sync("one", author="ada")
    (tree.root / ".domino/index").unlink()
    (tree.root / "a").unlink()

    assert [change.path for change in tree.status().changes] == ["a"]


def test_index_of_another_base_is_not_believed(tree: WorkingTree) -> None:
    write(tree, "a", "one")
    tree.sync("one", author="ada")
    old = (tree.root / ".domino/index").read_bytes()
    write(tree, "a", "two")
    write(tree, "b", "two")
    tree.sync("two", author="ada")
    (tree.root / ".domino/index").write_bytes(old)

    assert tree.status().changes == ()


def test_second_sync_at_once_is_told_to_wait(tree: WorkingTree) -> None:
    write(tree, "a", "a")
    dot = tree._tree.dot
    with dot.locked(), pytest.raises(Conflict) as error, dot.locked(wait_seconds=0.1):
        pass

    assert error.value.code == "sync-in-progress"


def test_base_that_the_store_has_not_is_told(
    tree: WorkingTree, make_tree: object, tmp_path: Path
) -> None:
    write(tree, "a", "a")
    tree.sync("one", author="ada")
    elsewhere = Repository.create(MemoryStore(), "project")

    with pytest.raises(NotFound, match="which is not in"):
        WorkingTree(tree.root, elsewhere, rules=DominoRules(tree.root)).status()


def test_temporary_file_of_a_dead_writer_is_swept_and_never_stored(
    tree: WorkingTree, repository: Repository
) -> None:
    litter = write(tree, "d/.domino-0123456789abcdef.tmp", "half")
    write(tree, "a", "a")

    result = tree.sync("one", author="ada")

    assert [entry.path for entry in repository.entries(result.revision)] == ["a"]
    assert not litter.exists()


def test_file_named_almost_like_a_temporary_one_is_a_file(
    tree: WorkingTree, repository: Repository
) -> None:
    write(tree, ".domino-mine.tmp", "x")

    result = tree.sync("one", author="ada")

    assert [entry.path for entry in repository.entries(result.revision)] == [".domino-mine.tmp"]


def test_folder_that_is_gone_is_told_and_not_made_again(tree: WorkingTree) -> None:
    write(tree, "a", "a")
    tree.sync("one", author="ada")
    shutil.rmtree(tree.root)

    for call in (tree.status, lambda: tree.sync("two", author="ada")):
        with pytest.raises(NotFound) as error:
            call()
        assert error.value.code == "project-moved"
    assert not tree.root.exists()

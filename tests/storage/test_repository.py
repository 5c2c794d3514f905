"""Revisions by id, number, branch; their entries; what differs between two."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from plainfiles import files, texts, write

from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.errors import Invalid, NotFound, Refused, Unavailable
from jupyter_domino.storage import ChangeKind, DominoRules, Repository, RevisionId, WorkingTree
from jupyter_domino.storage.os_errors import to_domino_error


@pytest.fixture
def history(tree: WorkingTree) -> list[RevisionId]:
    """Three revisions, oldest first."""
    ids = []
    for number in (1, 2, 3):
        write(tree, "a", f"a{number}")
        if number == 2:
            write(tree, "dir/b", "b")
        ids.append(tree.sync(f"number {number}", author="ada").revision)
    return ids


def test_revision_is_found_by_id_prefix_number_branch_and_head(
    repository: Repository, history: list[RevisionId]
) -> None:
    assert repository.resolve(history[0]).number == 1
    assert repository.resolve(history[0][:8]).id == history[0]
    assert repository.resolve("r2").id == history[1]
    assert repository.resolve("main").id == history[2]
    assert repository.resolve("HEAD").id == history[2]


@pytest.mark.parametrize(
    "spec",
    [
        "r4",
        "r0",
        "r-1",
        "nobranch",
        "0" * 40,
        "abc",
        "",
        "r99999999999",
        "../x",
        "HEAD~1",
        "\udcff",
    ],
)
def test_unknown_revision_is_told(
    repository: Repository, history: list[RevisionId], spec: str
) -> None:
    with pytest.raises(NotFound) as error:
        repository.resolve(spec)

    assert error.value.code == "revision-not-found"


def test_prefix_of_several_revisions_is_refused_with_their_ids(
    repository: Repository, memory_store: MemoryStore
) -> None:
    twins = [f"abcd{digit}" + "0" * 35 for digit in "01"]
    for revision in twins:
        memory_store.put(f"pools/project/revs/{revision}", b"")

    with pytest.raises(Invalid) as error:
        repository.resolve("abcd")

    assert error.value.code == "revision-ambiguous"
    assert error.value.details["matches"] == twins


def test_log_is_newest_first_and_can_be_limited(
    repository: Repository, history: list[RevisionId]
) -> None:
    assert [revision.id for revision in repository.log()] == history[::-1]
    assert [revision.number for revision in repository.log(limit=2)] == [3, 2]
    assert [revision.message for revision in repository.log(limit=1)] == ["number 3"]


def test_log_of_a_path_has_the_revisions_that_changed_it(
    repository: Repository, history: list[RevisionId]
) -> None:
    assert [revision.number for revision in repository.log(path="dir/b")] == [2]
    assert [revision.number for revision in repository.log(path="dir/")] == [2]
    assert [revision.number for revision in repository.log(path="a", limit=2)] == [3, 2]
    assert repository.log(path="nowhere") == []


def test_entries_of_a_folder_or_a_file(tree: WorkingTree, repository: Repository) -> None:
    for path in ("d/x", "d/y/z", "d.txt", "d-1", "d0", "e"):
        write(tree, path, path)
    revision = tree.sync("one", author="ada").revision

    def under(prefix: str) -> list[str]:
        return [entry.path for entry in repository.entries(revision, prefix)]

    assert under("d") == under("d/") == ["d/x", "d/y/z"]
    assert under("d.txt") == ["d.txt"]
    assert under("nowhere") == []
    assert under("") == ["d-1", "d.txt", "d/x", "d/y/z", "d0", "e"]


def test_entry_that_is_not_there_is_told(repository: Repository, history: list[RevisionId]) -> None:
    for call in (repository.entry, repository.read):
        with pytest.raises(NotFound) as error:
            call(history[0], "dir/b")
        assert error.value.code == "path-not-found"


def test_diff_tells_what_each_path_was_and_is(
    repository: Repository, history: list[RevisionId]
) -> None:
    changes = repository.diff(history[0], history[2])

    assert [(change.path, change.kind) for change in changes] == [
        ("a", ChangeKind.CHANGED),
        ("dir/b", ChangeKind.ADDED),
    ]
    assert changes[1].old is None
    assert repository.diff(history[0], history[0]) == []
    assert [change.kind for change in repository.diff(None, history[0])] == [ChangeKind.ADDED]
    assert [change.kind for change in repository.diff(history[1], history[0])] == [
        ChangeKind.CHANGED,
        ChangeKind.DELETED,
    ]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "\n"])
def test_project_with_an_impossible_id_is_refused(
    memory_store: object, repository: Repository, name: str
) -> None:
    with pytest.raises(Invalid):
        Repository.open(repository.pool.store, name)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Writing beyond fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_hydrate_onto_a_full_disk_is_told_and_goes_on_later(
    tree: WorkingTree, other: WorkingTree
) -> None:
    write(tree, "large", b"x" * 3_000_000)
    write(tree, "small", "s")
    revision = tree.sync("one", author="ada").revision

    with largest_file(1_000_000), pytest.raises(Unavailable) as error:
        other.hydrate(revision)
    left = set(files(other))
    other.hydrate(revision)

    assert error.value.code == "disk-full"
    assert "large" not in left
    assert files(other) == files(tree)
    assert other.status().is_clean


def test_sync_into_a_full_store_is_told_and_goes_on_later(
    tree: WorkingTree, directory_store: DirectoryStore
) -> None:
    repository = Repository.create(directory_store, "project")
    ours = WorkingTree(tree.root, repository, rules=DominoRules(tree.root))
    write(ours, "a", "a")
    first = ours.sync("one", author="ada").revision
    write(ours, "large", os.urandom(3_000_000))

    with largest_file(1_000_000), pytest.raises(Unavailable) as error:
        ours.sync("two", author="ada")
    head = repository.resolve("HEAD").id
    second = ours.sync("two", author="ada")

    assert (error.value.code, head) == ("disk-full", first)
    assert second.files_added == 1
    assert repository.check(second.revision) == []


def test_incoming_file_that_cannot_be_written_is_not_taken_for_deleted(
    tree: WorkingTree, other: WorkingTree, as_plain_user: None
) -> None:
    write(tree, "dir/a", "a")
    write(tree, "b", "b")
    other.hydrate(tree.sync("one", author="ada").revision)
    write(other, "dir/new", "new")
    other.sync("two", author="bob")
    (tree.root / "dir").chmod(0o555)

    first = tree.sync("in vain", author="ada")
    again = tree.sync("in vain", author="ada")
    (tree.root / "dir").chmod(0o755)
    tree.sync("at last", author="ada")

    assert [problem.path for problem in first.problems] == ["dir/new"]
    assert (again.created, again.files_deleted) == (False, 0)
    assert texts(tree)["dir/new"] == "new"
    assert tree.status().is_clean


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOSPC, Unavailable, "disk-full"),
        (errno.EDQUOT, Unavailable, "disk-full"),
        (errno.EACCES, Refused, "permission-denied"),
        (errno.EROFS, Refused, "permission-denied"),
        (errno.EIO, Unavailable, "unavailable"),
    ],
)
def test_the_systems_errors_have_ours(number: int, kind: type[Exception], code: str) -> None:
    error = to_domino_error(OSError(number, "said"), "/some/place")

    assert isinstance(error, kind)
    assert error.code == code
    assert "/some/place" in error.message


def test_folder_that_may_not_be_written_is_told(tree: WorkingTree, as_plain_user: None) -> None:
    tree.root.chmod(0o555)

    with pytest.raises(Refused) as error:
        tree.sync("one", author="ada")

    tree.root.chmod(0o755)
    assert error.value.code == "permission-denied"

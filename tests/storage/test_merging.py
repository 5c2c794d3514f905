"""Two people sync one project: nothing is lost, and nobody is blocked."""

import itertools
import os
from pathlib import Path

import pytest
from plainfiles import texts, write

from jupyter_domino.storage import DominoRules, JobLink, Repository, WorkingTree


@pytest.fixture
def both(tree: WorkingTree, other: WorkingTree) -> tuple[WorkingTree, WorkingTree]:
    """Two trees at one revision."""
    for path in ("a", "b", "dir/x", "dir/y"):
        write(tree, path, path)
    other.hydrate(tree.sync("start", author="ada").revision)
    return tree, other


Both = tuple[WorkingTree, WorkingTree]


def test_disjoint_edits_merge_into_a_revision_of_two_parents(
    both: Both, repository: Repository
) -> None:
    ours, theirs = both
    write(theirs, "b", "theirs")
    head = theirs.sync("b", author="bob")
    write(ours, "a", "ours")

    result = ours.sync("a", author="ada")

    revision = repository.revision(result.revision)
    assert (result.merged, result.conflicts, result.number) == (True, (), 3)
    assert revision.parents[0] == head.revision
    assert len(revision.parents) == 2
    assert [change.path for change in result.incoming] == ["b"]
    assert texts(ours) == {"a": "ours", "b": "theirs", "dir/x": "dir/x", "dir/y": "dir/y"}
    assert ours.status().is_clean


def test_tree_without_edits_is_brought_forward_without_a_revision(both: Both) -> None:
    ours, theirs = both
    write(theirs, "new", "n")
    (theirs.root / "a").unlink()
    head = theirs.sync("new", author="bob")

    result = ours.sync("nothing", author="ada")

    assert (result.revision, result.created) == (head.revision, False)
    assert texts(ours) == texts(theirs)
    assert ours.status().is_clean


def test_status_tells_what_would_come_in(both: Both) -> None:
    ours, theirs = both
    write(theirs, "new", "n")
    theirs.sync("new", author="bob")

    status = ours.status()

    assert [change.path for change in status.incoming] == ["new"]
    assert status.changes == ()
    assert not status.is_clean


def test_two_edits_of_one_file_are_both_kept(both: Both, repository: Repository) -> None:
    ours, theirs = both
    write(theirs, "dir/x", "theirs")
    theirs.sync("theirs", author="bob")
    write(ours, "dir/x", "ours")

    result = ours.sync("ours", author="ada")

    assert result.conflicts == ("dir/x.conflict-r2",)
    assert repository.revision(result.revision).conflicts == ("dir/x.conflict-r2",)
    assert texts(ours)["dir/x"] == "ours"
    assert texts(ours)["dir/x.conflict-r2"] == "theirs"
    assert ours.status().is_clean


def test_conflict_copy_keeps_the_suffix(both: Both) -> None:
    ours, theirs = both
    write(theirs, "plot.png", "theirs")
    theirs.sync("theirs", author="bob")
    write(ours, "plot.png", "ours")

    assert ours.sync("ours", author="ada", label="bob").conflicts == ("plot.conflict-bob.png",)


def test_job_leaves_the_name_to_the_head_and_the_tree_alone(
    both: Both, repository: Repository
) -> None:
    user, job = both
    write(user, "a", "user")
    user.sync("user", author="ada")
    write(job, "a", "job")
    write(job, "result", "job")

    result = job.sync("job", author="bob", job=JobLink("f" * 32, 7), prefer="head", label="job-7")

    revision = repository.revision(result.revision)
    held = {
        entry.path: b"".join(repository.read(result.revision, entry.path))
        for entry in repository.entries(result.revision)
    }
    assert (held["a"], held["a.conflict-job-7"], held["result"]) == (b"user", b"job", b"job")
    assert (revision.job, revision.job_number) == ("f" * 32, 7)
    assert texts(job)["a"] == "job"


def test_job_that_syncs_twice_makes_one_revision(both: Both) -> None:
    user, job = both
    write(user, "a", "user")
    user.sync("user", author="ada")
    write(job, "a", "job")

    first = job.sync("job", author="bob", prefer="head", label="job-7")
    second = job.sync("job", author="bob", prefer="head", label="job-7")

    assert (second.revision, second.created) == (first.revision, False)


def test_same_edit_on_both_sides_is_no_conflict(both: Both) -> None:
    ours, theirs = both
    write(theirs, "a", "same")
    head = theirs.sync("theirs", author="bob")
    write(ours, "a", "same")

    result = ours.sync("ours", author="ada")

    assert (result.revision, result.conflicts, result.created) == (head.revision, (), False)


def test_bits_on_one_side_and_content_on_the_other_give_both(both: Both) -> None:
    ours, theirs = both
    (theirs.root / "a").chmod(0o755)
    theirs.sync("mode", author="bob")
    write(ours, "a", "content")

    result = ours.sync("content", author="ada")

    assert result.conflicts == ()
    assert (ours.root / "a").read_text() == "content"
    assert (ours.root / "a").stat().st_mode & 0o777 == 0o755
    assert ours.status().is_clean


def test_edit_survives_the_other_sides_deletion(both: Both) -> None:
    ours, theirs = both
    (theirs.root / "a").unlink()
    write(theirs, "b", "theirs")
    theirs.sync("delete a, edit b", author="bob")
    write(ours, "a", "ours")
    (ours.root / "b").unlink()

    result = ours.sync("edit a, delete b", author="ada")

    assert result.conflicts == ("a", "b")
    assert texts(ours)["a"] == "ours"
    assert texts(ours)["b"] == "theirs"
    assert ours.status().is_clean


def test_file_and_folder_of_one_name_are_both_kept(both: Both) -> None:
    ours, theirs = both
    write(theirs, "name/inner", "theirs")
    write(theirs, "file", "theirs")
    theirs.sync("theirs", author="bob")
    write(ours, "name", "ours")
    write(ours, "file/inner", "ours")

    result = ours.sync("ours", author="ada")

    assert texts(ours)["name"] == "ours"
    assert texts(ours)["name.conflict-r2/inner"] == "theirs"
    assert texts(ours)["file/inner"] == "ours"
    assert texts(ours)["file.conflict-r2"] == "theirs"
    assert result.conflicts == ("file.conflict-r2", "name.conflict-r2/inner")
    assert ours.status().is_clean


def test_symlink_and_file_of_one_name_are_both_kept(both: Both) -> None:
    ours, theirs = both
    (theirs.root / "a").unlink()
    (theirs.root / "a").symlink_to("b")
    theirs.sync("theirs", author="bob")
    write(ours, "a", "ours")

    ours.sync("ours", author="ada")

    assert (ours.root / "a").read_text() == "ours"
    assert os.readlink(ours.root / "a.conflict-r2") == "b"


def test_second_conflict_of_a_name_gets_a_number(both: Both) -> None:
    ours, theirs = both
    write(theirs, "a", "theirs")
    write(theirs, "a.conflict-bob", "in use")
    theirs.sync("theirs", author="bob")
    write(ours, "a", "ours")

    assert ours.sync("ours", author="ada", label="bob").conflicts == ("a.conflict-bob-2",)
    assert texts(ours)["a.conflict-bob"] == "in use"


def test_folder_emptied_from_both_sides_is_gone(both: Both) -> None:
    ours, theirs = both
    (theirs.root / "dir/x").unlink()
    theirs.sync("x", author="bob")
    (ours.root / "dir/y").unlink()

    ours.sync("y", author="ada")

    assert not (ours.root / "dir").exists() or ours.status().is_clean
    assert ours.status().is_clean


def test_folder_emptied_on_one_side_and_filled_on_the_other_stays(both: Both) -> None:
    ours, theirs = both
    write(theirs, "dir/new", "theirs")
    theirs.sync("fill", author="bob")
    (ours.root / "dir/x").unlink()
    (ours.root / "dir/y").unlink()

    ours.sync("empty", author="ada")

    assert texts(ours) == {"a": "a", "b": "b", "dir/new": "theirs"}
    assert ours.status().is_clean


def test_tree_that_is_new_to_the_project_is_merged_with_it(
    both: Both, tmp_path: Path, repository: Repository
) -> None:
    root = tmp_path / "third"
    root.mkdir()
    third = WorkingTree(root, repository, rules=DominoRules(root))
    write(third, "a", "a")
    write(third, "b", "mine")

    result = third.sync("join", author="eve")

    assert result.conflicts == ("b.conflict-r1",)
    assert texts(third)["b"] == "mine"
    assert texts(third)["dir/x"] == "dir/x"
    assert third.status().is_clean


def test_lost_base_does_not_undo_what_others_did(both: Both) -> None:
    """As after a crash between the branch entry and the base."""
    ours, theirs = both
    write(ours, "a", "ours")
    ours.sync("ours", author="ada")
    ours._tree.dot.set_base(theirs.base)  # type: ignore[arg-type]  # it has one

    result = ours.sync("again", author="ada")

    assert (result.created, result.conflicts) == (False, ())
    assert texts(ours)["a"] == "ours"
    assert ours.status().is_clean


def test_dry_run_foretells_the_merge(both: Both) -> None:
    ours, theirs = both
    write(theirs, "a", "theirs")
    write(theirs, "new", "theirs")
    theirs.sync("theirs", author="bob")
    write(ours, "a", "ours")
    before = texts(ours)

    told = ours.sync("ours", author="ada", dry_run=True)
    happened_not = texts(ours)
    done = ours.sync("ours", author="ada")

    assert happened_not == before
    assert (told.merged, told.conflicts) == (done.merged, done.conflicts)
    assert [change.path for change in told.incoming] == ["new"]


def test_untracked_file_in_the_way_of_an_incoming_one_is_left_alone(both: Both) -> None:
    ours, theirs = both
    write(ours, ".dominoignore", "*.log\n")
    theirs.sync("x", author="bob")
    write(ours, "run.log", "mine")
    write(theirs, "run.log", "theirs")
    theirs.sync("log", author="bob")

    result = ours.sync("ours", author="ada")

    assert texts(ours)["run.log"] == "mine"
    assert [problem.path for problem in result.problems] == ["run.log"]


EDITS = ("none", "edit", "same edit", "delete", "mode", "link", "folder")


def _apply(tree: WorkingTree, side: str, edit: str) -> None:
    file = tree.root / "a"
    if edit in ("delete", "link", "folder"):
        file.unlink()
    if edit == "edit":
        file.write_text(side)
    elif edit == "same edit":
        file.write_text("same")
    elif edit == "mode":
        file.chmod(0o700)
    elif edit == "link":
        file.symlink_to(side)
    elif edit == "folder":
        write(tree, "a/inside", side)


@pytest.mark.parametrize(("mine", "others"), list(itertools.product(EDITS, EDITS)))
def test_every_pair_of_edits_keeps_both_contents_and_leaves_a_clean_tree(
    both: Both, mine: str, others: str
) -> None:
    ours, theirs = both
    _apply(theirs, "theirs", others)
    _apply(ours, "ours", mine)
    edited = {**_contents(theirs), **_contents(ours)}
    theirs.sync("theirs", author="bob")

    ours.sync("ours", author="ada")

    assert ours.status().is_clean
    expected = set(edited) - {"a"}
    assert expected <= set(_contents(ours))
    theirs.sync("follow", author="bob")
    assert _contents(theirs) == _contents(ours)
    assert theirs.status().is_clean


def _contents(tree: WorkingTree) -> dict[str, str]:
    """Contents and targets, without regard to names."""
    found = {}
    for path in tree.root.rglob("*"):
        if ".domino" in path.parts:
            continue
        if path.is_symlink():
            found[f"-> {os.readlink(path)}"] = ""
        elif path.is_file():
            found[path.read_text()] = ""
    return found

"""What is tracked in a plain project: everything, less `.dominoignore`."""

import os
from pathlib import Path

import pytest
from plainfiles import texts, write

from jupyter_domino.errors import Invalid, Refused
from jupyter_domino.storage import DominoRules, Repository, WorkingTree


def tracked(tree: WorkingTree, repository: Repository) -> list[str]:
    revision = tree.sync("look", author="ada").revision
    return [entry.path for entry in repository.entries(revision)]


def test_patterns_leave_out_files_and_folders(tree: WorkingTree, repository: Repository) -> None:
    write(tree, ".dominoignore", "# scratch\n*.log\n!keep.log\n/cache/\ndeep/**/tmp\n")
    for path in ("a.log", "keep.log", "d/b.log", "cache/x", "d/cache/y", "deep/a/b/tmp", "z"):
        write(tree, path, "x")

    assert tracked(tree, repository) == [".dominoignore", "d/cache/y", "keep.log", "z"]


def test_git_and_domino_folders_are_never_tracked(
    tree: WorkingTree, repository: Repository
) -> None:
    for path in (".git/config", "sub/.git/config", "sub/.domino/base", "sub/a", ".gitignore"):
        write(tree, path, "x")
    write(tree, "worktree/.git", "gitdir: elsewhere")

    assert tracked(tree, repository) == [".gitignore", "sub/a"]


@pytest.mark.parametrize(
    ("path", "is_tracked", "rule", "source"),
    [
        ("a.log", False, "*.log", ".dominoignore:2"),
        ("d/a.log", False, "*.log", ".dominoignore:2"),
        ("keep.log", True, "!keep.log", ".dominoignore:3"),
        ("cache/x/y", False, "/cache/", ".dominoignore:5"),
        ("z", True, "no rule leaves it out", None),
        ("x/.git/config", False, "'.git' is never tracked", None),
        (".domino/base", False, "'.domino' is never tracked", None),
    ],
)
def test_why_names_the_rule_and_its_line(
    tree: WorkingTree, path: str, is_tracked: bool, rule: str, source: str | None
) -> None:
    write(tree, ".dominoignore", "# scratch\n*.log\n!keep.log\n\n/cache/\n")

    verdict = tree.why(path)

    assert (verdict.tracked, verdict.rule, verdict.source) == (is_tracked, rule, source)


def test_why_of_a_folder(tree: WorkingTree) -> None:
    write(tree, ".dominoignore", "build/\n")
    write(tree, "build/x", "x")

    assert not tree.why("build").tracked
    assert not tree.why("build/").tracked


def test_why_says_what_can_never_be_stored(tree: WorkingTree) -> None:
    os.mkfifo(tree.root / "pipe")
    write(tree, "data/a", "x")
    (tree.root / "link").symlink_to("data")

    found = {path: tree.why(path) for path in ("pipe", "link", "link/a", "nowhere")}

    assert {path: verdict.tracked for path, verdict in found.items()} == {
        "pipe": False,
        "link": True,
        "link/a": False,
        "nowhere": True,
    }
    assert found["pipe"].rule == "it is a named pipe: only files are stored"
    assert found["link/a"].rule == "'link' is a symlink: only the link is stored"


def test_why_outside_the_project_is_refused(tree: WorkingTree) -> None:
    with pytest.raises(Invalid) as error:
        tree.why("../x")

    assert error.value.code == "path-outside-project"


def test_change_of_the_rules_counts_at_once_without_reading_files_again(
    tree: WorkingTree, repository: Repository
) -> None:
    write(tree, "a.log", "x")
    write(tree, "z", "x")
    assert tracked(tree, repository) == ["a.log", "z"]
    write(tree, ".dominoignore", "*.log\n")

    result = tree.sync("ignore", author="ada")

    assert [entry.path for entry in repository.entries(result.revision)] == [".dominoignore", "z"]
    assert [problem.path for problem in result.problems] == ["a.log"]
    assert texts(tree)["a.log"] == "x"
    (tree.root / ".dominoignore").unlink()
    assert tracked(tree, repository) == ["a.log", "z"]


def test_ignored_files_are_not_touched_by_hydrate_merge_or_revert(
    tree: WorkingTree, other: WorkingTree
) -> None:
    write(tree, "d/a", "one")
    first = tree.sync("one", author="ada").revision
    write(tree, ".dominoignore", "*.log\n")
    second = tree.sync("two", author="ada").revision
    other.hydrate(second)
    write(other, "d/run.log", "mine")
    (tree.root / "d/a").unlink()
    (tree.root / "d").rmdir()
    tree.sync("three", author="ada")

    other.sync("follow", author="bob")
    other.revert(first, ["d"], author="bob")
    other.hydrate(first)

    assert texts(other)["d/run.log"] == "mine"


def test_folder_with_only_ignored_files_is_no_empty_folder(
    tree: WorkingTree, repository: Repository
) -> None:
    write(tree, ".dominoignore", "*.log\n")
    write(tree, "logs/a.log", "x")

    assert tracked(tree, repository) == [".dominoignore"]
    assert tree.status().is_clean


def test_rules_file_with_odd_bytes_is_read(tmp_path: Path) -> None:
    (tmp_path / ".dominoignore").write_bytes(b"\xef\xbb\xbf*.log\r\n\xff\xfe*\n")
    rules = DominoRules(tmp_path)
    rules.refresh()

    assert not rules.tracks_file("a.log")
    assert not rules.tracks_file("\udcff\udcfex")
    assert rules.tracks_file("a")


@pytest.mark.parametrize("line", ["!", "a\\"])
def test_line_that_is_no_pattern_is_refused_by_number(tree: WorkingTree, line: str) -> None:
    write(tree, ".dominoignore", f"*.log\n\n{line}\n")

    with pytest.raises(Invalid, match=r"\.dominoignore:3"):
        tree.sync("one", author="ada")


def test_rules_that_cannot_be_read_stop_a_sync(tree: WorkingTree, as_plain_user: None) -> None:
    """What they leave out may be secret."""
    write(tree, ".dominoignore", "secret\n").chmod(0)

    with pytest.raises(Refused):
        tree.sync("one", author="ada")

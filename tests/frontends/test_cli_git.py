"""A project in a git checkout."""

import os
import subprocess

import pytest


@pytest.fixture
def checkout(folder):
    """A git checkout with one commit."""
    (folder / "fit.py").write_text("print(1)\n")
    for words in (
        ["init", "-q", "-b", "trunk"],
        ["add", "fit.py"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def git_status(folder):
    return subprocess.run(
        ["git", "status", "--porcelain"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def test_init_makes_a_git_project_that_git_does_not_see(domino, checkout):
    made = domino.json("init")

    assert made["project"]["kind"] == "git"
    assert sorted(made["wrote"]) == [".domino/", "artifacts/"]
    assert git_status(checkout) == ""
    assert not os.path.exists(checkout / ".dominoignore")


def test_revision_records_where_git_stood(domino, checkout):
    domino.json("init")

    domino.json("sync", "-m", "clean")
    (checkout / "fit.py").write_text("print(2)\n")
    domino.json("sync", "-m", "dirty")

    log = domino.json("log")["revisions"]
    assert [r["git"]["dirty"] for r in log] == [True, False]
    assert [r["git"]["branch"] for r in log] == ["trunk", "trunk"]
    assert len(log[0]["git"]["head"]) == 40


def test_revert_writes_artifacts_and_leaves_code_to_git(domino, checkout):
    domino.json("init")
    (checkout / "artifacts" / "model.txt").write_text("one\n")
    domino.json("sync", "-m", "one")
    (checkout / "artifacts" / "model.txt").write_text("two\n")
    domino.json("sync", "-m", "two")

    domino.json("revert", "r1", "artifacts/model.txt")
    code, name, _ = domino.fails("revert", "r1", "fit.py")

    assert (checkout / "artifacts" / "model.txt").read_text() == "one\n"
    assert (code, name) == (6, "git-owns")

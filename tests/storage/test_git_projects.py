"""In a git checkout code belongs to git, and `artifacts/` to us."""

import subprocess
from pathlib import Path

import pytest
from plainfiles import texts, write

from jupyter_domino.errors import Refused, Unavailable
from jupyter_domino.storage import DominoRules, GitRules, Repository, WorkingTree, git_state


def git(root: Path, *arguments: str) -> str:
    command = [
        "git", "-c", "user.name=ada", "-c", "user.email=ada@example.org",
        "-c", "init.defaultBranch=main", *arguments,
    ]  # fmt: skip
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def checkout(tmp_path: Path, repository: Repository) -> WorkingTree:
    """A checkout with a commit, an ignored file, and an artifact."""
    return make_checkout(tmp_path / "checkout", repository)


def make_checkout(root: Path, repository: Repository) -> WorkingTree:
    root.mkdir()
    git(root, "init", "-q")
    tree = WorkingTree(root, repository, rules=GitRules(root), writable="artifacts/")
    write(tree, ".gitignore", "*.pyc\nartifacts/\n")
    write(tree, "src/model.py", "one")
    git(root, "add", ".")
    git(root, "commit", "-qm", "start")
    write(tree, "src/model.pyc", "compiled")
    write(tree, "artifacts/data.csv", "data")
    return tree


def paths(repository: Repository, revision: str) -> list[str]:
    return [entry.path for entry in repository.entries(repository.resolve(revision).id)]


def test_revision_holds_what_git_would_take_and_all_artifacts(
    checkout: WorkingTree, repository: Repository
) -> None:
    write(checkout, "notes.txt", "not added, not ignored")
    write(checkout, "artifacts/x.pyc", "git would not")
    (checkout.root / "artifacts/empty").mkdir()
    (checkout.root / "empty").mkdir()

    checkout.sync("one", author="ada")

    assert paths(repository, "HEAD") == [
        ".gitignore",
        "artifacts/data.csv",
        "artifacts/empty",
        "artifacts/x.pyc",
        "notes.txt",
        "src/model.py",
    ]


def test_revision_has_uncommitted_edits_and_says_that_the_tree_was_dirty(
    checkout: WorkingTree, repository: Repository
) -> None:
    write(checkout, "src/model.py", "edited")
    state = git_state(checkout.root)

    revision = checkout.sync("one", author="ada", git=state).revision

    assert b"".join(repository.read(revision, "src/model.py")) == b"edited"
    assert repository.revision(revision).git == state
    assert (state.dirty, state.branch) == (True, "main")
    assert state.head == git(checkout.root, "rev-parse", "HEAD").strip()


def test_artifacts_do_not_make_the_checkout_dirty(checkout: WorkingTree) -> None:
    (checkout.root / ".gitignore").write_text("*.pyc\n.domino/\n")
    git(checkout.root, "commit", "-qam", "track artifacts")

    assert git_state(checkout.root).dirty is False


def test_checkout_without_a_commit_has_a_state(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")

    assert git_state(tmp_path).head is None


def test_newly_ignored_code_leaves_the_next_revision(
    checkout: WorkingTree, repository: Repository
) -> None:
    write(checkout, "scratch.txt", "x")
    checkout.sync("one", author="ada")
    write(checkout, ".gitignore", "*.pyc\nartifacts/\nscratch.txt\n")

    result = checkout.sync("two", author="ada")

    assert "scratch.txt" not in paths(repository, "HEAD")
    assert [problem.path for problem in result.problems] == ["scratch.txt"]


def test_why_tells_gits_rule(checkout: WorkingTree) -> None:
    ignored, code, ours = map(checkout.why, ("src/model.pyc", "src/model.py", "artifacts/a.pyc"))

    assert (ignored.tracked, ignored.rule, ignored.source) == (False, "*.pyc", ".gitignore:1")
    assert (code.tracked, code.rule) == (True, "git takes it")
    assert ours.tracked


def test_dominoignore_counts_for_artifacts_only(
    checkout: WorkingTree, repository: Repository
) -> None:
    write(checkout, ".dominoignore", "*.csv\n*.py\n")

    checkout.sync("one", author="ada")

    assert paths(repository, "HEAD") == [
        ".dominoignore", ".gitignore", "src/model.py",
    ]  # fmt: skip


def test_revert_of_code_is_refused_with_gits_command(checkout: WorkingTree) -> None:
    state = git_state(checkout.root)
    first = checkout.sync("one", author="ada", git=state).revision

    with pytest.raises(Refused, match="git restore --source=") as error:
        checkout.revert(first, ["src/model.py"], author="ada")

    assert error.value.code == "git-owns"


def test_revert_of_everything_reverts_artifacts_only(
    checkout: WorkingTree, repository: Repository
) -> None:
    first = checkout.sync("one", author="ada").revision
    write(checkout, "src/model.py", "two")
    write(checkout, "artifacts/data.csv", "two")
    checkout.sync("two", author="ada")

    result = checkout.revert(first, author="ada")

    assert texts(checkout)["src/model.py"] == "two"
    assert texts(checkout)["artifacts/data.csv"] == "data"
    assert [change.path for change in result.changes] == ["artifacts/data.csv"]
    assert checkout.status().is_clean


def test_merge_brings_in_artifacts_and_leaves_code_to_git(
    checkout: WorkingTree, tmp_path: Path, repository: Repository
) -> None:
    checkout.sync("one", author="ada")
    other = make_checkout(tmp_path / "other", repository)
    write(other, "src/model.py", "others code")
    write(other, "artifacts/theirs", "t")
    other.sync("two", author="bob")
    write(checkout, "artifacts/mine", "m")

    result = checkout.sync("three", author="ada")

    assert result.conflicts == ()
    assert texts(checkout)["src/model.py"] == "one"
    assert texts(checkout)["artifacts/theirs"] == "t"
    assert b"".join(repository.read(result.revision, "src/model.py")) == b"one"
    assert checkout.status().is_clean


def test_jobs_change_of_code_is_not_stored_but_reported(
    checkout: WorkingTree, tmp_path: Path, repository: Repository
) -> None:
    revision = checkout.sync("one", author="ada").revision
    volume = tmp_path / "volume"
    volume.mkdir()
    whole = WorkingTree(volume, repository, rules=DominoRules(volume))
    whole.hydrate(revision)
    job = WorkingTree(volume, repository, rules=DominoRules(volume), writable="artifacts/")
    write(job, "src/model.py", "rewritten by the job")
    write(job, "artifacts/result", "r")

    result = job.sync("job", author="ada", prefer="head", label="job-1")

    assert paths(repository, "HEAD")[1:3] == ["artifacts/data.csv", "artifacts/result"]
    assert b"".join(repository.read(result.revision, "src/model.py")) == b"one"
    assert [problem.path for problem in result.problems] == ["src/model.py"]


def test_nested_checkout_is_not_taken_apart(checkout: WorkingTree, repository: Repository) -> None:
    nested = checkout.root / "vendor"
    nested.mkdir()
    git(nested, "init", "-q")
    (nested / "file").write_text("x")

    result = checkout.sync("one", author="ada")

    assert not any(path.startswith("vendor") for path in paths(repository, "HEAD"))
    assert [problem.path for problem in result.problems] == ["vendor"]


def test_folder_that_git_does_not_know_is_told(tmp_path: Path, repository: Repository) -> None:
    tree = WorkingTree(tmp_path, repository, rules=GitRules(tmp_path), writable="artifacts/")

    with pytest.raises(Unavailable, match="git refuses"):
        tree.status()

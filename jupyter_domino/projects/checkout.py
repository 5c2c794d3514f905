"""What git knows of a folder, asked from the `git` program."""

import subprocess
from pathlib import Path

from jupyter_domino.errors import Unavailable
from jupyter_domino.storage.values import GitState

ARTIFACTS = "artifacts"
"""Folder of a git project that belongs to the project's store."""

TIMEOUT_SECONDS = 60
"""`git status` of a million files on a cold disk; more is a hung mount."""


def is_checkout(root: Path) -> bool:
    """The folder is the root of a git checkout (also of a worktree or a submodule)."""
    return (root / ".git").exists()


def git_state(root: Path) -> GitState:
    """Where the checkout at `root` stands.

    `dirty` counts untracked files too, but nothing in `ARTIFACTS`, which is not git's.

    Raises:
        Unavailable: there is no `git` program, or it refuses the checkout.
    """
    ours = f":(exclude){ARTIFACTS}"
    output = _git(root, "status", "--porcelain=v2", "--branch", "-z", "--", ".", ours)
    head: str | None = None
    branch: str | None = None
    dirty = False
    for line in output.split("\0"):
        if line.startswith("# branch.oid "):
            head = line.removeprefix("# branch.oid ")
        elif line.startswith("# branch.head "):
            branch = line.removeprefix("# branch.head ")
        elif line and not line.startswith("#"):
            dirty = True
            break
    return GitState(
        head=None if head == "(initial)" else head,
        branch=None if branch == "(detached)" else branch,
        dirty=dirty,
    )


def _git(root: Path, *arguments: str) -> str:
    # Optional locks off: a status in the background must not make the user's `git add` fail.
    command = ["git", "--no-optional-locks", "-C", str(root), *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, check=True, timeout=TIMEOUT_SECONDS, text=True,
            errors="surrogateescape",
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Unavailable(
            "The project is a git checkout, but there is no 'git' program here: install git."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(
            f"'git status' did not answer within {TIMEOUT_SECONDS} s in {root}: try it by hand."
        ) from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().partition("\n")[0]
        raise Unavailable(f"git refuses the checkout {root}: {said}") from error
    return done.stdout

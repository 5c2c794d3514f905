"""What git says of a checkout, asked from the `git` program."""

import subprocess
from pathlib import Path

from jupyter_domino.errors import Unavailable
from jupyter_domino.storage.values import GitState

TIMEOUT_SECONDS = 120
"""A million files on a cold disk; more is a hung mount."""


def list_files(root: Path) -> bytes:
    """Files that git tracks or would take, each followed by a zero byte.

    Raises:
        Unavailable: git does not answer.
    """
    return _git(root, "ls-files", "-co", "--exclude-standard", "--exclude=/.domino/", "-z")


def git_state(root: Path, ours: str = "artifacts") -> GitState:
    """Where the checkout stands. Untracked files make it dirty; the folder `ours` does not.

    Raises:
        Unavailable: git does not answer.
    """
    output = _git(
        root, "status", "--porcelain=v2", "--branch", "-z", "--", ".", f":(exclude){ours}"
    )
    head: str | None = None
    branch: str | None = None
    dirty = False
    for line in output.decode("utf-8", "surrogateescape").split("\0"):
        if line.startswith("# branch.oid "):
            head = line.removeprefix("# branch.oid ")
        elif line.startswith("# branch.head "):
            branch = line.removeprefix("# branch.head ")
        elif line and not line.startswith("#"):
            dirty = True
    return GitState(
        head=None if head == "(initial)" else head,
        branch=None if branch == "(detached)" else branch,
        dirty=dirty,
    )


def ignore_rule(root: Path, path: str) -> tuple[str, str | None]:
    """The rule by which git leaves the path out, and its `file:line`."""
    try:
        name = path.encode("utf-8", "surrogateescape") + b"\0"
        output = _git(root, "check-ignore", "-v", "-z", "--stdin", accepted=(0, 1), given=name)
    except Unavailable:
        return "git does not take it", None
    fields = output.decode("utf-8", "surrogateescape").split("\0")
    if len(fields) < 4:
        return "git does not take it", None
    source, line, pattern = fields[:3]
    return pattern, f"{source}:{line}"


def _git(
    root: Path, *arguments: str, accepted: tuple[int, ...] = (0,), given: bytes = b""
) -> bytes:
    # Without the optional locks: a status in the background must not make `git add` fail.
    command = ["git", "--no-optional-locks", "-C", str(root), *arguments]
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, check=False, timeout=TIMEOUT_SECONDS
        )
    except FileNotFoundError as error:
        raise Unavailable(
            "The project is a git checkout, but there is no 'git' program here: install git."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(
            f"git did not answer within {TIMEOUT_SECONDS} s in {root}: try 'git status' there."
        ) from error
    if done.returncode not in accepted:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise Unavailable(f"git refuses the checkout {root}: {said}")
    return done.stdout

"""Folders as the tests see them: read and changed with the system's calls, not by our code."""

import os
import shutil
import stat
from pathlib import Path
from typing import NamedTuple

from jupyter_domino.storage import DominoRules, Repository, RevisionId, WorkingTree
from jupyter_domino.store import ObjectStore

PROJECT = "0123456789abcdef0123456789abcdef"
AUTHOR = "ada"


class Node(NamedTuple):
    """What is at a path."""

    kind: str
    mode: int
    content: bytes


Files = dict[str, Node]

SCRATCH = next((place for place in ("/dev/shm",) if os.access(place, os.W_OK)), None)
"""Where thousands of files are made and forced to disk in little time; None: the usual place."""


def new_repository(store: ObjectStore) -> Repository:
    return Repository.create(store, PROJECT)


def open_tree(root: Path, store: ObjectStore) -> WorkingTree:
    """A tree as another process would open it: nothing is remembered."""
    root.mkdir(exist_ok=True)
    return WorkingTree(root, Repository.open(store, PROJECT), rules=DominoRules(root))


def sync(tree: WorkingTree, message: str = "") -> RevisionId:
    return tree.sync(message, author=AUTHOR).revision


def is_ignored(path: str, rules: str) -> bool:
    """Whether a rule of those the tests use leaves the path out; its folders count too."""
    names = path.split("/")
    if any(name in (".domino", ".git") for name in names):
        return True
    if "*.log" in rules and any(name.endswith(".log") for name in names):
        return True
    return "skip/" in rules and "skip" in names[:-1]


def files_in(root: Path) -> Files:
    """All that should be tracked, by a plain walk."""
    rules_file = root / ".dominoignore"
    rules = rules_file.read_text() if rules_file.is_file() else ""
    found: Files = {}
    for folder, names, others in os.walk(root):
        prefix = os.path.relpath(folder, root) + "/" if folder != str(root) else ""
        for name in list(names):
            is_link = os.path.islink(os.path.join(folder, name))
            if is_link:
                others.append(name)
            if is_link or is_ignored(f"{prefix}{name}/x", rules):
                names.remove(name)
        tracked = [name for name in others if not is_ignored(prefix + name, rules)]
        found.update((prefix + name, node_at(os.path.join(folder, name))) for name in tracked)
        if prefix and not os.listdir(folder):
            mode = stat.S_IMODE(os.stat(folder).st_mode) & 0o777
            found[prefix[:-1]] = Node("folder", mode, b"")
    return found


def node_at(path: str) -> Node:
    state = os.lstat(path)
    if stat.S_ISLNK(state.st_mode):
        return Node("symlink", 0o777, os.fsencode(os.readlink(path)))
    with open(path, "rb") as file:
        return Node("file", stat.S_IMODE(state.st_mode), file.read())


def files_of(repository: Repository, revision: RevisionId) -> Files:
    """All that a revision holds."""
    return {
        entry.path: Node(
            entry.kind.value,
            entry.mode,
            b"" if entry.kind == "folder" else b"".join(repository.read(revision, entry.path)),
        )
        for entry in repository.entries(revision)
    }


def without_folders(files: Files) -> Files:
    return {path: node for path, node in files.items() if node.kind != "folder"}


def contents(files: Files) -> set[tuple[str, bytes]]:
    """What would be lost if it were nowhere."""
    return {(node.kind, node.content) for node in files.values() if node.kind != "folder"}


def clear(path: Path) -> None:
    """Remove whatever is at the path."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def make_room(root: Path, path: str) -> Path:
    """The full path, its folders made and whatever stood there or on the way removed."""
    place = root / path
    for folder in reversed(place.parents):
        if folder != root and root in folder.parents and not is_folder(folder):
            clear(folder)
            folder.mkdir()
    clear(place)
    return place


def is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()

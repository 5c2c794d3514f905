"""Files of a tree, written and read without our code."""

import os
from pathlib import Path

from jupyter_domino.storage import WorkingTree


def write(tree: WorkingTree, path: str, content: str | bytes = b"") -> Path:
    """Write a file, making its folders."""
    file = tree.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def files(tree: WorkingTree) -> dict[str, bytes]:
    """All files and links of a tree but ours, with their contents or targets."""
    found: dict[str, bytes] = {}
    for folder, folders, names in os.walk(tree.root):
        folders[:] = [name for name in folders if name != ".domino"]
        for name in names:
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, tree.root)
            if os.path.islink(path):
                found[relative] = b"-> " + os.fsencode(os.readlink(path))
            else:
                found[relative] = Path(path).read_bytes()
    return found


def texts(tree: WorkingTree) -> dict[str, str]:
    """The same as text."""
    return {path: content.decode(errors="replace") for path, content in files(tree).items()}

"""The project that `golden/` holds as each version of the format wrote it.

    golden_project.py golden/v0

writes it, once for each version; what is written is then read for ever and never replaced.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from trees import AUTHOR, PROJECT, Files, files_of

from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.storage import DominoRules, Repository, RevisionId, WorkingTree

WRITTEN = datetime(2026, 11, 21, 12, 34, 56, 789, UTC)
"""By the clock of all revisions."""

MTIME_NS = 1_700_000_000_123_456_789


def write_first(root: Path) -> None:
    """Files of every kind, with names of every kind."""
    block = b"".join(bytes([(i * i * 31 + i // 7) % 256]) for i in range(4099))
    files = {
        "train.ipynb": b'{"cells": []}',
        "data/train.csv": b"x,y\n" + b"1,2\n" * 500,
        "data/empty": b"",
        "run.sh": b"#!/bin/sh\n",
        "new\nline": b"odd",
        "-dash": b"odd",
        "question?": b"odd",
        os.fsdecode(b"not utf-8 \xff\x7f"): b"odd",
        "n" * 255: b"odd",
        "large.bin": block * 400,
    }
    for path, content in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(content)
    for number in range(400):
        (root / "many").mkdir(exist_ok=True)
        (root / "many" / f"{number:03}").write_bytes(b"%d" % (number % 7))
    (root / "data" / "link").symlink_to("../run.sh")
    (root / "empty").mkdir(mode=0o755)
    settle(root)
    (root / "run.sh").chmod(0o755)


def settle(root: Path) -> None:
    """Give all files the same bits and the same time, whoever runs this."""
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, ns=(MTIME_NS, MTIME_NS), follow_symlinks=False)


def tree_of(root: Path, store: DirectoryStore) -> WorkingTree:
    root.mkdir(exist_ok=True)
    repository = Repository.create(store, PROJECT, clock=lambda: WRITTEN)
    return WorkingTree(root, repository, rules=DominoRules(root))


def write(store: DirectoryStore, work: Path) -> None:
    """r1; r2 by another; r3, merged, with a conflict."""
    one = tree_of(work / "one", store)
    write_first(one.root)
    first = one.sync("first model", author=AUTHOR)
    two = tree_of(work / "two", store)
    two.hydrate(first.revision)
    (two.root / "data" / "train.csv").write_bytes(b"theirs")
    (two.root / "train.ipynb").unlink()
    settle(two.root)
    (two.root / "run.sh").chmod(0o755)
    two.sync("theirs", author="bob")
    (one.root / "data" / "train.csv").write_bytes(b"ours")
    with (one.root / "large.bin").open("r+b") as file:
        file.write(b"another beginning")
    os.utime(one.root / "data" / "train.csv", ns=(MTIME_NS, MTIME_NS))
    os.utime(one.root / "large.bin", ns=(MTIME_NS, MTIME_NS))
    one.sync("ours", author=AUTHOR)


def described(files: Files) -> dict[str, list[object]]:
    """Fit for JSON, and small."""
    return {
        path.encode("utf-8", "surrogateescape").hex(): [
            node.kind,
            node.mode,
            hashlib.sha256(node.content).hexdigest()[:16],
        ]
        for path, node in sorted(files.items())
    }


def main(target: Path) -> None:
    store = DirectoryStore(target / "store")
    store.create()
    with tempfile.TemporaryDirectory() as work:
        write(store, Path(work))
    shutil.rmtree(target / "store" / ".incoming")
    repository = Repository.open(store, PROJECT)
    expected = {
        revision.id: described(files_of(repository, RevisionId(revision.id)))
        for revision in repository.log()
    }
    (target / "expected.json").write_text(json.dumps(expected, indent=0) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

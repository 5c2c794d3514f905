"""One of several that sync a project at once, each from a tree of its own.

    rival.py STORE_URL TREE NAME ROUNDS

After a line on standard input it makes ROUNDS revisions: a file of its own in each, a new
version of `shared` in each, and a deletion of the file before the last. Prints their ids.
"""

import sys
from pathlib import Path

from trees import open_tree, sync

from jupyter_domino.wiring import open_store


def main(url: str, root: Path, name: str, rounds: int) -> None:
    tree = open_tree(root, open_store(url))
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(rounds):
        (root / f"{name}-{turn}").write_text(f"{name} {turn}")
        (root / f"{name}-{turn - 2}").unlink(missing_ok=True)
        (root / "shared").write_text(f"{name}'s {turn}")
        print(sync(tree), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))

"""Edits a tree and syncs it for ever, reporting each revision, until somebody kills it.

    endless_writer.py STORE_URL TREE SEED

Each line is `revision<TAB>number`: the files `n` and `d/<i>` then hold that number.
"""

import random
import sys
from pathlib import Path

from trees import open_tree, sync

from jupyter_domino.wiring import open_store


def main(url: str, root: Path, seed: int) -> None:
    choose = random.Random(seed)
    tree = open_tree(root, open_store(url))
    (root / "d").mkdir(exist_ok=True)
    number = seed
    while True:
        number += 1
        for path in (root / "n", root / "d" / str(choose.randrange(20))):
            path.write_text(str(number))
        (root / "d" / "large").write_bytes(b"%08d" % number * choose.randrange(200_000))
        print(sync(tree), number, sep="\t", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))

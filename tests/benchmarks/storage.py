"""Times the store on a tree: run it as a program.

    python tests/benchmarks/storage.py TREE STORE_FOLDER COPY_FOLDER

TREE is synced three times (new, unchanged, one file changed) into a store in STORE_FOLDER, which
must not exist, then hydrated into COPY_FOLDER. Each step runs in a process of its own, as from
the command line, and prints wall seconds, processor seconds and peak memory. TREE gets a
`.domino` folder and one new file; delete them afterwards.

100,000 files of 738 MB in 1,000 folders, in memory, on two busy cores in November 2026. Other
work on the machine moves the figures by a third; compare only with a run beside it.

    step                 wall s   processor s   peak MiB
    sync, first           4.7        6.8           281
    status                0.5        0.5            40
    sync, one file        0.6        0.6            41
    hydrate, cold         5.0        5.8           193
    revert, one file      0.9        0.9            41
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.storage import DominoRules, Repository, WorkingTree

STEPS = ("sync", "status", "sync-unchanged", "sync-one", "hydrate", "status-copy", "revert-one")


def step(name: str, tree: Path, store_folder: Path, copy: Path) -> object:
    """Do one step; what it answers."""
    store_folder.mkdir(parents=True, exist_ok=True)
    repository = Repository.create(DirectoryStore(store_folder), "benchmark")
    root = copy if name in ("hydrate", "status-copy") else tree
    root.mkdir(parents=True, exist_ok=True)
    working = WorkingTree(root, repository, rules=DominoRules(root))
    if name.startswith("status"):
        status = working.status()
        return status.files, status.bytes, len(status.changes)
    if name == "hydrate":
        done = working.hydrate(repository.resolve("HEAD").id)
        return done.files_written, done.bytes_written
    if name == "revert-one":
        return len(working.revert(repository.resolve("r1").id, ["new.txt"], author="me").changes)
    if name == "sync-one":
        (root / "new.txt").write_text(f"{time.time_ns()}\n")
    result = working.sync(name, author="me")
    return result.revision[:12], result.files_added, result.bytes_stored


def main(tree: str, store_folder: str, copy: str) -> None:
    """Run the steps, each in a process, and print what they took."""
    for name in STEPS:
        began = time.monotonic()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, __file__, tree, store_folder, copy, name]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        seconds = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{name:15} {seconds:7.2f} s  {cpu:7.2f} s cpu  {answer.strip()}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 5:
        print(step(sys.argv[4], *map(Path, sys.argv[1:4])), end="  ")
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "MiB")
    else:
        main(*sys.argv[1:])

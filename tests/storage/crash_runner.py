"""Runs a scenario's operation again and again, dying one system call later each time.

    crash_runner.py SCENARIO PREPARED WORK

leaves WORK/<n>/, the state after a death at the n-th call that changes files, for every n;
the last one was not reached. The code that dies is the real one; an audit hook counts.
"""

import os
import shutil
import sys
from pathlib import Path

from scenarios import SCENARIOS, store_of

CALLS = {
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.chmod",
    "os.utime",
    "os.truncate",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class DeathAt:
    """Ends the process, without a word, at the n-th call from now."""

    def __init__(self, number: int) -> None:
        self._left = number

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in CALLS or (event == "open" and is_writing(arguments)):
            self._left -= 1
            if self._left == 0:
                os._exit(9)


def is_writing(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & WRITING)


def main(name: str, prepared: Path, folder: Path) -> None:
    scenario = SCENARIOS[name]
    number = 0
    status = 9
    while status == 9:
        number += 1
        work = folder / str(number)
        shutil.copytree(prepared, work, symlinks=True)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                sys.addaudithook(DeathAt(number))
                scenario.operate(work, store_of(work))
                code = 0
            finally:
                os._exit(code)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status != 0:
        raise SystemExit(f"the operation failed at call {number}: see above")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))

"""Runs a scenario's operation again and again, dying one system call later each time.

    crash_runner.py SCENARIO FOLDER

For every n, it starts from FOLDER/prepared, dies at the n-th call that changes a file, and
holds what is left against `check_recovery`. The code that dies is the real one; an audit hook
counts. Prints how many deaths there were.
"""

import os
import shutil
import sys
from pathlib import Path

from scenarios import SCENARIOS, Scenario, check_recovery, store_of

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


def main(name: str, folder: Path) -> None:
    scenario, number, status = SCENARIOS[name], 0, 9
    while status == 9:
        number += 1
        work = folder / str(number)
        shutil.copytree(folder / "prepared", work, symlinks=True)
        status = die_at(number, scenario, work)
        check_recovery(scenario, work, folder / "prepared")
        shutil.rmtree(work)
    assert status == 0, f"{name} failed at call {number}"
    print(number - 1)


def die_at(number: int, scenario: Scenario, work: Path) -> int:
    """The exit status of a process that operates until then: 9, or 0 if that was too late."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            sys.addaudithook(DeathAt(number))
            scenario.operate(work, store_of(work))
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

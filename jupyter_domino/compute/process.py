"""Processes as /proc shows them: who one is for sure, whom it began, which job it is of.

Linux only. Standard library only: the supervisor is made of this.
"""

import ctypes
import os
import signal
import time
from collections.abc import Iterator, Mapping

JOB_MARK = "JUPYTER_DOMINO_JOB"
"""Set for every process of a job to the job's id: how what outlived us is found."""

FOLDER_VARIABLE = "JUPYTER_DOMINO_RUN_FOLDER"
"""Tells the programs of a job where its run folder is."""

SUPERVISOR_MARK = "JUPYTER_DOMINO_SUPERVISOR"
"""Set by whoever starts a supervisor: a job may start jobs, which are not its to end."""


def boot_id() -> str:
    """Which start of the machine this is."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()


def start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None when it is gone or a zombie."""
    stat = _stat(pid)
    return None if stat is None or stat[0] in "ZX" else int(stat[19])


def identity(pid: int) -> dict[str, object]:
    """What tells a process from any other that has its pid later."""
    return {"boot_id": boot_id(), "pid": pid, "start_time": start_time(pid)}


def is_alive(who: Mapping[str, object]) -> bool:
    """Whether the process of an `identity` still runs."""
    pid = who.get("pid")
    return (
        isinstance(pid, int)
        and who.get("start_time") is not None
        and who.get("boot_id") == boot_id()
        and who.get("start_time") == start_time(pid)
    )


def descendants(guard: int | None) -> Iterator[int]:
    """Processes below this one, but not the guard and no other job's supervisor or what it has."""
    children: dict[int, list[int]] = {}
    for pid in _pids():
        stat = _stat(pid)
        if stat is not None and stat[0] not in "ZX":
            children.setdefault(int(stat[1]), []).append(pid)
    todo = children.get(os.getpid(), [])
    while todo:
        pid = todo.pop()
        if pid == guard or _has_mark(pid, SUPERVISOR_MARK):
            continue
        yield pid
        todo.extend(children.get(pid, []))


def end_marked(job: str, *, seconds: float = 10.0) -> None:
    """Kill every process of a job wherever it was re-parented to."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        left = [p for p in _pids() if p != os.getpid() and _has_mark(p, JOB_MARK, job)]
        left = [p for p in left if start_time(p) is not None]
        if not left:
            return
        for pid in left:
            send(pid, signal.SIGKILL)
        time.sleep(0.02)


def send(pid: int, number: int) -> None:
    """Signal a process; without effect when it is gone or not ours."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name, which may have blanks and brackets in it."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def _has_mark(pid: int, name: str, value: str | None = None) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            variables = file.read().split(b"\0")
    except OSError:
        return False
    if value is not None:
        return f"{name}={value}".encode() in variables
    return any(variable.startswith(f"{name}=".encode()) for variable in variables)


def end_with_parent() -> None:
    """Have the kernel kill this process when the one that forked it ends."""
    _prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)

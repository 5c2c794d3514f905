"""The one small process that keeps a job; it outlives whoever started it.

It runs the job's stages one after another (prepare, run, finish) and says in
`state.json` where it stands. Standard library and two modules beside it only: it
must start in milliseconds and never fail on an import. What holds:

- `state.json` is replaced by rename, so a reader sees a whole one. It names this
  process by boot id, pid and start time: a pid alone may be somebody else's by now.
- `lock` is held (flock) while this process lives, so that only one recovers a job.
- The output of all stages goes straight into `log`; nothing is lost with this process.
- No process of the job survives its stage: daemons are re-parented here (subreaper)
  and ended. When this process is killed, its stages die with it (parent death
  signal), and the guard, a fork of it that waits for its end, runs `recover`.
- `recover` ends what is left of the job and runs *finish*.

Linux only: it reads /proc and calls prctl.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from jupyter_domino.compute.process import (
    FOLDER_VARIABLE,
    JOB_MARK,
    SUPERVISOR_MARK,
    adopt_orphans,
    boot_id,
    descendants,
    end_marked,
    end_with_parent,
    identity,
    send,
)
from jupyter_domino.compute.run_files import read_json, take_lock, write_json

STAGES = ("prepare", "run", "finish")
ENDED = "ended"

LADDERS: Mapping[str, tuple[int, ...]] = {
    "prepare": (signal.SIGTERM, signal.SIGKILL),
    "run": (signal.SIGINT, signal.SIGTERM, signal.SIGKILL),
    "finish": (0, signal.SIGTERM, signal.SIGKILL),
}
"""What each further request to stop sends. To store what was written is not cut short
by the first request, which came a moment too late for the command."""

LEFTOVER_SECONDS = 2.0
"""For what a command left running to end by itself, after SIGTERM."""

MAX_RECOVERIES = 2
"""A job whose recovery dies too is left as it is, with its files."""

ABANDONED = 99
"""As many requests to stop: the last step is due."""

POLL_SECONDS = 1.0
"""At most this late is a stop noticed whose signal was lost."""

_BOOT = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from jupyter_domino.compute.supervisor import main; main(*sys.argv[2:])"
)
_HANDLED = (signal.SIGCHLD, signal.SIGUSR1, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Supervisor:
    """Runs the stages of the job whose run folder and lock it has."""

    def __init__(self, folder: str, lock: int, state: dict[str, Any]) -> None:
        self.folder = folder
        self.spec = read_json(os.path.join(folder, "spec.json"))
        self.state: dict[str, Any] = {"codes": {}, "times": {}, "recoveries": 0, **state}
        self.state["supervisor"] = identity(os.getpid())
        self._lock = lock
        self._guard: int | None = None
        self._unsaved = False
        self._terminations = 0
        self._wake, wake = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGUSR1):
            signal.signal(number, lambda *_: None)
        # The machine goes down, or somebody means this job: stop it and keep what it has.
        signal.signal(signal.SIGTERM, self._on_termination)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        adopt_orphans()

    def supervise(self) -> None:
        """Run the job from its beginning; the guard takes over if this is killed."""
        self._start_guard()
        prepared = self._stage("prepare") == 0
        if self._stop_requests():
            self.state["stopped"] = True
        elif prepared:
            self._stage("run")
        self.finish()

    def finish(self) -> None:
        """Store what there is and end. Afterwards nothing of the job runs."""
        if not self._is_abandoned():
            known = self._stop_requests()
            if self._stage("finish") != 0 and self._stop_requests() == known:
                # It crashed or was killed, and can be run again; that fails only twice if it must.
                self._stage("finish")
        self.enter(ENDED)
        for _ in range(60):
            if not self._unsaved or self._is_abandoned():
                break
            self._pause(POLL_SECONDS)

    def enter(self, phase: str) -> None:
        """Say where the job stands. A full disk must not end it: it is said again later."""
        self.state["phase"] = phase
        self.state["times"][phase] = time.time()
        self._save()

    def _save(self) -> None:
        try:
            write_json(os.path.join(self.folder, "state.json"), self.state)
        except OSError:
            self._unsaved = True
        else:
            self._unsaved = False

    def _on_termination(self, *_: object) -> None:
        self._terminations += 1

    def _stop_requests(self) -> int:
        if self._is_abandoned():
            return ABANDONED
        asked = read_json(os.path.join(self.folder, "stop")).get("requests", 0)
        return int(asked) + self._terminations

    def _is_abandoned(self) -> bool:
        """The run folder was deleted: nobody can see or stop the job any more."""
        try:
            os.stat(os.path.join(self.folder, "spec.json"))
        except FileNotFoundError:
            return True
        except OSError:
            return False  # a network file system that does not answer just now
        return False

    def _stage(self, name: str) -> int:
        self.enter(name)
        pid = self._spawn(self.spec["stages"][name])
        self.state["child"] = identity(pid)
        self._save()
        code = self._wait(pid, name, self._stop_requests() if name == "finish" else 0)
        self._end_leftovers()
        self.state["codes"][name] = code
        self.state["child"] = None
        return code

    def _spawn(self, stage: Mapping[str, Any]) -> int:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            marks = {JOB_MARK: self.spec["job"], FOLDER_VARIABLE: self.folder}
            _become(stage, marks, os.path.join(self.folder, "log"), parent)
        return pid

    def _wait(self, pid: int, name: str, known_requests: int) -> int:
        ladder, rung, due = LADDERS[name], 0, float("inf")
        while (code := self._reap(pid)) is None:
            now = time.monotonic()
            asked = self._stop_requests() - known_requests
            if rung < len(ladder) and (rung < asked or now >= due):
                if name != "finish":
                    self.state["stopped"] = True
                _signal_group(pid, ladder[rung])
                due = now + self.spec["grace_seconds"] if ladder[rung] else float("inf")
                rung += 1
            self._pause(min(POLL_SECONDS, max(0.0, due - now)))
        return code

    def _reap(self, pid: int) -> int | None:
        """Collect all children that ended; the exit code of `pid` when it is among them."""
        code = None
        while True:
            try:
                ended, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return code
            if ended == 0:
                return code
            if ended == pid:
                code = os.waitstatus_to_exitcode(status)
                code = 128 - code if code < 0 else code

    def _pause(self, seconds: float) -> None:
        """Wait for a signal, at most `seconds`."""
        if self._unsaved:
            self._save()
        ready, _, _ = select.select([self._wake], [], [], seconds)
        if ready:
            os.read(self._wake, 4096)

    def _end_leftovers(self) -> None:
        """End what the stage left running, daemons too; gently first."""
        for pid in descendants(self._guard):
            send(pid, signal.SIGTERM)
        kill_at = time.monotonic() + LEFTOVER_SECONDS
        give_up = kill_at + 10.0  # a process that hangs in the kernel cannot be killed
        while (left := list(descendants(self._guard))) and time.monotonic() < give_up:
            if time.monotonic() >= kill_at:
                for pid in left:
                    send(pid, signal.SIGKILL)
            self._pause(0.05)
            self._reap(-1)

    def _start_guard(self) -> None:
        """Fork the process that recovers the job when this one is killed."""
        watched, held = os.pipe()
        self._guard = os.fork()
        if self._guard:
            os.close(watched)
            return  # `held` stays open for as long as this process lives, and no child has it
        os.setsid()
        os.close(held)
        os.close(self._lock)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.read(watched, 1)
        if self._is_abandoned():
            end_marked(self.spec["job"])
        elif read_json(os.path.join(self.folder, "state.json")).get("phase") != ENDED:
            os.execv(sys.executable, command(self.folder, "recover"))  # noqa: S606 - no shell wanted
        os._exit(0)


def command(folder: str, verb: str) -> list[str]:
    """The command line of a supervisor for a run folder; `verb` is `start` or `recover`.

    Isolated (-I) from the variables and folders of the user, and without site packages
    (-S), which nothing here needs and which take most of an interpreter's start.
    """
    package = str(Path(__file__).resolve().parents[2])
    return [sys.executable, "-I", "-S", "-c", _BOOT, package, folder, verb]


def _become(stage: Mapping[str, Any], marks: Mapping[str, str], log: str, parent: int) -> NoReturn:
    """Turn this fork into a stage's program. Never returns; 126 and 127 are the shell's."""
    code = 127
    try:
        os.setsid()
        end_with_parent()
        if os.getppid() != parent:
            os._exit(128 + signal.SIGKILL)
        signal.set_wakeup_fd(-1)
        for number in _HANDLED:
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 1)
        os.dup2(1, 2)
        _limit(stage)
        os.chdir(stage["cwd"])
        removed = {*stage["unset"], SUPERVISOR_MARK}
        kept = {k: v for k, v in os.environ.items() if k not in removed}
        environment = {**kept, **stage["environment"], **marks}
        os.execvpe(stage["argv"][0], stage["argv"], environment)  # noqa: S606 - no shell wanted
    except PermissionError as error:
        code = 126
        os.write(2, f"jupyter domino: {error}\n".encode())
    except OSError as error:
        os.write(2, f"jupyter domino: {error}\n".encode())
    finally:
        os._exit(code)


def _limit(stage: Mapping[str, Any]) -> None:
    """Bind to as many cores as the tier has, and be the first to go when memory runs out."""
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("500")
    if stage["cores"]:
        allowed = sorted(os.sched_getaffinity(0))
        first = stage["first_core"] % len(allowed)
        os.sched_setaffinity(0, (allowed[first:] + allowed[:first])[: stage["cores"]])


def _signal_group(pid: int, number: int) -> None:
    if number == 0:
        return
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # it has not made its group yet
        send(pid, number)


def _recover(folder: str) -> None:
    lock = take_lock(folder, seconds=2.0)
    if lock is None:
        return
    state = read_json(os.path.join(folder, "state.json"))
    if state.get("phase") == ENDED:
        return
    before = state.get("supervisor") or {}
    state["recoveries"] = state.get("recoveries", 0) + 1
    state.setdefault("lost_in", state.get("phase", "prepare"))
    state["restarted"] = before.get("boot_id") not in (None, boot_id())
    supervisor = Supervisor(folder, lock, state)
    end_marked(supervisor.spec["job"])
    if state["recoveries"] > MAX_RECOVERIES:
        supervisor.enter(ENDED)
    else:
        supervisor.finish()


def _start(folder: str, ready: int) -> None:
    lock = take_lock(folder, seconds=0.5)  # not at once: an observer may be trying it
    if lock is None or read_json(os.path.join(folder, "state.json")):
        os.write(ready, b"1")  # started before: whoever asks twice gets what there is
        return
    supervisor = Supervisor(folder, lock, {})
    supervisor.enter("prepare")
    os.write(ready, b"1")
    os.close(ready)
    supervisor.supervise()


def main(folder: str, verb: str) -> None:
    """Detach, then start or recover the job; returns 0 when that is on record, else 1."""
    told, ready = os.pipe()
    if os.fork():
        os.close(ready)
        os._exit(0 if os.read(told, 1) else 1)
    os.close(told)
    os.setsid()
    if verb == "start":
        _start(folder, ready)
    else:
        os.write(ready, b"1")
        os.close(ready)
        _recover(folder)

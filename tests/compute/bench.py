"""Real local processes: a runner, and specs whose stages are shell lines."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from jupyter_domino.adapters.processes import LocalProcesses
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.compute.runner import Observation, Phase, RunSpec, Stage


class Bench:
    """Runs shell lines as jobs below a folder, and cleans up after them."""

    def __init__(self, folder: Path) -> None:
        self.jobs = folder / "jobs"
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self.runner = LocalProcesses(self.jobs)

    def spec(self, run: str, *, prepare: str = "true", finish: str = "echo finished") -> RunSpec:
        prepare_stage, run_stage, finish_stage = (
            Stage(argv=("sh", "-c", line), cwd=str(self.scratch)) for line in (prepare, run, finish)
        )
        return RunSpec(
            job=uuid4().hex,
            prepare=prepare_stage,
            run=replace(run_stage, cores=1),
            finish=finish_stage,
            grace_seconds=0.3,
            details={},
        )

    def start(self, run: str, **stages: str) -> str:
        spec = self.spec(run, **stages)
        self.runner.start(spec)
        return spec.job

    def until(self, job: str, holds: Callable[[Observation], bool]) -> Observation:
        deadline = time.monotonic() + 20
        while not holds(seen := self.runner.observe(job)):
            assert time.monotonic() < deadline, (seen, self.log(job))
            time.sleep(0.01)
        return seen

    def ended(self, job: str) -> Observation:
        return self.until(job, lambda seen: seen.phase is Phase.ENDED)

    def file(self, name: str) -> str:
        """What a stage wrote into a file, once it is there."""
        path = self.scratch / name
        deadline = time.monotonic() + 20
        while not path.exists() or not path.read_text().endswith("\n"):
            assert time.monotonic() < deadline, f"{name} was not written"
            time.sleep(0.01)
        return path.read_text().strip()

    def log(self, job: str) -> str:
        return (self.runner.read_log(job, 0, 1 << 20) or b"").decode()

    def supervisor(self, job: str) -> int:
        return int(RunFolder(self.jobs / job).supervisor()["pid"])

    def clean_up(self) -> None:
        for folder in self.jobs.glob("*/"):
            for _ in range(3):
                if self.runner.observe(folder.name).phase is not Phase.ENDED:
                    self.runner.stop(folder.name, discard=True)


def is_running(pid: int) -> bool:
    """The process is there and no zombie (nobody reaps orphans in a bare container)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def guard_of(supervisor: int) -> int:
    """The supervisor's fork that waits for its end."""
    (guard,) = (
        int(entry)
        for entry in os.listdir("/proc")
        if entry.isdigit()
        and is_child(int(entry), supervisor)
        and b"supervisor" in Path(f"/proc/{entry}/cmdline").read_bytes()
    )
    return guard


def is_child(pid: int, parent: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return int(stat.rpartition(")")[2].split()[1]) == parent


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)

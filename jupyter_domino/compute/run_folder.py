"""The run folder of one job on this machine: what its processes tell each other, as files.

    spec.json      what to run (0600: it has the job's environment); written once
    state.json     where the supervisor stands; its only writer
    stop           how often a stop was asked, and whether the files are wanted
    progress.json  how far the notebook is           failure.json  where it failed
    problem.json   why a stage of ours failed        result.json   the final record
    log            the output of all stages          lock          held by the supervisor

All but `log` and `lock` are replaced whole, by rename.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_domino.compute.process import is_alive
from jupyter_domino.compute.run_files import read_json, take_lock, write_json
from jupyter_domino.compute.runner import Observation, Phase, RunSpec, StageProblem
from jupyter_domino.compute.values import Failure, JobProgress, Json


class RunFolder:
    """Reads and writes the files of one run folder; makes nothing until `create`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def log(self) -> Path:
        """The output of all stages."""
        return self.path / "log"

    def create(self, spec: RunSpec) -> None:
        """Make the folder with all that the job needs. A second call changes nothing."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (self.path / "spec.json").exists():
            return
        stages = {name: asdict(getattr(spec, name)) for name in ("prepare", "run", "finish")}
        self.log.touch(mode=0o600)
        self._write(
            "spec.json",
            {
                "job": spec.job,
                "grace_seconds": spec.grace_seconds,
                "stages": stages,
                "details": dict(spec.details),
            },
        )

    def details(self) -> dict[str, Any]:
        """What the spec has for the stages' programs."""
        details: dict[str, Any] = self._read("spec.json").get("details", {})
        return details

    def parameters(self) -> dict[str, Json]:
        """The checked parameters of the command."""
        found: dict[str, Json] = self.details()["record"]["command"]["parameters"]
        return found

    def request_stop(self, *, discard: bool) -> None:
        """Add one request to stop."""
        asked = self._read("stop")
        count = int(asked.get("requests", 0)) + 1
        self._write(
            "stop", {"requests": count, "discard": discard or bool(asked.get("discard", False))}
        )

    def write_progress(self, progress: JobProgress) -> None:
        """Tell how far the notebook is."""
        self._write("progress.json", asdict(progress))

    def write_failure(self, failure: Failure) -> None:
        """Tell where the user's code failed."""
        self._write("failure.json", asdict(failure))

    def write_problem(self, problem: StageProblem) -> None:
        """Tell why a stage of ours fails."""
        self._write("problem.json", asdict(problem))

    def write_result(self, record: Mapping[str, Json]) -> None:
        """Leave the final record to whoever closes the job."""
        self._write("result.json", record)

    def supervisor(self) -> dict[str, Any]:
        """The identity of the process that keeps the job, or kept it last."""
        found: dict[str, Any] = self._read("state.json").get("supervisor") or {}
        return found

    def observe(self) -> Observation:
        """What the files say now."""
        # Life before state: a supervisor that ends in between has written its end.
        alive = self.is_kept()
        state = self._read("state.json")
        stop = self._read("stop")
        times = state.get("times", {})
        progress = self._read("progress.json")
        failure = self._read("failure.json")
        problem = self._read("problem.json")
        return Observation(
            phase=Phase(state.get("phase", "absent")),
            is_alive=alive,
            codes=state.get("codes", {}),
            started=_time(times.get("run")),
            finished=_time(times.get("finish")),
            lost_in=state.get("lost_in"),
            restarted=bool(state.get("restarted")),
            stopped=bool(state.get("stopped")),
            stop_requests=int(stop.get("requests", 0)),
            discard=bool(stop.get("discard")),
            progress=JobProgress(**progress) if progress else None,
            failure=Failure(**failure) if failure else None,
            problem=StageProblem(**problem) if problem else None,
            result=self._read("result.json") or None,
        )

    def is_kept(self) -> bool:
        """A supervisor lives: the one on record, or one that holds the lock.

        The lock tells of supervisors that /proc does not show here, on another machine or in
        another container that shares the folder.
        """
        if is_alive(self.supervisor()):
            return True
        if not (self.path / "lock").exists():
            return False
        lock = take_lock(str(self.path), seconds=0.0)
        if lock is None:
            return True
        os.close(lock)
        return False

    def read_log(self, offset: int, size: int) -> bytes | None:
        """At most `size` bytes of the log from `offset`; None when there is no log."""
        try:
            with self.log.open("rb") as file:
                file.seek(offset)
                return file.read(size)
        except FileNotFoundError:
            return None

    def _read(self, name: str) -> dict[str, Any]:
        return read_json(str(self.path / name))

    def _write(self, name: str, value: Mapping[str, object]) -> None:
        write_json(str(self.path / name), value)


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

"""What became of a job, in one state and one or two plain sentences (pure)."""

import signal
from dataclasses import replace
from datetime import UTC, datetime

from jupyter_domino.compute.runner import Observation, Phase
from jupyter_domino.compute.values import Failure, Job, JobState

_BY_CODE = {
    126: "its program may not be executed (exit code 126)",
    127: "its program was not found (exit code 127)",
    128 + signal.SIGKILL: (
        "it was killed (SIGKILL, exit code 137): most often the machine ran out of memory"
    ),
    128 + signal.SIGSEGV: "it crashed on a memory fault (SIGSEGV, exit code 139)",
    128 + signal.SIGABRT: "it aborted (SIGABRT, exit code 134)",
    128 + signal.SIGTERM: "somebody ended it (SIGTERM, exit code 143)",
}
_DOINGS = {"prepare": "was prepared", "run": "ran", "finish": "was finished"}


def outcome(seen: Observation, last_words: str) -> tuple[JobState, str | None]:
    """The final state of a job whose outputs are safe, and why.

    `last_words` is the last line that the command wrote; it often says what an exit code
    does not.
    """
    code = seen.codes.get("run")
    if seen.problem is not None and seen.problem.stage == "prepare":
        return JobState.ERROR, f"It could not be prepared. {seen.problem.message}"
    if seen.lost_in in ("prepare", "run"):
        return JobState.ERROR, lost(seen)
    if seen.stopped:
        return JobState.STOPPED, "It was stopped." + _kept_or_not(seen)
    if code is None:
        return JobState.ERROR, "It could not be prepared: see its log."
    if seen.discard:
        return JobState.STOPPED, "It was stopped at its end." + _kept_or_not(seen)
    if code == 0:
        return JobState.SUCCEEDED, None
    return JobState.FAILED, _failed(code, seen.failure, last_words)


def lost(seen: Observation) -> str:
    """Why a job has no end of its own."""
    doing = _DOINGS.get(seen.lost_in or "", "was kept")
    if seen.restarted:
        return f"The machine was started again while the job {doing}."
    return (
        f"The job's supervisor was killed while the job {doing}: by somebody, or because the "
        "machine ran out of memory."
    )


def _kept_or_not(seen: Observation) -> str:
    if seen.discard:
        return " What it had written was discarded, as asked."
    return ""


def _failed(code: int, failure: Failure | None, last_words: str) -> str:
    if failure is not None:
        where = f"Cell {failure.cell} failed" if failure.cell else "It failed"
        message = failure.message.strip().partition("\n")[0]
        return f"{where}: {failure.name}: {message}" if message else f"{where}: {failure.name}"
    if code in _BY_CODE:
        return f"The command failed: {_BY_CODE[code]}."
    if code > 128:
        return f"The command failed: signal {code - 128} ended it (exit code {code})."
    said = f" Its last words: {last_words}" if last_words else ""
    return f"The command failed with exit code {code}.{said}"


def unfinished(job: Job, seen: Observation) -> Job:
    """The final record of a job that could not write one itself."""
    if seen.problem is not None:
        reason = seen.problem.message
    elif seen.phase is Phase.ABSENT:
        reason = "It was never started: what submitted it was ended at once. Run it again."
    elif seen.lost_in is not None:
        reason = lost(seen)
    else:
        reason = "Its end could not be stored: see its log."
    if seen.phase is not Phase.ABSENT:
        reason += f" Its files are kept in {job.volume}."
    ended = datetime.now(UTC)
    return replace(
        job,
        state=JobState.ERROR,
        reason=reason,
        exit_code=seen.codes.get("run"),
        started=seen.started,
        ended=ended,
        seconds=None if seen.started is None else (ended - seen.started).total_seconds(),
        output_revision=job.input_revision,
        failure=seen.failure,
        volume=None if seen.phase is Phase.ABSENT else job.volume,
    )

"""Answers about jobs, as blocks."""

from jupyter_domino.compute.values import Job, JobState
from jupyter_domino.frontends.commands import JobList, JobLog
from jupyter_domino.frontends.rendering.blocks import Block, Code, Facts, Line, Table, Tone
from jupyter_domino.frontends.rendering.words import (
    count,
    duration,
    printable,
    short,
    shown,
    when,
)

MAX_RESULTS = 20

_TONES = {
    JobState.SUCCEEDED: Tone.GOOD,
    JobState.FAILED: Tone.BAD,
    JobState.ERROR: Tone.BAD,
}


def job_blocks(job: Job) -> list[Block]:
    """One job: where it stands and what came of it."""
    state = f"Job {job.job} {job.state.value}"
    blocks: list[Block] = [Line(f"{state}: {shown(job.title)}", _TONES.get(job.state, Tone.TITLE))]
    if job.reason:
        blocks.append(Line(shown(job.reason), _TONES.get(job.state, Tone.PLAIN)))
    blocks.append(Facts(tuple(_facts(job))))
    if job.statistics:
        rows = tuple((shown(str(k)), shown(str(v))) for k, v in job.statistics.items())
        blocks.append(Table(("statistic", "value"), rows, frozenset({1})))
    if job.results:
        blocks.append(Line(f"{count(len(job.results), 'result')}"))
        blocks.append(Table(("path",), tuple((shown(p),) for p in job.results[:MAX_RESULTS])))
    if job.conflicts:
        blocks.append(Line("Edited elsewhere meanwhile; the other version is kept as", Tone.BAD))
        blocks.append(Table(("path",), tuple((shown(path),) for path in job.conflicts)))
    if job.failure is not None:
        blocks.append(Code(printable(job.failure.traceback)))
    return blocks


def _facts(job: Job) -> list[tuple[str, str]]:
    facts = [("command", _command(job)), ("tier", shown(job.tier)), ("user", shown(job.user))]
    if job.progress is not None:
        facts.append(("cell", f"{job.progress.cell} of {job.progress.cells}"))
    if job.seconds is not None:
        facts.append(("time", duration(job.seconds)))
    if job.exit_code is not None:
        facts.append(("exit code", str(job.exit_code)))
    facts.append(("created", when(job.created)))
    facts.append(("input", short(job.input_revision)))
    if job.output_revision is not None:
        same = " (unchanged)" if job.output_revision == job.input_revision else ""
        facts.append(("output", short(job.output_revision) + same))
    if job.notebook is not None:
        facts.append(("notebook", shown(job.notebook)))
    return facts


def _command(job: Job) -> str:
    command = job.command
    words = [command.file] if command.file else list(command.argv)
    words += [f"{name}={value!r}" for name, value in command.parameters.items()]
    return shown(" ".join(words))


def jobs_blocks(jobs: JobList) -> list[Block]:
    """Jobs as a table."""
    if not jobs:
        return [Line("There is no job.", Tone.QUIET)]
    rows = tuple(
        (
            str(job.job),
            job.state.value,
            shown(job.title),
            when(job.created),
            "" if job.seconds is None else duration(job.seconds),
            short(job.input_revision),
            short(job.output_revision),
        )
        for job in jobs
    )
    headers = ("job", "state", "title", "created", "time", "input", "output")
    return [Table(headers, rows, frozenset({0, 4}))]


def log_text_blocks(log: JobLog) -> list[Block]:
    """A log as it was written."""
    return [Code(printable(log.text))] if log.text else []

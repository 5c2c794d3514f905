"""The verbs about jobs."""

import argparse
from collections.abc import Iterator

from jupyter_domino.compute.values import Job, JobRequest, JobState
from jupyter_domino.errors import Invalid
from jupyter_domino.frontends.commands.answers import JobList, JobLog
from jupyter_domino.frontends.commands.context import Context
from jupyter_domino.projects.project import Project


def run(arguments: argparse.Namespace, context: Context) -> Job:
    """Start a job; with `--wait` the job at its end."""
    project = context.project()
    job = project.jobs.submit(
        JobRequest(
            target=_target(arguments, context, project),
            parameters=dict(arguments.parameters),
            revision=arguments.rev,
            tier=arguments.tier,
            environment=dict(arguments.environment),
            title=arguments.title,
        ),
        dry_run=arguments.dry_run,
    )
    if not arguments.wait or arguments.dry_run:
        return job
    try:
        return project.jobs.wait(job.job, progress=context.progress)
    except KeyboardInterrupt:
        context.note(f"Job {job.job} goes on; 'stop {job.job}' would stop it.")
        raise


def jobs(arguments: argparse.Namespace, context: Context) -> JobList:
    """The jobs, newest first."""
    state = None if arguments.state is None else _state(arguments.state)
    return JobList(context.project().jobs.list(limit=arguments.limit, state=state))


def job(arguments: argparse.Namespace, context: Context) -> Job:
    """One job."""
    return context.project().jobs.get(arguments.number)


def logs(arguments: argparse.Namespace, context: Context) -> JobLog:
    """A job's log; one that is followed to its end goes piece by piece to the context's stream."""
    source = context.project().jobs
    if arguments.follow:
        return _followed(arguments.number, source.follow(arguments.number), context)
    parts = [source.logs(arguments.number)]
    while parts[-1].text and not parts[-1].complete:
        parts.append(source.logs(arguments.number, parts[-1].next))
    text = "".join(part.text for part in parts)
    return JobLog(arguments.number, text, parts[-1].next, parts[-1].complete)


def _followed(number: int, pieces: Iterator[str], context: Context) -> JobLog:
    kept, size = [], 0
    for piece in pieces:
        size += len(piece.encode("utf-8", "surrogateescape"))
        if context.stream is None:
            kept.append(piece)
        else:
            context.stream(piece)
    return JobLog(number, "".join(kept), size, True)


def stop(arguments: argparse.Namespace, context: Context) -> Job:
    """Stop a job."""
    return context.project().jobs.stop(arguments.number, discard=arguments.discard)


def _target(
    arguments: argparse.Namespace, context: Context, project: Project
) -> str | tuple[str, ...]:
    if (arguments.file is None) == (not arguments.command):
        raise Invalid(
            "Name either a FILE of the project or, after '--', a command to run.", code="usage"
        )
    if arguments.command:
        return tuple(arguments.command)
    return context.path(project, arguments.file)


def _state(word: str) -> JobState:
    for state in JobState:
        if state.value.lower() == word.lower():
            return state
    raise Invalid(
        f"{word!r} is no state of a job: use one of {', '.join(JobState)}.",
        details={"states": [state.value for state in JobState]},
    )

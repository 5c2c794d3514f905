"""The jobs of a project: started, watched, stopped and read, from any process."""

import codecs
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from jupyter_domino.compute import lifecycle
from jupyter_domino.compute.job_json import job_from_json
from jupyter_domino.compute.runner import Observation, Phase
from jupyter_domino.compute.values import Job, JobRequest, JobState, LogPart
from jupyter_domino.errors import Conflict
from jupyter_domino.progress import Progress, silent
from jupyter_domino.projects.jobs.outcome import unfinished
from jupyter_domino.projects.jobs.services import JobProject, JobServices
from jupyter_domino.projects.jobs.submission import Submission

POLL_SECONDS = 0.2
"""Between two looks at a job that is waited for: two small files are read."""

LOG_PART = 1 << 20
"""Bytes of the log in one answer."""

NEVER_STARTED = timedelta(seconds=60)
"""A job on record that no runner heard of for so long never will be: whoever submitted it
ended between the two. A start takes milliseconds, and gives up after half of this."""

_STATES = {
    Phase.PREPARE: JobState.PREPARING,
    Phase.RUN: JobState.RUNNING,
    Phase.FINISH: JobState.FINISHING,
}


class Jobs:
    """The jobs of one project; safe to use from many threads and processes.

    What is on record of a job that has not ended is brought up to date with where it
    runs at every look, and a job whose supervisor was killed is brought to its end.
    """

    def __init__(self, project: JobProject, services: JobServices) -> None:
        self._project = project.folder.id
        self._records = services.records
        self._runner = services.runner
        self._archive = services.archive
        self._submission = Submission(project, services)

    def submit(self, request: JobRequest, *, dry_run: bool = False) -> Job:
        """Start a job, after all that can be checked has been; it goes on by itself.

        With `dry_run` nothing is synced or started, and the job has the number 0.

        Raises:
            Invalid, NotFound: the request cannot be run. Nothing was synced or started.
            Unavailable: it could not be started; a record tells of it.
        """
        plan = self._submission.plan(request)
        if dry_run:
            return self._submission.draft(plan, 0)
        return self._submission.launch(plan)

    def get(self, number: int) -> Job:
        """The job as it is now.

        Raises:
            NotFound: `job-not-found`.
        """
        return self._current(self._records.jobs.get(self._project, number))

    def list(
        self,
        limit: int | None = None,
        state: JobState | None = None,
        *,
        before: int | None = None,
    ) -> list[Job]:
        """Jobs as they are now, newest first; with `before` those with smaller numbers."""
        live = {job.id: self._current(job) for job in self._records.jobs.unfinished(self._project)}
        found = self._records.jobs.list(self._project, limit=limit, before=before, state=state)
        return [live.get(job.id, job) for job in found]

    def wait(
        self, number: int, *, timeout: float | None = None, progress: Progress = silent
    ) -> Job:
        """The job at its end, or as it is after `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        job = self.get(number)
        while job.state not in lifecycle.FINAL:
            if deadline is not None and time.monotonic() >= deadline:
                break
            if job.progress is not None:
                progress("run", job.progress.cell, job.progress.cells, "cells")
            time.sleep(POLL_SECONDS)
            job = self._current(job)
        return job

    def logs(self, number: int, offset: int = 0) -> LogPart:
        """The log from a byte on, at most a MiB of it.

        Bytes that are no UTF-8 are replaced; a character that is not written to its end
        yet is left for the next part.
        """
        job = self.get(number)  # before the log: what is final then has all of its log
        content = self._runner.read_log(job.id, offset, LOG_PART)
        if content is None:
            content = self._archive.read_log(job.id, offset, LOG_PART)
        at_end = job.state in lifecycle.FINAL and len(content) < LOG_PART
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        text = decoder.decode(content, at_end)
        pending = len(decoder.getstate()[0])
        return LogPart(text, offset, offset + len(content) - pending, at_end)

    def follow(self, number: int) -> Iterator[str]:
        """The log from its beginning, as it is written, until the job has ended."""
        part = self.logs(number)
        while True:
            if part.text:
                yield part.text
            if part.complete:
                return
            if not part.text:
                time.sleep(POLL_SECONDS)
            part = self.logs(number, part.next)

    def stop(self, number: int, *, discard: bool = False) -> Job:
        """Ask a job to end; what it has written becomes a revision, unless `discard`.

        The command is interrupted, terminated after 10 s, killed after 10 more; each
        further call takes the next step at once.

        Raises:
            Conflict: `job-finished`.
            Unavailable: it runs on another machine.
        """
        job = self.get(number)
        if job.state in lifecycle.FINAL:
            raise Conflict(
                f"Job {number} has ended already ({job.state}): there is nothing to stop.",
                code="job-finished",
                details={"job": number, "state": job.state.value},
            )
        self._runner.stop(job.id, discard=discard)
        self._records.jobs.advance(job.id, JobState.STOP_REQUESTED)
        return self.get(number)

    def restore(self) -> int:
        """Put finished jobs that only the store knows of back on record; how many."""
        return self._records.jobs.restore(self._project, self._archive.jobs())

    def _current(self, job: Job) -> Job:
        """A job on record, brought up to date."""
        if job.state in lifecycle.FINAL:
            return job
        seen = self._runner.observe(job.id)
        if seen.result is not None:
            return self._closed(job, replace(job_from_json(seen.result), job=job.job))
        if seen.phase is Phase.ENDED:
            return self._closed(job, unfinished(job, seen))
        if seen.phase is Phase.ABSENT and not seen.is_alive:
            return self._absent(job, seen)
        if not seen.is_alive:
            self._runner.recover(job.id)
            seen = replace(seen, phase=Phase.FINISH)
        return self._live(job, seen)

    def _closed(self, job: Job, final: Job) -> Job:
        if self._records.jobs.settle(final):
            return final
        return self._records.jobs.get(self._project, job.job)

    def _absent(self, job: Job, seen: Observation) -> Job:
        if datetime.now(UTC) - job.created < NEVER_STARTED:
            return job
        final = unfinished(job, seen)
        if self._records.jobs.settle(final, place=self._runner.place):
            return final
        return self._records.jobs.get(self._project, job.job)

    def _live(self, job: Job, seen: Observation) -> Job:
        state = _STATES.get(seen.phase, job.state)
        if seen.stop_requests or job.state is JobState.STOP_REQUESTED:
            state = JobState.STOP_REQUESTED
        if lifecycle.may_become(job.state, state):
            self._records.jobs.advance(job.id, state, started=seen.started)
        started = seen.started or job.started
        end = seen.finished or datetime.now(UTC)
        seconds = None if started is None else (end - started).total_seconds()
        return replace(job, state=state, started=started, seconds=seconds, progress=seen.progress)

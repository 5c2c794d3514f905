"""Jobs as rows; their states change by compare-and-swap, and final ones never."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from jupyter_domino.compute import lifecycle
from jupyter_domino.compute.job_json import job_from_json, job_to_json
from jupyter_domino.compute.values import Job, JobState
from jupyter_domino.errors import NotFound
from jupyter_domino.records.projects import Database
from jupyter_domino.records.tables import jobs, projects

_TIMES = ("created", "started", "ended")


class JobRecords:
    """The jobs of all projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(self, project: str, place: str, make: Callable[[int], Job]) -> Job:
        """Insert the job that `make` makes of the project's next number; it runs at `place`.

        The number and the row come in one transaction: no two jobs share a number, and none
        is left out. `make` may run in a transaction that is undone: it must do nothing else.

        Raises:
            NotFound: `project-not-found`: the project is not on record.
        """
        with self._database.writing() as connection:
            number = connection.execute(
                update(projects)
                .where(projects.c.id == project)
                .values(last_job=projects.c.last_job + 1)
                .returning(projects.c.last_job)
            ).scalar_one_or_none()
            if number is None:
                raise NotFound(
                    f"The project {project!r} is not on record: open its folder once.",
                    code="project-not-found",
                    details={"project": project},
                )
            job = make(number)
            connection.execute(insert(jobs).values(_row(job, project, place)))
        return job

    def get(self, project: str, number: int) -> Job:
        """The job of that number.

        Raises:
            NotFound: `job-not-found`.
        """
        query = select(jobs).where(jobs.c.project == project, jobs.c.job == number)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(
                f"The project has no job {number}: 'jupyter domino jobs' lists them.",
                code="job-not-found",
                details={"job": number},
            )
        return _job(row)

    def unfinished(self, project: str) -> list[Job]:
        """Jobs that are on record as not ended, oldest first."""
        final = [state.value for state in lifecycle.FINAL]
        query = select(jobs).where(jobs.c.project == project, jobs.c.state.not_in(final))
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query.order_by(jobs.c.job))]

    def list(
        self,
        project: str,
        *,
        limit: int | None = None,
        before: int | None = None,
        state: JobState | None = None,
    ) -> list[Job]:
        """Jobs of a project, newest first; with `before` those with smaller numbers."""
        query = select(jobs).where(jobs.c.project == project).order_by(jobs.c.job.desc())
        if before is not None:
            query = query.where(jobs.c.job < before)
        if state is not None:
            query = query.where(jobs.c.state == state.value)
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query.limit(limit))]

    def advance(self, id: str, state: JobState, *, started: datetime | None = None) -> bool:  # noqa: A002 - the job's own word
        """Move a job on, unless another was faster; whether this call moved it."""
        with self._database.writing() as connection:
            values: dict[str, object] = {"state": state.value}
            if started is not None:
                values["started"] = started
            return _swap(connection, id, values, state)

    def settle(self, job: Job, *, place: str | None = None) -> bool:
        """Close a job with its final record, once; whether this call closed it.

        With `place` only if it runs there.
        """
        values = _fields(job)
        del values["job"]  # a restored job may have another number than its record
        with self._database.writing() as connection:
            return _swap(connection, job.id, values, job.state, place)

    def restore(self, project: str, found: Iterable[Job]) -> int:
        """Insert jobs that are not on record; how many were not. May be repeated.

        A number that another job has by now is not taken from it: the restored one gets the
        next free number.
        """
        restored = 0
        with self._database.writing() as connection:
            of_project = select(jobs.c.job).where(jobs.c.project == project)
            taken = set(connection.execute(of_project).scalars())
            known = set(connection.execute(select(jobs.c.id)).scalars())
            for job in found:
                if job.id in known:
                    continue
                number = job.job if job.job not in taken else max(taken) + 1
                taken.add(number)
                values = _row(replace(job, job=number), project, "")
                connection.execute(insert(jobs).values(values))
                restored += 1
            newest = select(func.coalesce(func.max(jobs.c.job), 0)).where(jobs.c.project == project)
            connection.execute(
                update(projects)
                .where(projects.c.id == project, projects.c.last_job < newest.scalar_subquery())
                .values(last_job=newest.scalar_subquery())
            )
        return restored


def _swap(
    connection: Connection,
    job: str,
    values: dict[str, object],
    state: JobState,
    place: str | None = None,
) -> bool:
    before = [predecessor.value for predecessor in lifecycle.predecessors(state)]
    change = update(jobs).where(jobs.c.id == job, jobs.c.state.in_(before)).values(values)
    if place is not None:
        change = change.where(jobs.c.place == place)
    done = connection.execute(change)
    return done.rowcount == 1


def _row(job: Job, project: str, place: str) -> dict[str, object]:
    return {**_fields(job), "project": project, "place": place}


def _fields(job: Job) -> dict[str, object]:
    return {**job_to_json(job), **{name: getattr(job, name) for name in _TIMES}}


def _job(row: Row[tuple[object, ...]]) -> Job:
    values = row._asdict()
    record = {name: value for name, value in values.items() if name not in {"project", "place"}}
    times = {name: values[name] and values[name].isoformat() for name in _TIMES}
    return job_from_json(record | times)

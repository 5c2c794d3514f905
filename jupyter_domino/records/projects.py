"""Projects as rows."""

from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Protocol

from sqlalchemy import Connection, Row, insert, select, update

from jupyter_domino.errors import NotFound
from jupyter_domino.records.tables import projects
from jupyter_domino.records.values import ProjectRecord


class Database(Protocol):
    """Where transactions come from."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that reads."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that writes."""
        ...


class ProjectRecords:
    """Which projects there are, and where."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, project: ProjectRecord) -> None:
        """Remember a project; one that is known is brought to the given values."""
        values = asdict(project)
        with self._database.writing() as connection:
            done = connection.execute(
                update(projects).where(projects.c.id == project.id).values(values)
            )
            if done.rowcount == 0:
                connection.execute(insert(projects).values(values))

    def find(self, id: str) -> ProjectRecord | None:  # noqa: A002 - the record's own word
        """The project of that id; None when it is not known here."""
        with self._database.reading() as connection:
            row = connection.execute(select(projects).where(projects.c.id == id)).one_or_none()
        return None if row is None else _record(row)

    def by_id(self, id: str) -> ProjectRecord:  # noqa: A002 - the record's own word
        """The project of that id.

        Raises:
            NotFound: `project-not-found`.
        """
        found = self.find(id)
        if found is None:
            raise NotFound(
                f"No project {id!r} is on record here: open its folder once, or run "
                "'jupyter domino restore-index'.",
                code="project-not-found",
                details={"project": id},
            )
        return found

    def move(self, id: str, root: str) -> None:  # noqa: A002 - the record's own word
        """Remember that a project's working tree is at `root` now; no effect on a stranger."""
        with self._database.writing() as connection:
            connection.execute(update(projects).where(projects.c.id == id).values(root=root))

    def list(self) -> list[ProjectRecord]:
        """All projects, by name."""
        order = (projects.c.name, projects.c.id)
        with self._database.reading() as connection:
            return [_record(row) for row in connection.execute(select(projects).order_by(*order))]


def _record(row: Row[tuple[object, ...]]) -> ProjectRecord:
    values = row._asdict()
    del values["last_job"]
    return ProjectRecord(**values)

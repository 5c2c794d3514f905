"""`Records`: the database of projects and jobs, opened when first used."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from jupyter_domino.errors import Damaged, DominoError, Unavailable
from jupyter_domino.records.engine import WRITES, connect
from jupyter_domino.records.jobs import JobRecords
from jupyter_domino.records.migration import migrate
from jupyter_domino.records.projects import ProjectRecords


class Records:
    """Projects and jobs, by a SQLAlchemy URL; safe to use from many threads and processes.

    Every verb is one transaction. All raise `Unavailable` (`records-unavailable`,
    `disk-full`) when the database does not answer, and `Damaged` when its file is broken;
    nothing was changed then.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        self.projects = ProjectRecords(self)
        self.jobs = JobRecords(self)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self._explained(), self._open().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is kept when the block ends and undone when it raises."""
        with (
            self._explained(),
            self._open().execution_options(**{WRITES: True}).begin() as connection,
        ):
            yield connection

    def _open(self) -> Engine:
        with self._opening:
            if self._engine is None:
                engine = connect(self._url)
                _make_folder(engine)
                migrate(engine)
                self._engine = engine
            return self._engine

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, OSError) as error:
            raise self._explanation(error) from error

    def _explanation(self, error: DBAPIError | OSError) -> DominoError:
        where = connect(self._url).url.render_as_string(hide_password=True)
        said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        if "disk is full" in said or "No space left" in said:
            return Unavailable(
                f"The disk of the records {where} is full: make space, then try again.",
                code="disk-full",
            )
        if "not a database" in said or "malformed" in said:
            return Damaged(
                f"The records {where} are damaged ({said}): move the file away, then run "
                "'jupyter domino restore-index' in each project's folder. Files and revisions "
                "are elsewhere, and safe.",
            )
        return Unavailable(
            f"The records {where} do not answer ({said}): see that the database is there and "
            "may be written, or name another one in JUPYTER_DOMINO_DATABASE.",
            code="records-unavailable",
        )


def _make_folder(engine: Engine) -> None:
    """The folder of an SQLite file, and the file, which nobody else may read."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    file = Path(engine.url.database)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))

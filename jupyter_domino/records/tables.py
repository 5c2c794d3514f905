"""The tables as the newest migration leaves them (a test holds the two against each other)."""

import json
import re
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from jupyter_domino.compute.values import Json


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC on the way in and out; SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Json]):
    """JSON as ASCII text: PostgreSQL's own type refuses what file names and outputs may hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str | None:
        """To text; None is NULL."""
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:
        """From text."""
        found: Json = None if value is None else json.loads(value)
        return found


class PlainText(TypeDecorator[str]):
    """Text that every database takes: without NUL and bytes that are no UTF-8."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Each such character becomes the replacement character."""
        if value is None:
            return None
        return _UNFIT.sub("\ufffd", value)


_UNFIT = re.compile("[\0\ud800-\udfff]")

metadata = MetaData()

projects = Table(
    "projects",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("owner", PlainText, nullable=False),
    Column("root", PlainText, nullable=False),
    Column("store", PlainText, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    # The last number given to a job: raised in the transaction that inserts the job.
    Column("last_job", Integer, nullable=False, server_default="0"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project", String(64), ForeignKey("projects.id"), nullable=False),
    Column("place", String(64), nullable=False),  # where it runs; others must not close it
    Column("job", Integer, nullable=False),
    Column("title", PlainText, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", PlainText),
    Column("command", JsonText, nullable=False),
    Column("tier", PlainText, nullable=False),
    Column("environment", JsonText, nullable=False),
    Column("user", PlainText, nullable=False),
    Column("input_revision", String(64)),
    Column("output_revision", String(64)),
    Column("exit_code", Integer),
    Column("created", UtcDateTime, nullable=False),
    Column("started", UtcDateTime),
    Column("ended", UtcDateTime),
    Column("seconds", Float),
    Column("progress", JsonText),
    Column("statistics", JsonText),
    Column("results", JsonText, nullable=False),
    Column("conflicts", JsonText, nullable=False),
    Column("failure", JsonText),
    Column("notebook", PlainText),
    Column("volume", PlainText),
    UniqueConstraint("project", "job", name="one_job_a_number"),
)

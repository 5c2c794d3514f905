"""The tables as the newest migration leaves them (a test holds the two against each other)."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
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


metadata = MetaData()

projects = Table(
    "projects",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("store", Text, nullable=False),
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
    Column("title", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", Text),
    Column("command", JSON, nullable=False),
    Column("tier", Text, nullable=False),
    Column("environment", JSON, nullable=False),
    Column("user", Text, nullable=False),
    Column("input_revision", String(64)),
    Column("output_revision", String(64)),
    Column("exit_code", Integer),
    Column("created", UtcDateTime, nullable=False),
    Column("started", UtcDateTime),
    Column("ended", UtcDateTime),
    Column("seconds", Float),
    Column("progress", JSON(none_as_null=True)),
    Column("statistics", JSON(none_as_null=True)),
    Column("results", JSON, nullable=False),
    Column("conflicts", JSON, nullable=False),
    Column("failure", JSON(none_as_null=True)),
    Column("notebook", Text),
    Column("volume", Text),
    UniqueConstraint("project", "job", name="one_job_a_number"),
)

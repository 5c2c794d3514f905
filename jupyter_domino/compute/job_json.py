"""A job as JSON and back: on the wire, in the store and in the run folder alike."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from jupyter_domino.compute.values import (
    Command,
    CommandKind,
    Failure,
    Job,
    JobProgress,
    JobState,
    Json,
)
from jupyter_domino.errors import Damaged


def job_to_json(job: Job) -> dict[str, Json]:
    """All fields of a job as JSON can say them; times as ISO 8601 in UTC, ending in Z."""
    return {field.name: _to_json(getattr(job, field.name)) for field in fields(job)}


def job_from_json(record: Mapping[str, Any]) -> Job:
    """The job that `job_to_json` wrote; fields of a newer version are left out.

    Raises:
        Damaged: the record is not one of a job.
    """
    try:
        command, progress, failure = (record[k] for k in ("command", "progress", "failure"))
        known = {field.name for field in fields(Job)}
        values: dict[str, Any] = {k: v for k, v in record.items() if k in known}
        values |= {
            "state": JobState(record["state"]),
            "command": Command(
                CommandKind(command["kind"]),
                command["file"],
                tuple(command["argv"]),
                command["parameters"],
            ),
            "progress": None if progress is None else JobProgress(**progress),
            "failure": None if failure is None else Failure(**failure),
            "results": tuple(record["results"]),
            "conflicts": tuple(record["conflicts"]),
        }
        values |= {k: _time(record[k]) for k in ("created", "started", "ended")}
        return Job(**values)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"The record of a job is damaged: {error!r}.") from error


def _to_json(value: Any) -> Json:  # Any: a field of whatever type a value class has
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if is_dataclass(value):
        return {field.name: _to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _to_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_to_json(item) for item in value]
    if isinstance(value, str):
        return str(value)
    result: Json = value
    return result


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

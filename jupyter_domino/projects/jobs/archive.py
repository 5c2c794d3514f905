"""What outlives every database: a finished job's record and log, beside the project's files.

    projects/<project>/jobs/<job id>/record.json     {"format": 1, "job": {...}}
    projects/<project>/jobs/<job id>/log             what its stages wrote

Both are written once, before the job is closed in the records.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from jupyter_domino.compute.job_json import job_from_json, job_to_json
from jupyter_domino.compute.values import Job
from jupyter_domino.errors import Damaged, NotFound
from jupyter_domino.store import ObjectStore

FORMAT = 1

MAX_LOG = 64 << 20
"""Bytes of a log that are kept for ever: of a longer one its first and its last half of that."""


class JobArchive:
    """The finished jobs of one project in its store."""

    def __init__(self, store: ObjectStore, project: str) -> None:
        self._store = store
        self._prefix = f"projects/{project}/jobs/"

    def write(self, job: Job, log: Path) -> None:
        """Keep a finished job; the record last, so that a job on record has its log."""
        self._store.put(f"{self._prefix}{job.id}/log", _log_content(log))
        record = {"format": FORMAT, "job": job_to_json(job)}
        self._store.put(f"{self._prefix}{job.id}/record.json", json.dumps(record).encode())

    def read_log(self, job: str, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`; empty at the end, or where there is no log."""
        try:
            return self._store.get(f"{self._prefix}{job}/log", start=offset, length=size)
        except NotFound:
            return b""

    def jobs(self) -> Iterator[Job]:
        """All jobs that were kept.

        Raises:
            Damaged: a record is not what this program writes, or a newer one does.
        """
        for found in self._store.list(self._prefix):
            if found.key.endswith("/record.json"):
                yield _job(found.key, self._store.get(found.key))


def _job(key: str, content: bytes) -> Job:
    try:
        record = json.loads(content)
        form, job = record["format"], record["job"]
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"The record {key} in the store is damaged: {error!r}.") from error
    if form != FORMAT:
        raise Damaged(
            f"The record {key} was written by a newer version of jupyter-domino: upgrade it.",
            code="format-unsupported",
        )
    return job_from_json(job)


def _log_content(log: Path) -> bytes | list[bytes]:
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            if size <= MAX_LOG:
                return file.read()
            first = file.read(MAX_LOG // 2)
            file.seek(size - MAX_LOG // 2)
            missing = f"\n[... {size - MAX_LOG} bytes left out ...]\n".encode()
            return [first, missing, file.read()]
    except FileNotFoundError:
        return b""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.compute.values import Command, CommandKind, Job, JobState
from jupyter_domino.errors import Damaged
from jupyter_domino.projects.jobs import archive as job_archive
from jupyter_domino.projects.jobs.archive import JobArchive

JOB = Job(
    job=1,
    id="a" * 32,
    title="x",
    state=JobState.SUCCEEDED,
    command=Command(CommandKind.SHELL, None, ("true",)),
    tier="small",
    user="ann",
    created=datetime(2026, 11, 21, tzinfo=UTC),
)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def archive(store: MemoryStore) -> JobArchive:
    return JobArchive(store, "p")


def test_jobs_of_a_project_are_read_back_with_their_logs(
    archive: JobArchive, store: MemoryStore, tmp_path: Path
):
    log = tmp_path / "log"
    log.write_text("hello")
    other = replace(JOB, id="b" * 32, job=2)

    archive.write(JOB, log)
    archive.write(other, tmp_path / "none")

    assert list(archive.jobs()) == [JOB, other]
    assert list(JobArchive(store, "q").jobs()) == []
    assert archive.read_log(JOB.id, 1, 3) == b"ell"
    assert archive.read_log(other.id, 0, 3) == b""
    assert archive.read_log("none", 0, 3) == b""


def test_of_a_very_long_log_both_ends_are_kept(archive: JobArchive, tmp_path: Path):
    log, half = tmp_path / "log", job_archive.MAX_LOG // 2
    with log.open("wb") as file:
        file.write(b"first")
        file.truncate(2 * half + 100)
        file.seek(0, 2)
        file.write(b"last")

    archive.write(JOB, log)

    kept = archive.read_log(JOB.id, 0, 3 * half)
    assert kept.startswith(b"first")
    assert kept.endswith(b"last")
    assert b"[... 104 bytes left out ...]" in kept[half - 10 : half + 60]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 1, "job": {}}'])
def test_a_damaged_record_is_told(archive: JobArchive, store: MemoryStore, content: bytes):
    store.put("projects/p/jobs/x/record.json", content)

    with pytest.raises(Damaged):
        list(archive.jobs())


def test_a_record_of_a_newer_format_asks_for_an_upgrade(archive: JobArchive, store: MemoryStore):
    store.put("projects/p/jobs/x/record.json", b'{"format": 2, "job": {}}')

    with pytest.raises(Damaged) as error:
        list(archive.jobs())

    assert error.value.code == "format-unsupported"

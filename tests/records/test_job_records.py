from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jupyter_domino.compute.values import (
    Command,
    CommandKind,
    Failure,
    Job,
    JobProgress,
    JobState,
)
from jupyter_domino.errors import Damaged, NotFound, Unavailable
from jupyter_domino.records.database import Records
from jupyter_domino.records.values import ProjectRecord

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
PROJECT = ProjectRecord(
    id="p1", name="demo", owner="ann", root="/home/ann/demo", store="file:///s", kind="files",
    created=NOON,
)  # fmt: skip


def queued(number: int, job_id: str | None = None) -> Job:
    return Job(
        job=number,
        id=job_id or f"job{number}",
        title="train.ipynb",
        state=JobState.QUEUED,
        command=Command(CommandKind.NOTEBOOK, "train.ipynb", ("python",), {"alpha": 0.3}),
        tier="small",
        environment={"A": "b"},
        user="ann",
        created=NOON,
        volume="/volumes/1",
    )


def ended(job: Job) -> Job:
    return replace(
        job,
        state=JobState.FAILED,
        reason="Cell 2 raised ValueError: no",
        input_revision="a" * 40,
        output_revision="b" * 40,
        exit_code=1,
        started=NOON,
        ended=NOON,
        seconds=1.5,
        progress=JobProgress(2, 3, 1.25),
        statistics={"r2": 0.5},
        results=("results/job-1/train.ipynb",),
        conflicts=("a.conflict-job-1.txt",),
        failure=Failure(2, "ValueError", "no", "Traceback"),
        notebook="results/job-1/train.ipynb",
        volume=None,
    )


@pytest.fixture
def project(records: Records) -> Records:
    records.projects.add(PROJECT)
    return records


def test_a_job_comes_back_as_it_was_written(project: Records):
    submitted = project.jobs.submit("p1", "here", queued)
    closed = ended(submitted)

    project.jobs.settle(closed)

    assert project.jobs.get("p1", 1) == closed


def test_what_no_database_likes_does_not_keep_a_job_from_its_end(project: Records):
    job = project.jobs.submit("p1", "here", queued)
    odd = replace(ended(job), results=("caf\udce9\0",), statistics={"x": "\0"}, reason="a\0b\udce9")

    project.jobs.settle(odd)

    assert project.jobs.get("p1", 1) == replace(odd, reason="a\ufffdb\ufffd")


def test_numbers_have_no_gaps_and_no_doubles_under_racing_submitters(project: Records):
    with ThreadPoolExecutor(8) as pool:
        submitted = list(
            pool.map(lambda _: project.jobs.submit("p1", "here", queued).job, range(40))
        )

    assert sorted(submitted) == list(range(1, 41))


def test_a_submission_that_fails_takes_no_number(project: Records):
    project.jobs.submit("p1", "here", queued)

    with pytest.raises(ZeroDivisionError):
        project.jobs.submit("p1", "here", lambda number: queued(number // 0))

    assert project.jobs.submit("p1", "here", queued).job == 2


def test_each_project_counts_its_own_jobs(project: Records):
    project.projects.add(replace(PROJECT, id="p2", name="other"))
    project.jobs.submit("p1", "here", queued)

    assert project.jobs.submit("p2", "here", lambda n: queued(n, "other")).job == 1


def test_only_one_of_two_reconcilers_closes_a_job(project: Records):
    job = ended(project.jobs.submit("p1", "here", queued))

    with ThreadPoolExecutor(8) as pool:
        closed = list(pool.map(lambda _: project.jobs.settle(job), range(8)))

    assert sorted(closed) == [False] * 7 + [True]


def test_a_final_state_is_never_left(project: Records):
    job = ended(project.jobs.submit("p1", "here", queued))
    project.jobs.settle(job)

    moved = project.jobs.advance(job.id, JobState.RUNNING, started=NOON)
    project.jobs.settle(replace(job, state=JobState.SUCCEEDED))

    assert not moved
    assert project.jobs.get("p1", 1).state is JobState.FAILED


def test_a_job_is_not_closed_from_another_place(project: Records):
    job = ended(project.jobs.submit("p1", "here", queued))

    assert not project.jobs.settle(job, place="there")
    assert project.jobs.settle(job, place="here")


def test_a_job_never_goes_back(project: Records):
    job = project.jobs.submit("p1", "here", queued)
    project.jobs.advance(job.id, JobState.RUNNING, started=NOON)

    assert not project.jobs.advance(job.id, JobState.PREPARING)
    assert project.jobs.get("p1", 1).started == NOON


def test_jobs_are_listed_newest_first_by_pages_and_by_state(project: Records):
    for _ in range(4):
        project.jobs.submit("p1", "here", queued)
    project.jobs.advance("job3", JobState.RUNNING)

    assert [j.job for j in project.jobs.list("p1", limit=2)] == [4, 3]
    assert [j.job for j in project.jobs.list("p1", limit=2, before=3)] == [2, 1]
    assert [j.job for j in project.jobs.list("p1", state=JobState.RUNNING)] == [3]
    assert [j.job for j in project.jobs.unfinished("p1")] == [1, 2, 3, 4]


def test_an_unknown_job_is_not_found(project: Records):
    with pytest.raises(NotFound) as error:
        project.jobs.get("p1", 7)

    assert error.value.code == "job-not-found"


def test_a_job_needs_a_project_on_record(records: Records):
    with pytest.raises(NotFound) as error:
        records.jobs.submit("nobody", "here", queued)

    assert error.value.code == "project-not-found"


def test_restoring_twice_is_restoring_once_and_numbers_go_on_behind(project: Records):
    found = [ended(queued(3)), ended(queued(9))]

    assert project.jobs.restore("p1", found) == 2
    assert project.jobs.restore("p1", found) == 0
    assert project.jobs.get("p1", 9) == found[1]
    assert project.jobs.submit("p1", "here", queued).job == 10


def test_a_restored_job_does_not_take_anothers_number(project: Records):
    project.jobs.submit("p1", "here", queued)

    project.jobs.restore("p1", [ended(queued(1, "from elsewhere"))])

    assert [(j.job, j.id) for j in project.jobs.list("p1")] == [(2, "from elsewhere"), (1, "job1")]


def test_a_project_is_remembered_moved_and_listed(records: Records):
    records.projects.add(PROJECT)
    records.projects.add(replace(PROJECT, id="p0", name="a"))
    records.projects.add(replace(PROJECT, owner="bob"))
    records.projects.move("p1", "/elsewhere")

    assert records.projects.by_id("p1") == replace(PROJECT, owner="bob", root="/elsewhere")
    assert [p.id for p in records.projects.list()] == ["p0", "p1"]
    assert records.projects.find("p9") is None


def test_an_unknown_project_is_not_found(records: Records):
    with pytest.raises(NotFound) as error:
        records.projects.by_id("p9")

    assert error.value.code == "project-not-found"


@pytest.mark.parametrize(
    "url",
    ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/none/records", "nothing", "odd://x"],
)
def test_a_database_that_does_not_answer_is_unavailable(url: str):
    with pytest.raises(Unavailable) as error:
        Records(url).projects.list()

    assert error.value.code == "records-unavailable"


def test_a_broken_file_of_records_says_how_to_have_new_ones(tmp_path: Path):
    file = tmp_path / "records.sqlite3"
    file.write_bytes(b"this is no database" * 1000)

    with pytest.raises(Damaged) as error:
        Records(f"sqlite:///{file}").projects.list()

    assert "restore-index" in error.value.message

import os
import shutil
import signal
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from workshop import Workshop

from jupyter_domino import wiring
from jupyter_domino.adapters.processes import LocalProcesses
from jupyter_domino.compute.runner import Phase, RunSpec
from jupyter_domino.compute.tiers import Tiers
from jupyter_domino.compute.values import Command, CommandKind, Job, JobRequest, JobState
from jupyter_domino.errors import Unavailable
from jupyter_domino.projects.jobs.archive import JobArchive
from jupyter_domino.projects.jobs.jobs import Jobs
from jupyter_domino.projects.jobs.services import JobServices

HALF = "echo half > half.txt; echo > up; sleep 600"


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def supervisors(shop: Workshop, job: Job) -> list[int]:
    """The supervisor of a job and its guard."""
    mark = f"{shop.settings.jobs / job.id}\0start\0".encode()
    return [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if mark in path.read_bytes()
    ]


def test_a_job_whose_supervisor_is_killed_is_an_error_and_loses_nothing(shop: Workshop):
    job = shop.start("sh", "-c", HALF)
    volume = shop.running(job)

    kill(shop.supervisor(job))
    ended = shop.end(job)

    assert ended.state is JobState.ERROR
    assert ended.reason.startswith("The job's supervisor was killed while the job ran")
    assert f"Its files are kept in {volume}." in ended.reason
    assert ended.volume == str(volume)
    assert (volume / "half.txt").exists()
    assert shop.read(ended.output_revision, "half.txt") == "half\n"


def test_a_job_that_nobody_guards_is_ended_by_whoever_looks_and_only_once(shop: Workshop):
    job = shop.start("sh", "-c", HALF)
    shop.running(job)
    for pid in sorted(supervisors(shop, job), reverse=True):
        kill(pid)

    lookers = [
        threading.Thread(target=lambda: shop.open().jobs.wait(job.job, timeout=60))
        for _ in range(4)
    ]
    for looker in lookers:
        looker.start()
    for looker in lookers:
        looker.join()
    ended = shop.project.jobs.get(job.job)

    assert ended.state is JobState.ERROR
    assert shop.read(ended.output_revision, "half.txt") == "half\n"
    assert shop.project.repository.revision(ended.output_revision).parents == (job.input_revision,)


def test_a_job_killed_after_its_commit_is_finished_from_there(shop: Workshop):
    job = shop.start("sh", "-c", "echo > out.txt; exit 2")
    made = shop.end(job)
    # As it would be had it died between its commit and the rest.
    folder = shop.run_folder(job)
    (folder.path / "result.json").unlink()
    volume = Path(job.volume)
    repository = shop.project.repository
    shop.until(job, lambda _: not volume.exists())
    volume.mkdir(parents=True)

    stages = wiring.job_stages(folder)
    stages.prepare()
    (volume / "out.txt").write_text("\n")
    stages.finish()

    again = folder.observe().result
    assert again["output_revision"] == made.output_revision
    assert repository.head().id == made.output_revision


def test_a_volume_that_was_being_removed_is_not_stored_again(shop: Workshop):
    shop.write("precious.txt", "precious")
    job = shop.run("sh", "-c", "echo > out.txt")
    half_removed = shop.settings.volumes / job.id
    shop.until(job, lambda _: not half_removed.exists())
    half_removed.mkdir()

    wiring.job_stages(shop.run_folder(job)).finish()

    assert shop.project.repository.head().id == job.output_revision
    assert not half_removed.exists()


def test_a_volume_that_the_job_has_broken_is_kept_and_not_stored(shop: Workshop):
    shop.write("precious.txt", "precious")

    job = shop.run("sh", "-c", "rm -rf .domino; echo > out.txt")

    assert job.state is JobState.ERROR
    assert "The folder .domino of the job's volume" in job.reason
    assert (Path(job.volume) / "out.txt").exists()
    assert shop.project.repository.head().id == job.input_revision


def test_a_volume_that_was_not_filled_is_never_stored(shop: Workshop):
    shop.write("precious.txt", "precious")
    shop.project.sync("first")
    head = shop.project.repository.head().id
    packs = [p for p in (shop.settings.home / "store").rglob("packs/*/*") if p.is_file()]
    for pack in packs:
        pack.rename(f"{pack}.away")

    job = shop.run("echo", "ran", revision="r1")

    assert job.state is JobState.ERROR
    assert job.reason.startswith("It could not be prepared. ")
    assert job.exit_code is None
    assert job.output_revision == job.input_revision == head
    assert shop.project.repository.head().id == head
    assert "ran\n" not in shop.log(job).splitlines()


def test_a_job_whose_store_is_gone_at_its_end_keeps_its_files(shop: Workshop):
    job = shop.start("sh", "-c", "echo > up; while [ ! -e go ]; do sleep 0.02; done; echo x > x")
    volume = shop.running(job)
    store = shop.settings.home / "store"
    store.rename(store.with_name("away"))
    (volume / "go").touch()

    ended = shop.end(job)

    assert ended.state is JobState.ERROR
    assert ended.reason.startswith("What it wrote could not be stored. ")
    assert ended.exit_code == 0
    assert (Path(ended.volume) / "x").read_text() == "x\n"


def test_a_job_is_closed_later_when_the_records_do_not_answer_at_its_end(shop: Workshop):
    job = shop.start("sh", "-c", "echo > up; while [ ! -e go ]; do sleep 0.02; done")
    volume = shop.running(job)
    database = Path(shop.settings.database.removeprefix("sqlite:///"))
    away = database.with_name("away")
    database.rename(away)
    database.mkdir()
    (volume / "go").touch()
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while shop.run_folder(job).observe().phase is not Phase.ENDED:
        assert datetime.now(UTC) < deadline

    database.rmdir()
    away.rename(database)

    assert shop.open().jobs.get(job.job).state is JobState.SUCCEEDED


def test_finished_jobs_come_back_from_the_store_alone(shop: Workshop):
    jobs = [shop.run("echo", str(number)) for number in (1, 2)]
    shutil.rmtree(shop.settings.jobs)
    database = Path(shop.settings.database.removeprefix("sqlite:///"))
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM jobs")
    connection.close()
    assert shop.project.jobs.list() == []

    restored = [shop.project.jobs.restore(), shop.project.jobs.restore()]

    assert restored == [2, 0]
    assert shop.project.jobs.list() == jobs[::-1]
    assert shop.log(jobs[1]) == "2\n"
    assert shop.run("true").job == 3


def never_started(shop: Workshop, created: datetime, place: str) -> Job:
    """A job on record whose submitter died before it started anything."""
    return wiring.open_records(shop.settings).jobs.submit(
        shop.project.id,
        place,
        lambda number: Job(
            job=number,
            id="f" * 32,
            title="x",
            state=JobState.QUEUED,
            command=Command(CommandKind.SHELL, None, ("true",)),
            tier="small",
            user="ann",
            created=created,
        ),
    )


@pytest.mark.parametrize(("minutes", "state"), [(0, JobState.QUEUED), (2, JobState.ERROR)])
def test_a_job_that_was_never_started_is_an_error_after_a_minute(
    shop: Workshop, minutes: int, state: JobState
):
    here = LocalProcesses(shop.settings.jobs).place
    job = never_started(shop, datetime.now(UTC) - timedelta(minutes=minutes), here)

    assert shop.project.jobs.get(job.job).state is state


def test_a_job_of_another_place_is_not_judged_from_here(shop: Workshop):
    job = never_started(shop, datetime.now(UTC) - timedelta(minutes=2), "elsewhere")

    assert shop.project.jobs.get(job.job).state is JobState.QUEUED
    with pytest.raises(Unavailable):
        shop.project.jobs.stop(job.job)


def test_a_jobs_folder_that_cannot_be_used_is_told_before_anything_is_on_record(shop: Workshop):
    shop.settings.jobs.touch()

    with pytest.raises(Unavailable) as error:
        shop.start("true")

    assert str(shop.settings.jobs) in error.value.message
    assert wiring.open_records(shop.settings).jobs.list(shop.project.id) == []


class FullMachine(LocalProcesses):
    """A machine on which nothing can be started any more."""

    def start(self, spec: RunSpec) -> None:
        raise Unavailable(f"No process can be started for {spec.job}.")


def test_a_job_that_cannot_be_started_is_on_record_as_an_error(shop: Workshop):
    services = JobServices(
        records=wiring.open_records(shop.settings),
        runner=FullMachine(shop.settings.jobs),
        notebooks=wiring.open_notebooks,
        archive=JobArchive(wiring.open_store(shop.project.folder.store), shop.project.id),
        tiers=Tiers(),
        settings=shop.settings,
    )
    jobs = Jobs(shop.project, services)

    with pytest.raises(Unavailable):
        jobs.submit(JobRequest(target=("true",)))

    job = jobs.get(1)
    assert (job.state, job.volume) == (JobState.ERROR, None)
    assert job.reason == f"No process can be started for {job.id}."
    assert job.output_revision == job.input_revision is not None

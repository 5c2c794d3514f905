from pathlib import Path

import pytest
from workshop import Workshop

from jupyter_domino.compute.values import JobState


@pytest.mark.xdist_group("s3")
def test_a_job_of_a_project_in_a_bucket_ends_in_the_bucket(tmp_path: Path, s3_url: str):
    shop = Workshop(tmp_path, s3_url)
    shop.write("in.txt", "hello")

    job = shop.run("sh", "-c", "tr a-z A-Z < in.txt > out.txt; echo done")

    assert job.state is JobState.SUCCEEDED, job.reason
    assert shop.read(job.output_revision, "out.txt") == "HELLO"
    shop.run_folder(job).log.unlink()
    assert shop.log(job) == "done\n"
    assert shop.project.jobs.restore() == 0


@pytest.mark.xdist_group("postgresql")
def test_a_job_on_record_in_postgresql_ends_on_record(tmp_path: Path, postgresql_database: str):
    shop = Workshop(tmp_path, JUPYTER_DOMINO_DATABASE=postgresql_database)

    job = shop.run("sh", "-c", "echo > out.txt; exit 3")

    assert (job.state, job.exit_code) == (JobState.FAILED, 3)
    assert shop.open().jobs.get(1) == job
    assert not (shop.settings.home / "records.sqlite3").exists()

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

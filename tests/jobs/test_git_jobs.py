import subprocess
from pathlib import Path

import pytest

from jupyter_domino import wiring
from jupyter_domino.compute.values import JobRequest, JobState
from jupyter_domino.projects.project import Project
from jupyter_domino.settings import settings_from


@pytest.fixture
def checkout(tmp_path: Path) -> Project:
    """A git checkout that is a project, with one commit."""
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "run.sh").write_text("cat word.txt; echo $DOMINO_IS_GIT_BASED $DOMINO_ARTIFACTS_DIR\n")
    (root / "word.txt").write_text("committed\n")
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run(["git", *identity, *arguments], cwd=root, check=True)
    settings = settings_from({"JUPYTER_DOMINO_HOME": str(tmp_path / "home")})
    wiring.init_project(root, settings=settings)
    return wiring.open_project(root, settings)


def test_a_job_of_a_git_project_runs_the_working_trees_code(checkout: Project):
    (checkout.root / "word.txt").write_text("not committed\n")

    job = checkout.jobs.submit(JobRequest(target="run.sh"))
    ended = checkout.jobs.wait(job.job, timeout=60)

    assert ended.state is JobState.SUCCEEDED
    assert checkout.jobs.logs(1).text == f"not committed\ntrue {job.volume}/artifacts\n"
    git = checkout.repository.revision(ended.input_revision).git
    assert git.dirty


def test_a_job_of_a_git_project_stores_artifacts_and_tells_of_the_rest(checkout: Project):
    command = "echo changed > word.txt; mkdir -p artifacts; echo 1 > artifacts/out.txt"
    job = checkout.jobs.submit(JobRequest(target=(command,)))
    ended = checkout.jobs.wait(job.job, timeout=60)

    assert ended.results == ("artifacts/out.txt",)
    assert "word.txt: it belongs to git" in ended.reason
    assert ended.volume is None
    content = b"".join(checkout.read(ended.output_revision, "word.txt"))
    assert content == b"committed\n"
    before, after = map(checkout.repository.revision, (ended.input_revision, ended.output_revision))
    assert before.git is not None
    assert after.git == before.git

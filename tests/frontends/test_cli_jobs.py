"""The verbs about jobs, from a terminal."""

import fcntl
import json
import os
import pty
import signal
import struct
import termios
import time

import pytest
from notebooks import write_notebook

RUN_KEYS = {"job", "state", "input_revision", "output_revision", "exit_code", "reason"}


@pytest.fixture
def endless(project):
    """A job that runs until it is stopped; its log has begun."""
    project.json("run", "--", "sh", "-c", "echo begun; echo made > out.txt; sleep 600")
    deadline = time.monotonic() + 60
    while "begun" not in project("logs", "1").out:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield project
    project("stop", "1", "--discard")


def test_run_answers_with_the_keys_that_scripts_read(project):
    result = project.json("run", "train.py", "--wait")

    assert set(result) == RUN_KEYS
    assert (result["job"], result["state"], result["exit_code"]) == (1, "Succeeded", 0)
    assert result["output_revision"] == result["input_revision"]
    assert project("logs", "1").out == "trained\n"


def test_what_a_job_wrote_is_a_revision_that_the_next_sync_brings(project, folder):
    result = project.json("run", "--wait", "--", "sh", "-c", "echo 1 > made.txt")

    assert result["output_revision"] != result["input_revision"]
    assert not (folder / "made.txt").exists()
    synced = project.json("sync", "-m", "bring it")
    assert [c["path"] for c in synced["incoming"]] == ["made.txt"]
    assert (folder / "made.txt").read_text() == "1\n"


def test_failed_job_is_exit_code_1_with_the_reason(project):
    outcome = project("run", "--wait", "--json", "--", "sh", "-c", "exit 3")

    assert outcome.code == 1
    assert (outcome.json["state"], outcome.json["exit_code"]) == ("Failed", 3)
    assert outcome.json["reason"]


def test_run_on_an_old_revision_sees_its_files(history):
    history.json("run", "--rev", "r1", "--wait", "--", "cat", "data/train.csv")

    assert history("logs", "1").out == "a,b\n1,2\n"


def test_run_dry_run_starts_nothing(project):
    project.json("run", "train.py", "--dry-run")

    assert project.json("jobs")["jobs"] == []
    assert project.json("log")["revisions"] == []


def test_notebook_gets_its_parameters_and_is_kept(project, folder):
    write_notebook(
        folder / "fit.ipynb", "print('alpha is', alpha)", parameters="alpha: float = 0.1"
    )

    project.json("run", "fit.ipynb", "-p", "alpha=0.3", "--wait", "--title", "three tenths")

    job = project.json("job", "1")
    assert (job["title"], job["state"]) == ("three tenths", "Succeeded")
    assert job["command"]["parameters"] == {"alpha": 0.3}
    assert job["notebook"] == "results/job-1/fit.ipynb"
    assert "alpha is 0.3" in project("logs", "1").out


def test_failing_cell_stands_in_the_answer(project, folder):
    write_notebook(folder / "fit.ipynb", "x = 1", "x / 0")

    outcome = project("run", "fit.ipynb", "--wait")

    assert outcome.code == 1
    assert "ZeroDivisionError" in outcome.out


@pytest.mark.parametrize(
    ("given", "code"), [("beta=1", "unknown-parameter"), ("alpha=much", "parameter-type")]
)
def test_parameter_that_does_not_fit_is_refused_with_those_there_are(project, folder, given, code):
    write_notebook(folder / "fit.ipynb", "alpha", parameters="alpha: float = 0.1")

    found = project.fails("run", "fit.ipynb", "-p", given)

    assert found[:2] == (2, code)
    assert "alpha: float = 0.1" in found[2]
    assert project.json("jobs")["jobs"] == []


@pytest.mark.parametrize("kernel", [None, "no-such-kernel"])
def test_notebook_without_a_kernel_is_refused(project, folder, kernel):
    write_notebook(folder / "fit.ipynb", "1", kernel=kernel)

    assert project.fails("run", "fit.ipynb")[:2] == (2, "notebook-without-kernel")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["run", "nope.py"], (4, "path-not-found")),
        (["run", "train.py", "--tier", "huge"], (2, "unknown-tier")),
        (["run", "train.py", "-e", "DOMINO_RUN_ID=1"], (2, "bad-environment")),
        (["run"], (2, "usage")),
        (["run", "train.py", "--", "echo"], (2, "usage")),
        (["job", "9"], (4, "job-not-found")),
        (["logs", "9"], (4, "job-not-found")),
        (["stop", "9"], (4, "job-not-found")),
        (["jobs", "--state", "Bogus"], (2, "invalid")),
    ],
)
def test_what_cannot_be_meant_is_refused(project, words, found):
    assert project.fails(*words)[:2] == found


def test_jobs_are_listed_newest_first_and_by_state(project):
    project.json("run", "train.py", "--wait")
    project("run", "--wait", "--", "false")

    assert [j["job"] for j in project.json("jobs")["jobs"]] == [2, 1]
    assert [j["job"] for j in project.json("jobs", "-n", "1")["jobs"]] == [2]
    assert [j["job"] for j in project.json("jobs", "--state", "succeeded")["jobs"]] == [1]
    assert "Failed" in project("jobs").out


def test_stopped_job_keeps_what_it_wrote(endless):
    endless.json("stop", "1")
    follow = endless("logs", "1", "--follow")

    assert follow.out.startswith("begun\n")
    job = endless.json("job", "1")
    assert job["state"] == "Stopped"
    assert job["results"] == ["out.txt"]
    assert endless.fails("stop", "1")[:2] == (5, "job-finished")


def test_stopped_and_discarded_job_keeps_nothing(endless):
    endless.json("stop", "1", "--discard")
    endless("logs", "1", "--follow")

    job = endless.json("job", "1")
    assert (job["state"], job["results"]) == ("Stopped", [])


def test_log_document_has_the_whole_log(endless):
    document = endless.json("logs", "1")

    assert document == {"job": 1, "text": "begun\n", "next": 6, "complete": False}


def test_ctrl_c_stops_the_waiting_and_not_the_job(endless):
    process = endless.start("logs", "1", "--follow")
    assert process.stdout.readline() == b"begun\n"

    process.send_signal(signal.SIGINT)

    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err.count(b"\n") == 1
    assert endless.json("job", "1")["state"] == "Running"


def test_progress_is_drawn_on_a_terminal_and_cleared_again(project, folder):
    write_notebook(folder / "slow.ipynb", *["import time; time.sleep(1)"] * 3)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    process = project.start("run", "slow.ipynb", "--wait", "--json", stderr=theirs)
    os.close(theirs)
    drawn = b"".join(iter(lambda: read_terminal(ours), b""))
    document = process.communicate(timeout=60)[0]
    os.close(ours)

    assert json.loads(document)["state"] == "Succeeded"
    assert b"run: " in drawn
    assert b"/3 " in drawn
    assert drawn.endswith(b" \r")


def read_terminal(descriptor):
    """What a terminal gets; nothing when the other side is closed."""
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:
        return b""

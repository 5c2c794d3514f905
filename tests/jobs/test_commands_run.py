import json
import subprocess
import sys
from pathlib import Path

import pytest
from workshop import Workshop

from jupyter_domino.compute.values import JobState
from jupyter_domino.errors import Conflict, NotFound

SHOW = "import json, os, sys; json.dump([dict(os.environ), sys.argv[1:]], open('seen.json', 'w'))"


def seen(shop: Workshop, revision: str | None) -> tuple[dict[str, str], list[str]]:
    environment, arguments = json.loads(shop.read(revision, "seen.json"))
    return environment, arguments


def test_what_a_job_writes_becomes_a_revision_and_not_a_file_of_the_tree(shop: Workshop):
    shop.write("in.txt", "hello")

    job = shop.run("sh", "-c", "tr a-z A-Z < in.txt > out.txt; echo done")

    assert (job.state, job.reason, job.exit_code) == (JobState.SUCCEEDED, None, 0)
    assert shop.read(job.output_revision, "out.txt") == "HELLO"
    assert job.results == ("out.txt",)
    assert not (shop.root / "out.txt").exists()
    made = shop.project.repository.revision(job.output_revision)
    assert (made.job, made.job_number, made.author) == (job.id, 1, "ann")
    assert made.parents == (job.input_revision,)
    assert shop.log(job) == "done\n"


def test_a_job_syncs_the_tree_first_and_runs_on_that(shop: Workshop):
    shop.write("in.txt", "unsynced")

    job = shop.run("cat", "in.txt")

    before = shop.project.repository.revision(job.input_revision)
    assert before.message == "before job: cat in.txt"
    assert shop.log(job) == "unsynced"


def test_a_job_can_run_on_an_old_revision(shop: Workshop):
    shop.write("in.txt", "old")
    shop.project.sync("old")
    shop.write("in.txt", "new")
    shop.project.sync("new")

    job = shop.run("cat", "in.txt", revision="r1")

    assert shop.log(job) == "old"
    assert job.output_revision == job.input_revision == shop.project.repository.resolve("r1").id


def test_a_job_that_changes_nothing_has_its_input_as_output(shop: Workshop):
    shop.write("in.txt", "same")

    job = shop.run("true")

    assert job.output_revision == job.input_revision
    assert job.results == ()
    assert shop.project.repository.head().id == job.input_revision


def test_nothing_is_left_of_the_volume_of_a_job_whose_files_are_stored(shop: Workshop):
    job = shop.start("sh", "-c", "mkdir -p a/b; echo > a/b/c; chmod 500 a/b a")
    volume = Path(job.volume)

    ended = shop.end(job)

    assert ended.volume is None
    assert "a/b/c" in shop.paths(ended.output_revision)
    # The job is closed before its volume is removed: nobody waits for that.
    shop.until(job, lambda _: not volume.exists())


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("echo oh no; exit 3", 3, "The command failed with exit code 3. Its last words: oh no"),
        ("no-such-program", 127, "program was not found (exit code 127)"),
        ("kill -9 $$", 137, "most often the machine ran out of memory"),
        ("kill -SEGV $$", 139, "memory fault"),
    ],
)
def test_the_users_failure_is_told_in_plain_words(
    shop: Workshop, command: str, code: int, words: str
):
    job = shop.run("sh", "-c", f"echo partial > partial.txt; {command}")

    assert (job.state, job.exit_code) == (JobState.FAILED, code)
    assert words in job.reason
    assert "partial.txt" in shop.paths(job.output_revision)


def test_a_script_gets_parameters_as_arguments_and_dominos_variables(shop: Workshop):
    shop.write("show.py", SHOW)

    job = shop.run_file(
        "./show.py",
        parameters={"alpha": 0.5, "name": "a b", "flag": True, "sizes": [1, 2]},
        tier="small",
        environment={"COLOUR": "blue"},
    )

    environment, arguments = seen(shop, job.output_revision)
    assert job.title == "show.py"
    assert arguments == ["--alpha=0.5", "--name=a b", "--flag=true", "--sizes=[1, 2]"]
    assert environment["COLOUR"] == "blue"
    expected = {
        "DOMINO_RUN_ID": job.id,
        "DOMINO_RUN_NUMBER": "1",
        "DOMINO_PROJECT_ID": shop.project.id,
        "DOMINO_PROJECT_NAME": "demo",
        "DOMINO_PROJECT_OWNER": "ann",
        "DOMINO_STARTING_USERNAME": "ann",
        "DOMINO_USER_NAME": "ann",
        "DOMINO_WORKING_DIR": str(shop.settings.volumes / job.id),
        "DOMINO_HARDWARE_TIER_ID": "small",
        "DOMINO_IS_WORKFLOW_JOB": "false",
        "DOMINO_IS_GIT_BASED": "false",
        "OMP_NUM_THREADS": "1",
    }
    assert {name: environment.get(name) for name in expected} == expected


def test_a_job_does_not_inherit_the_servers_own_secrets(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "hub")
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    monkeypatch.setenv("DOMINO_RUN_ID", "another job's")
    monkeypatch.setenv("MINE", "kept")
    shop.write("show.py", SHOW)

    job = shop.run_file("show.py")

    environment, _ = seen(shop, job.output_revision)
    assert not {"JUPYTERHUB_API_TOKEN", "JPY_PARENT_PID"} & environment.keys()
    assert environment["DOMINO_RUN_ID"] == job.id
    assert environment["MINE"] == "kept"


def test_a_secret_reaches_the_job_and_no_record_or_process_list(shop: Workshop):
    job = shop.start(
        "sh", "-c", 'test ${#API_TOKEN} = 6 && echo > up; sleep 600',
        environment={"API_TOKEN": "s3cret", "LEVEL": "3"},
    )  # fmt: skip
    shop.running(job)
    lines = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline")]
    state = (shop.run_folder(job).path / "state.json").read_text()

    ended = shop.end(shop.project.jobs.stop(job.job))

    assert not any(b"s3cret" in line for line in lines)
    assert "s3cret" not in state
    assert ended.environment == {"API_TOKEN": "***", "LEVEL": "3"}
    assert "s3cret" not in json.dumps(shop.run_folder(job).details())


def test_statistics_and_results_are_what_the_job_says(shop: Workshop):
    shop.write(".dominoresults", "# shown\n*.png\n!secret.png\n")
    shop.write("dominostats.json", '{"r2": 0.1, "old": 1}')

    job = shop.run(
        "sh", "-c",
        'test ! -e dominostats.json; mkdir plots; touch plots/a.png secret.png data.csv;'
        """ echo '{"r2": 0.9, "loss": NaN, "name": "x"}' > dominostats.json""",
    )  # fmt: skip

    assert job.statistics == {"r2": 0.9, "loss": "NaN", "name": "x"}
    assert job.results == ("plots/a.png",)
    assert {"plots/a.png", "secret.png", "data.csv"} <= set(shop.paths(job.output_revision))


def test_an_earlier_jobs_statistics_are_neither_this_ones_nor_lost(shop: Workshop):
    shop.write("dominostats.json", '{"r2": 0.1}')

    job = shop.run("true")

    assert job.statistics is None
    assert job.output_revision == job.input_revision


@pytest.mark.parametrize("content", ["{not json", '{"nested": {"a": 1}}', "[1]"])
def test_statistics_that_cannot_be_read_are_a_note_and_no_error(shop: Workshop, content: str):
    job = shop.run("sh", "-c", f"echo '{content}' > dominostats.json")

    assert job.state is JobState.SUCCEEDED
    assert job.statistics is None
    assert job.reason.startswith("dominostats.json was left out")


def test_two_jobs_at_once_both_store_what_they_wrote(shop: Workshop):
    wait = "while [ ! -e {go} ]; do sleep 0.02; done"
    go = shop.root.parent / "go"
    jobs = [
        shop.start("sh", "-c", f"{wait.format(go=go)}; echo {n} > own-{n}.txt; echo {n} > both.txt")
        for n in (1, 2)
    ]
    go.touch()

    ended = [shop.end(job) for job in jobs]

    head = shop.project.repository.head().id
    (conflicted,) = [job for job in ended if job.conflicts]
    assert [job.state for job in ended] == [JobState.SUCCEEDED] * 2
    assert {"own-1.txt", "own-2.txt"} <= set(shop.paths(head))
    kept = {shop.read(head, path) for path in ("both.txt", *conflicted.conflicts)}
    assert kept == {"1\n", "2\n"}
    assert conflicted.conflicts == (f"both.conflict-job-{conflicted.job}.txt",)
    assert set(conflicted.results) == {f"own-{conflicted.job}.txt", *conflicted.conflicts}


def test_a_job_whose_project_moved_on_is_merged_with_it(shop: Workshop):
    shop.write("a.txt", "a")
    job = shop.start("sh", "-c", "echo > up; while [ ! -e go ]; do sleep 0.02; done; echo > b.txt")
    volume = shop.running(job)
    shop.write("a.txt", "edited meanwhile")
    shop.project.sync("meanwhile")
    (volume / "go").touch()

    ended = shop.end(job)

    assert shop.read(ended.output_revision, "a.txt") == "edited meanwhile"
    assert "b.txt" in ended.results
    assert "a.txt" not in ended.results
    assert ended.conflicts == ()


def test_a_stopped_job_keeps_what_it_wrote(shop: Workshop):
    job = shop.start("sh", "-c", "echo half > half.txt; echo > up; sleep 600")
    shop.running(job)

    asked = shop.project.jobs.stop(job.job)
    ended = shop.end(job)

    assert asked.state is JobState.STOP_REQUESTED
    assert (ended.state, ended.reason) == (JobState.STOPPED, "It was stopped.")
    assert shop.read(ended.output_revision, "half.txt") == "half\n"


def test_a_job_stopped_with_discard_leaves_no_revision(shop: Workshop):
    job = shop.start("sh", "-c", "echo half > half.txt; echo > up; sleep 600")
    shop.running(job)

    shop.project.jobs.stop(job.job, discard=True)
    ended = shop.end(job)

    assert ended.state is JobState.STOPPED
    assert ended.output_revision == ended.input_revision
    assert "discarded" in ended.reason


def test_a_job_that_has_ended_cannot_be_stopped(shop: Workshop):
    job = shop.run("true")

    with pytest.raises(Conflict) as error:
        shop.project.jobs.stop(job.job)

    assert error.value.code == "job-finished"


def test_a_job_passes_its_states_in_order(shop: Workshop):
    job = shop.start("sh", "-c", "echo > up; while [ ! -e go ]; do sleep 0.02; done")
    volume = shop.running(job)
    running = shop.open().jobs.get(job.job)
    (volume / "go").touch()
    ended = shop.end(job)

    assert job.state is JobState.QUEUED
    assert running.started == ended.started
    assert running.volume == str(volume)
    assert ended.started < ended.ended
    assert ended.seconds == pytest.approx((ended.ended - ended.started).total_seconds())
    assert [j.job for j in shop.project.jobs.list(state=JobState.SUCCEEDED)] == [1]
    assert shop.project.jobs.list(state=JobState.RUNNING) == []


def test_waiting_ends_with_the_time_one_has(shop: Workshop):
    job = shop.start("sleep", "600")

    assert shop.project.jobs.wait(job.job, timeout=0.1).ended is None


def test_a_log_is_followed_to_its_end_and_read_in_parts(shop: Workshop):
    lines = "for i in 1 2 3; do echo äöü $i; sleep 0.1; done; printf '\\303'"
    job = shop.start("sh", "-c", lines)

    text = "".join(shop.project.jobs.follow(job.job))

    assert text == "äöü 1\näöü 2\näöü 3\n\ufffd"
    part = shop.project.jobs.logs(job.job, 9)
    assert (part.text, part.complete) == ("äöü 2\näöü 3\n\ufffd", True)
    assert shop.project.jobs.logs(job.job, part.next).text == ""


def test_an_unknown_job_is_not_found(shop: Workshop):
    with pytest.raises(NotFound) as error:
        shop.project.jobs.get(12)

    assert error.value.code == "job-not-found"


def test_a_job_goes_on_when_the_process_that_submitted_it_is_killed(shop: Workshop):
    submit = (
        "import os, sys; from pathlib import Path; from jupyter_domino import wiring\n"
        "from jupyter_domino.compute.values import JobRequest\n"
        "jobs = wiring.open_project(Path(sys.argv[1])).jobs\n"
        "job = jobs.submit(JobRequest(target=tuple(sys.argv[2:])))\n"
        "print(job.job, flush=True); os.kill(os.getpid(), 9)\n"
    )
    home = {"JUPYTER_DOMINO_HOME": str(shop.settings.home)}
    done = subprocess.run(
        [sys.executable, "-c", submit, shop.root, "sh", "-c", "sleep 1; echo alone; exit 4"],
        capture_output=True,
        check=False,
        env={**subprocess.os.environ, **home},
    )
    job = shop.project.jobs.get(int(done.stdout))

    assert done.returncode == -9
    ended = shop.end(job)
    assert (ended.state, ended.exit_code, shop.log(job)) == (JobState.FAILED, 4, "alone\n")


def test_a_job_may_write_files_of_any_name(shop: Workshop):
    job = shop.run("sh", "-c", r"echo > $(printf 'caf\351'); echo > '-dash ?'; echo bye; exit 1")

    assert job.state is JobState.FAILED
    assert job.results == ("-dash ?", "caf\udce9")
    assert shop.open().jobs.get(job.job) == job


def test_an_empty_folder_that_a_job_leaves_is_no_result(shop: Workshop):
    job = shop.run("sh", "-c", "mkdir made && echo 1 > one.txt")

    assert job.results == ("one.txt",)

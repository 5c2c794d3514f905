"""Jobs over REST: real supervisors, real processes."""

import asyncio
import time

import nbformat
import pytest

from jupyter_domino.compute.lifecycle import FINAL

SECONDS = 60.0
ENDED = {state.value for state in FINAL}


def python(source):
    return {"argv": ["python", "-c", source]}


async def submitted(client, source, **more):
    answer = await client.post("jobs", {"path": "study", "target": python(source), **more})
    assert answer.status == 202, answer.body
    return answer


async def until(client, number, states):
    deadline = time.monotonic() + SECONDS
    while True:
        job = await client.get(f"jobs/{number}", path="study")
        if job["state"] in states:
            return job
        assert time.monotonic() < deadline, job.body
        await asyncio.sleep(0.1)


async def log_of(client, number):
    text, offset, complete = "", 0, False
    while not complete:
        part = await client.get(f"jobs/{number}/log", path="study", offset=offset)
        text, offset, complete = text + part["text"], part["next"], part["complete"]
    return text


@pytest.fixture
def gate(tmp_path):
    """A file whose making lets a waiting job go on."""
    return tmp_path / "gate"


def waiting(gate):
    return (
        "import os, time, pathlib\n"
        "pathlib.Path('made.txt').write_text('live')\n"
        "print('waiting', flush=True)\n"
        f"while not os.path.exists({str(gate)!r}): time.sleep(0.05)\n"
        "print('done')\n"
    )


async def test_a_command_runs_on_a_revision_and_makes_one(client, project):
    source = "print('hello'); open('out.txt', 'w').write('result')"

    job = await submitted(client, source, title="greet", tier="small")
    end = await until(client, job["job"], ENDED)

    assert (job["job"], job["title"], job["tier"]) == (1, "greet", "small")
    assert (end["state"], end["exit_code"], end["reason"]) == ("Succeeded", 0, None)
    assert end["results"] == ["out.txt"]
    assert "hello" in await log_of(client, 1)
    content = await client.get("jobs/1/contents/out.txt", path="study")
    assert content["content"] == "result"


async def test_what_was_not_synced_is_synced_first(client, project):
    (project.root / "new.txt").write_text("new")

    job = await submitted(client, "print(open('new.txt').read())")
    await until(client, job["job"], ENDED)

    assert "new" in await log_of(client, 1)
    assert project.repository.revision(job["input_revision"]).number == 2


async def test_a_running_jobs_files_are_shown_live(client, project, gate):
    job = await submitted(client, waiting(gate))
    await until(client, job["job"], {"Running"})
    deadline = time.monotonic() + SECONDS
    while (await client.get("jobs/1/contents/made.txt", path="study")).status != 200:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)

    live = await client.get("jobs/1/contents/made.txt", path="study")
    folder = await client.get("jobs/1/contents", path="study")
    own = await client.get("jobs/1/contents/.domino/project.json", path="study")
    gate.touch()
    await until(client, job["job"], ENDED)
    after = await client.get("jobs/1/contents", path="study")

    assert live["content"] == "live"
    assert "made.txt" in [m["path"] for m in folder["content"]]
    assert ".domino" not in [m["path"] for m in folder["content"]]
    assert own.status == 404
    assert "made.txt" in [m["path"] for m in after["content"]]


async def test_a_job_is_stopped_and_what_it_wrote_is_kept(client, project, gate):
    job = await submitted(client, waiting(gate))
    await until(client, job["job"], {"Running"})
    deadline = time.monotonic() + SECONDS
    while "waiting" not in (await client.get("jobs/1/log", path="study"))["text"]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)

    stopping = await client.post("jobs/1/stop", {"path": "study"})
    end = await until(client, job["job"], ENDED)
    again = await client.post("jobs/1/stop", {"path": "study"})

    assert stopping["state"] in {"StopRequested", "Stopped"}
    assert (end["state"], end["results"]) == ("Stopped", ["made.txt"])
    assert (again.status, again["code"]) == (409, "job-finished")


async def test_a_failed_job_has_its_exit_code_and_a_reason(client, project):
    job = await submitted(client, "raise SystemExit(3)")
    end = await until(client, job["job"], ENDED)

    assert (end["state"], end["exit_code"]) == ("Failed", 3)
    assert end["reason"]


async def test_a_notebook_runs_with_its_parameters(client, project, events):
    parameters = nbformat.v4.new_code_cell("n: int = 1", metadata={"tags": ["parameters"]})
    cells = [parameters, nbformat.v4.new_code_cell("print('n is', n)")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, project.root / "train.ipynb")

    shown = await client.get("parameters/train.ipynb", path="study")
    wrong = await client.post(
        "jobs", {"path": "study", "target": {"file": "train.ipynb"}, "parameters": {"m": 1}}
    )
    job = await client.post(
        "jobs", {"path": "study", "target": {"file": "train.ipynb"}, "parameters": {"n": 7}}
    )
    end = await until(client, job["job"], ENDED)
    executed = await client.get(f"jobs/1/contents/{end['notebook']}", path="study")

    assert [(p["name"], p["type"], p["default"]) for p in shown["parameters"]] == [
        ("n", "int", "1")
    ]
    assert shown["kernel"] == "python3"
    assert (wrong.status, wrong["code"]) == (422, "unknown-parameter")
    assert end["state"] == "Succeeded", end.body
    assert executed["content"]["cells"][-1]["outputs"][0]["text"] == "n is 7\n"
    progress = [event for event in events.of("job") if event["action"] == "progress"]
    assert progress[-1]["cell"] == progress[-1]["cells"]
    assert progress[-1]["elapsed"] > 0


async def test_jobs_are_listed_in_pages_newest_first(client, project):
    for _ in range(3):
        await submitted(client, "pass", revision="r1")
    for number in (1, 2, 3):
        await until(client, number, ENDED)

    first = await client.get("jobs", path="study", limit=2)
    second = await client.get("jobs", path="study", limit=2, before=first["next"])
    failed = await client.get("jobs", path="study", state="Failed")

    assert [job["job"] for job in first["jobs"]] == [3, 2]
    assert [job["job"] for job in second["jobs"]] == [1]
    assert (first["next"], second["next"], failed["jobs"]) == (2, None, [])


async def test_a_state_that_no_job_has_is_refused(client, project):
    answer = await client.get("jobs", path="study", state="Sleeping")

    assert (answer.status, answer["details"]["fields"]) == (422, ["state"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"target": {"file": "gone.py"}}, "path-not-found"),
        ({"target": {"file": "../x.py"}}, "path-outside-project"),
        ({"target": {"argv": ["true"]}, "tier": "huge"}, "unknown-tier"),
        ({"target": {"argv": ["true"]}, "revision": "r9"}, "revision-not-found"),
        ({"target": {"argv": ["true"]}, "environment": {"DOMINO_X": "1"}}, "bad-environment"),
    ],
)
async def test_what_cannot_be_run_is_refused_and_makes_no_job(client, project, body, code):
    answer = await client.post("jobs", {"path": "study"} | body)
    listed = await client.get("jobs", path="study")

    assert answer["code"] == code
    assert answer.status in {404, 422}
    assert listed["jobs"] == []


@pytest.mark.parametrize("route", ["jobs/9", "jobs/9/log", "jobs/9/contents", "jobs/9/contents/a"])
async def test_a_job_that_is_not_there_is_404(client, project, route):
    answer = await client.get(route, path="study")

    assert (answer.status, answer["code"]) == (404, "job-not-found")


async def test_the_tiers_are_told(client):
    answer = await client.get("tiers")

    assert [tier["id"] for tier in answer["tiers"]] == ["small", "medium", "large"]
    assert answer["default"] == "medium"

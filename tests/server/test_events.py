"""The page is told of every change, whoever made it."""

import asyncio
import json
import os
import sys
import threading
import time
from datetime import UTC, datetime

import pytest

from jupyter_domino import wiring
from jupyter_domino.compute.values import Command, CommandKind, Job, JobState
from jupyter_domino.frontends.server.events import Announcer
from jupyter_domino.frontends.server.paths import RootedPaths

SECONDS = 30.0


async def run_cli(root, *words):
    """The command line, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "jupyter_domino.frontends.cli",
        *words,
        cwd=root,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def used(client, events):
    """The project is in use and watched: it is told once that nobody knows what was before."""
    await client.get("status", path="study")
    event = await events.wait_for("files", action="changed")
    assert "paths" not in event
    events.forget()


async def test_a_project_that_is_made_is_told_of(client, events, jp_root_dir):
    (jp_root_dir / "fresh").mkdir()

    made = await client.post("projects", {"path": "fresh"})

    event = await events.wait_for("project", action="initialised")
    assert (event["project"], event["path"]) == (made["id"], "fresh")


async def test_a_sync_over_rest_is_told_of_once(client, project, events):
    (project.root / "a").write_text("a")

    result = await client.post("sync", {"path": "study", "message": "m"})

    event = await events.wait_for("files", action="synced")
    assert (event["revision"], event["number"]) == (result["revision"], 2)
    assert (event["project"], event["path"]) == (project.id, "study")
    await events.wait_for("files", action="changed")
    assert len([e for e in events.of("files") if e["action"] == "synced"]) == 1


async def test_a_revert_over_rest_is_told_of(client, project, events):
    (project.root / "train.py").write_text("print('two')\n")
    project.sync("second")

    body = {"path": "study", "revision": "r1", "paths": ["train.py"]}
    result = await client.post("revert", body)

    event = await events.wait_for("files", action="reverted")
    assert event["revision"] == result["revision"]


async def test_a_hydrate_is_told_of_with_its_folder(client, project, events):
    body = {"path": "study", "revision": "r1", "directory": "copy"}
    await client.post("hydrate", body)

    event = await events.wait_for("files", action="hydrated")
    assert event["path"] == "copy"


@pytest.mark.parametrize("dry", ["sync", "revert", "hydrate"])
async def test_what_is_only_tried_is_not_told_of(client, project, events, dry):
    more = {"revision": "r1", "paths": ["train.py"], "directory": "copy", "message": "m"}
    fields = {"sync": ["message"], "revert": ["revision", "paths"]}.get(
        dry, ["revision", "directory"]
    )
    body = {"path": "study", "dry_run": True} | {name: more[name] for name in fields}
    (project.root / "seen").write_text("x")

    answer = await client.post(dry, body)

    assert answer.status == 200
    await events.wait_for("files", action="changed")
    assert {e["action"] for e in events.of("files")} == {"changed"}


async def test_a_file_that_another_process_writes_is_told_of(client, project, events):
    await used(client, events)

    (project.root / "data" / "b.csv").write_text("b")

    event = await events.wait_for("files", action="changed")
    assert (event["path"], event["paths"]) == ("study", ["data/b.csv"])


async def test_an_ignored_file_is_not_told_of(client, project, events):
    await used(client, events)
    (project.root / ".dominoignore").write_text("*.log\n")
    rules = await events.wait_for("files", action="changed")
    events.forget()
    await events.wait_for("files", action="changed")  # all folders are watched again
    events.forget()
    (project.root / "a.log").write_text("x")
    (project.root / "b.txt").write_text("x")

    event = await events.wait_for("files", action="changed")

    assert rules["paths"] == [".dominoignore"]
    assert event["paths"] == ["b.txt"]


async def test_reading_the_status_is_not_a_change(client, project, events):
    await used(client, events)
    for _ in range(3):
        await client.get("status", path="study")
    (project.root / "end.txt").write_text("x")

    await events.wait_for("files", action="changed")

    assert [e.get("paths") for e in events.of("files")] == [["end.txt"]]


async def test_a_sync_on_the_command_line_is_told_of(client, project, events):
    await used(client, events)
    (project.root / "cli.txt").write_text("x")
    await events.wait_for("files", action="changed")

    await run_cli(project.root, "sync", "-m", "from the terminal")

    event = await events.wait_for("files", action="synced")
    assert event["number"] == 2


async def test_a_job_is_told_of_from_its_beginning_to_its_end(client, project, events):
    target = {"argv": ["python", "-c", "print('hello'); open('out', 'w').write('x')"]}

    job = await client.post("jobs", {"path": "study", "target": target})

    await events.wait_for("job", action="state", state="Succeeded", job=job["job"])
    log = await events.wait_for("job", action="log")
    part = await client.get("jobs/1/log", path="study")
    states = [e["state"] for e in events.of("job") if e["action"] == "state"]
    assert states[0] == "Queued"
    assert states[-1] == "Succeeded"
    assert log["next"] <= part["next"]
    await events.wait_for("files", action="synced")  # what it wrote is on the head


async def test_a_job_of_the_command_line_is_told_of(client, project, events):
    await run_cli(project.root, "run", "--", "python", "-c", "print('hello')")

    event = await events.wait_for("job", action="state", state="Succeeded")

    assert (event["project"], event["path"], event["job"]) == (project.id, "study", 1)


async def test_after_the_server_nothing_is_told_and_no_thread_is_left(
    client, project, events, server
):
    await used(client, events)

    await server.extension_manager.stop_all_extensions()

    names = {thread.name for thread in threading.enumerate() if thread.is_alive()}
    assert not [name for name in names if name.startswith("jupyter_domino ")]


class TestWithoutWatching:
    @pytest.fixture
    def extension_config(self):
        return {"watch": False}

    async def test_what_is_saved_in_the_page_is_told_of_all_the_same(
        self, client, project, events, jp_fetch
    ):
        await client.get("status", path="study")
        body = '{"type": "file", "format": "text", "content": "x"}'

        await jp_fetch("api", "contents", "study", "saved.txt", method="PUT", body=body)

        event = await events.wait_for("files", action="changed")
        assert event["paths"] == ["saved.txt"]
        assert (await client.get("config"))["watching"] == "off"


class TestWithAnotherMachine:
    @pytest.fixture
    def extension_config(self):
        return {"watch_store": 0.1}

    async def test_what_it_syncs_to_the_store_is_told_of(self, client, project, events, tmp_path):
        await used(client, events)
        project.hydrate("r1", tmp_path / "elsewhere")
        (tmp_path / "elsewhere" / "theirs.txt").write_text("x")

        theirs = wiring.open_project(tmp_path / "elsewhere").sync("theirs")

        event = await events.wait_for("files", action="synced")
        status = await client.get("status", path="study")
        assert (event["revision"], event["path"]) == (theirs.revision, "study")
        assert [change["path"] for change in status["incoming"]] == ["theirs.txt"]


class TestWithTooManyFolders:
    @pytest.fixture
    def extension_config(self):
        return {"watch_max_folders": 1, "watch_rescan": 0.1}

    async def test_a_change_is_told_of_a_little_later(self, client, project, events):
        await client.get("status", path="study")
        deadline = time.monotonic() + SECONDS
        number = 0
        while not events.of("files"):  # the first look only remembers
            assert time.monotonic() < deadline
            number += 1
            (project.root / "a").write_text("a" * number)
            await asyncio.sleep(0.05)

        assert events.of("files")[0]["action"] == "changed"
        assert "paths" not in events.of("files")[0]
        assert (await client.get("config"))["watching"] == "rescan"


async def test_a_page_that_listens_gets_the_events(client, project, server, jp_ws_fetch):
    socket = await jp_ws_fetch("api", "events", "subscribe")
    (project.root / os.fsdecode(b"\xff")).write_text("a name that is no UTF-8")

    await client.get("status", path="study")
    message = json.loads(await asyncio.wait_for(socket.read_message(), SECONDS))
    result = await client.post("sync", {"path": "study", "message": "m"})
    while message["action"] != "synced":
        message = json.loads(await asyncio.wait_for(socket.read_message(), SECONDS))

    assert message["revision"] == result["revision"]
    socket.close()


def job_in(state):
    return Job(
        job=1,
        id="0" * 32,
        title="t",
        state=state,
        command=Command(CommandKind.SHELL, None, ("true",)),
        tier="small",
        user="u",
        created=datetime.now(UTC),
    )


def test_a_state_that_is_over_is_not_told_of_any_more(project, tmp_path):
    sent = []
    paths = RootedPaths(tmp_path, allow_hidden=True)
    announcer = Announcer(lambda schema, data: sent.append(data["state"]), paths)

    for state in (JobState.RUNNING, JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED):
        announcer.job(project, job_in(state))

    assert sent == ["Running", "Succeeded"]


def test_a_project_outside_the_root_is_not_told_of(tmp_path, home):
    (tmp_path / "root").mkdir()
    (tmp_path / "study").mkdir()
    wiring.init_project(tmp_path / "study")
    sent = []
    announcer = Announcer(
        lambda schema, data: sent.append(data), RootedPaths(tmp_path / "root", allow_hidden=False)
    )

    announcer.changed(wiring.open_project(tmp_path / "study"), ["a"])

    assert sent == []

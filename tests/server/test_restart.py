"""A job does not care whether the server that started it lives."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

from jupyter_domino import wiring

TOKEN = "secret"
SECONDS = 60.0


class JupyterServer:
    """A Jupyter server as a user starts it, in a process of its own."""

    def __init__(self, root, scratch):
        self._scratch = scratch
        environment = os.environ | {
            "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
            "JUPYTER_CONFIG_DIR": str(scratch / "config"),
            "JUPYTER_DATA_DIR": str(scratch / "data"),
            "HOME": str(scratch),
        }
        with (scratch / "server.log").open("ab") as log_file:
            self.process = self._start(root, environment, log_file)
        self.url = self._wait_for_url()

    def _start(self, root, environment, log_file):
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyter_server",
                "--no-browser",
                "--allow-root",
                "--ServerApp.port=0",
                f"--ServerApp.root_dir={root}",
                f"--IdentityProvider.token={TOKEN}",
                "--ServerApp.jpserver_extensions={'jupyter_domino': True}",
            ],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=log_file,
        )

    def ask(self, route, body=None, **query):
        request = urllib.request.Request(
            f"{self.url}jupyter-domino/api/v1/{route}?{urlencode(query)}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            return json.load(response)

    def kill(self):
        self.process.kill()
        self.process.wait(SECONDS)

    def end(self):
        """Ask it to end, as a hub does; how long it took."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(SECONDS)
        return time.monotonic() - start

    def _wait_for_url(self):
        info = self._scratch / "runtime" / f"jpserver-{self.process.pid}.json"
        deadline = time.monotonic() + SECONDS
        while True:
            assert time.monotonic() < deadline, (self._scratch / "server.log").read_text()
            assert self.process.poll() is None, (self._scratch / "server.log").read_text()
            try:
                url = str(json.loads(info.read_text())["url"])
                urllib.request.urlopen(f"{url}api", timeout=5).close()
            except (FileNotFoundError, ValueError, urllib.error.URLError):
                time.sleep(0.05)
            else:
                return url


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root" / "study"
    folder.mkdir(parents=True)
    (folder / "train.py").write_text(
        "import os, time\n"
        "for number in range(3): print('line', number, flush=True)\n"
        "while not os.path.exists(os.environ['GATE']): time.sleep(0.05)\n"
        "print('last line')\n"
        "raise SystemExit(3)\n"
    )
    wiring.init_project(folder)
    return tmp_path / "root"


@pytest.fixture
def start(root, tmp_path):
    started = []

    def start_server():
        started.append(JupyterServer(root, tmp_path))
        return started[-1]

    yield start_server
    for server in started:
        if server.process.poll() is None:
            server.kill()


def until(server, states):
    deadline = time.monotonic() + SECONDS
    while True:
        job = server.ask("jobs/1", path="study")
        if job["state"] in states:
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.1)


def log(server):
    return server.ask("jobs/1/log", path="study")["text"]


def submit(server, gate: Path):
    return server.ask(
        "jobs",
        {"path": "study", "target": {"file": "train.py"}, "environment": {"GATE": str(gate)}},
    )


def test_a_job_goes_on_when_the_server_is_killed(start, tmp_path):
    first = start()
    submit(first, tmp_path / "gate")
    until(first, {"Running"})
    first.kill()

    second = start()
    running = second.ask("jobs/1", path="study")
    (tmp_path / "gate").touch()
    ended = until(second, {"Failed", "Error", "Succeeded"})

    assert running["state"] == "Running"
    assert (ended["state"], ended["exit_code"]) == ("Failed", 3)
    assert [f"line {n}" in log(second) for n in range(3)] == [True, True, True]
    assert "last line" in log(second)


def test_a_job_that_ends_while_no_server_runs_has_its_exit_code_and_its_log(start, tmp_path):
    first = start()
    submit(first, tmp_path / "gate")
    until(first, {"Running"})
    first.kill()
    (tmp_path / "gate").touch()
    deadline = time.monotonic() + SECONDS
    (state,) = (tmp_path / "domino-home" / "jobs").glob("*/state.json")
    while json.loads(state.read_text())["phase"] != "ended":
        assert time.monotonic() < deadline
        time.sleep(0.1)

    second = start()
    ended = second.ask("jobs/1", path="study")

    assert (ended["state"], ended["exit_code"]) == ("Failed", 3)
    assert "last line" in log(second)


def test_a_job_whose_processes_are_all_gone_is_ended_when_a_server_starts(start, tmp_path):
    first = start()
    submit(first, tmp_path / "gate")
    until(first, {"Running"})
    first.kill()
    (state,) = (tmp_path / "domino-home" / "jobs").glob("*/state.json")
    supervisor = psutil.Process(json.loads(state.read_text())["supervisor"]["pid"])
    supervisor.suspend()
    for process in [*supervisor.children(recursive=True), supervisor]:
        process.kill()
    project = wiring.open_project(tmp_path / "root" / "study")
    records = wiring.open_records(wiring.environment_settings())
    assert records.jobs.get(project.id, 1).state.value == "Running"

    start()

    deadline = time.monotonic() + SECONDS
    while records.jobs.get(project.id, 1).state.value not in {"Error", "Failed"}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert records.jobs.get(project.id, 1).reason


def test_a_server_with_a_watched_project_ends_at_once_when_asked(start):
    server = start()
    server.ask("status", path="study")

    assert server.end() < 10.0

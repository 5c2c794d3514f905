"""What the server sees of jobs, whatever it has missed."""

import pytest

from jupyter_domino import wiring
from jupyter_domino.compute.values import JobRequest
from jupyter_domino.frontends.server.events import Announcer
from jupyter_domino.frontends.server.job_watch import JobWatch
from jupyter_domino.frontends.server.paths import RootedPaths
from jupyter_domino.frontends.server.site import Site


@pytest.fixture
def states():
    return []


@pytest.fixture
def watch(project, jp_root_dir, states):
    paths = RootedPaths(jp_root_dir, allow_hidden=False)
    site = Site(wiring.environment_settings(), paths, on_use=lambda used: None)
    announcer = Announcer(lambda schema, data: states.append(data.get("state")), paths)
    return JobWatch(site, announcer, debounce_ms=50)


def test_the_end_of_a_job_is_told_also_when_it_was_on_record_first(
    project, watch, states, tmp_path
):
    gate = tmp_path / "gate"
    wait = f"while [ ! -e {gate} ]; do sleep 0.05; done"
    number = project.jobs.submit(JobRequest(target=("sh", "-c", wait))).job
    watch.look_at_all()
    before = list(states)
    gate.touch()

    project.jobs.wait(number)
    watch.look_at_all()

    assert "Succeeded" not in before
    assert before
    assert "Succeeded" in states

import json
import os
from pathlib import Path

import pytest

from jupyter_domino.compute.process import identity, is_alive
from jupyter_domino.compute.run_files import read_json, take_lock, write_json, write_text
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.compute.runner import Observation, Phase, StageProblem
from jupyter_domino.compute.values import Failure, JobProgress


def test_a_process_is_itself_only_with_its_start_and_its_boot():
    me = identity(os.getpid())

    assert is_alive(me)
    assert not is_alive(me | {"start_time": 1})  # the pid is somebody else's by now
    assert not is_alive(me | {"boot_id": "another"})
    assert not is_alive(me | {"pid": None})
    assert not is_alive({})
    assert not is_alive(identity(2**22 + 1))


def test_nothing_is_known_of_a_job_that_was_never_here(tmp_path: Path):
    assert RunFolder(tmp_path / "none").observe() == Observation()
    assert RunFolder(tmp_path / "none").read_log(0, 10) is None


def test_a_job_whose_lock_is_held_is_kept_also_when_its_keeper_is_not_seen(tmp_path: Path):
    write_json(str(tmp_path / "state.json"), {"phase": "run", "supervisor": {"boot_id": "other"}})
    folder = RunFolder(tmp_path)

    held = take_lock(str(tmp_path), seconds=0.0)
    assert held is not None
    kept = folder.observe()
    os.close(held)

    assert kept.is_alive
    assert kept.phase is Phase.RUN
    assert not folder.observe().is_alive


def test_a_lock_that_another_holds_is_not_taken(tmp_path: Path):
    held = take_lock(str(tmp_path), seconds=0.0)
    assert held is not None

    assert take_lock(str(tmp_path), seconds=0.05) is None
    os.close(held)


def test_what_a_jobs_programs_tell_is_observed(tmp_path: Path):
    folder = RunFolder(tmp_path)
    folder.write_progress(JobProgress(1, 2, 0.5))
    folder.write_failure(Failure(1, "ValueError", "no", ""))
    folder.write_problem(StageProblem(stage="prepare", message="no", code="disk-full"))
    folder.write_result({"state": "Failed"})
    folder.request_stop(discard=True)
    folder.request_stop(discard=False)

    seen = folder.observe()

    assert seen.progress == JobProgress(1, 2, 0.5)
    assert seen.failure == Failure(1, "ValueError", "no", "")
    assert seen.problem == StageProblem(stage="prepare", message="no", code="disk-full")
    assert seen.result == {"state": "Failed"}
    assert (seen.stop_requests, seen.discard) == (2, True)


@pytest.mark.parametrize("content", ["", "{", "[]", "3"])
def test_a_half_written_file_says_nothing(tmp_path: Path, content: str):
    (tmp_path / "state.json").write_text(content)

    assert read_json(str(tmp_path / "state.json")) == {}


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path):
    target = tmp_path / "notebook.ipynb"
    write_text(target, "first")

    with pytest.raises(UnicodeEncodeError):
        write_text(target, "x" * 100_000 + "\ud800")

    assert target.read_text() == "first"
    write_text(target, "second")
    assert [p.name for p in tmp_path.iterdir()] == ["notebook.ipynb"]
    write_json(str(tmp_path / "a.json"), {"a": 1})
    assert json.loads((tmp_path / "a.json").read_text()) == {"a": 1}

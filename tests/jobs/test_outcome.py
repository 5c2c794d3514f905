from pathlib import Path

import pytest

from jupyter_domino.compute.runner import Observation, Phase, StageProblem
from jupyter_domino.compute.values import Failure, JobState
from jupyter_domino.projects.jobs.outcome import outcome
from jupyter_domino.projects.jobs.results import MAX_RESULTS, read_statistics, shown_results


def seen(**facts: object) -> Observation:
    return Observation(phase=Phase.FINISH, is_alive=True, **facts)


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        ({"codes": {"prepare": 0, "run": 0}}, JobState.SUCCEEDED, None),
        ({"codes": {"run": 2}}, JobState.FAILED, "exit code 2. Its last words: bye"),
        ({"codes": {"run": 126}}, JobState.FAILED, "may not be executed"),
        ({"codes": {"run": 127}}, JobState.FAILED, "was not found"),
        ({"codes": {"run": 137}}, JobState.FAILED, "ran out of memory"),
        ({"codes": {"run": 139}}, JobState.FAILED, "memory fault"),
        ({"codes": {"run": 129}}, JobState.FAILED, "signal 1 ended it"),
        (
            {"codes": {"run": 1}, "failure": Failure(4, "ValueError", "no\nmore", "")},
            JobState.FAILED,
            "Cell 4 failed: ValueError: no",
        ),
        ({"codes": {"run": 0}, "stopped": True}, JobState.STOPPED, "It was stopped."),
        ({"codes": {"run": 130}, "stopped": True, "discard": True}, JobState.STOPPED, "discarded"),
        ({"codes": {"run": 0}, "discard": True}, JobState.STOPPED, "stopped at its end"),
        ({"codes": {"prepare": 1}}, JobState.ERROR, "could not be prepared"),
        (
            {"problem": StageProblem(stage="prepare", message="No disk.", code="disk-full")},
            JobState.ERROR,
            "It could not be prepared. No disk.",
        ),
        ({"lost_in": "run"}, JobState.ERROR, "killed while the job ran"),
        ({"lost_in": "prepare"}, JobState.ERROR, "killed while the job was prepared"),
        ({"lost_in": "run", "restarted": True}, JobState.ERROR, "machine was started again"),
        ({"lost_in": "finish", "codes": {"run": 0}}, JobState.SUCCEEDED, None),
    ],
)
def test_every_end_has_its_state_and_its_words(
    facts: dict[str, object], state: JobState, words: str | None
):
    found, reason = outcome(seen(**facts), "bye")

    assert found is state
    assert (reason is None) if words is None else words in (reason or "")


def test_without_a_filter_everything_is_a_result(tmp_path: Path):
    assert shown_results(tmp_path, ["b", "a"]) == ("a", "b")


def test_a_filter_without_a_pattern_filters_nothing(tmp_path: Path):
    (tmp_path / ".dominoresults").write_text("# nothing yet\n\n")

    assert shown_results(tmp_path, ["a"]) == ("a",)


def test_results_of_a_job_that_wrote_very_many_are_the_first(tmp_path: Path):
    shown = shown_results(tmp_path, (f"{number:05}" for number in range(MAX_RESULTS + 5)))

    assert len(shown) == MAX_RESULTS
    assert shown[-1] == f"{MAX_RESULTS - 1:05}"


def test_there_are_no_statistics_without_the_file(tmp_path: Path):
    assert read_statistics(tmp_path) == (None, None)


def test_statistics_that_are_a_data_set_are_left_out(tmp_path: Path):
    (tmp_path / "dominostats.json").write_text(" " * (1 << 20) + "{}")

    statistics, note = read_statistics(tmp_path)

    assert statistics is None
    assert note is not None
    assert "longer than 1 MiB" in note

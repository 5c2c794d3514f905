from datetime import UTC, datetime

import pytest

from jupyter_domino.compute import lifecycle
from jupyter_domino.compute.job_json import job_from_json, job_to_json
from jupyter_domino.compute.tiers import GIB, Tiers, with_settings
from jupyter_domino.compute.values import (
    Command,
    CommandKind,
    Failure,
    Job,
    JobProgress,
    JobState,
    Tier,
)
from jupyter_domino.errors import Damaged, Invalid
from jupyter_domino.settings import TierSettings

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
JOB = Job(
    job=3,
    id="a" * 32,
    title="train.ipynb",
    state=JobState.FAILED,
    reason="Cell 2 failed: ValueError: no",
    command=Command(CommandKind.NOTEBOOK, "train.ipynb", ("python", "x"), {"alpha": [0.5, None]}),
    tier="small",
    environment={"A": "b"},
    user="ann",
    input_revision="1" * 40,
    output_revision="2" * 40,
    exit_code=1,
    created=NOON,
    started=NOON,
    ended=NOON,
    seconds=0.0,
    progress=JobProgress(2, 3, 1.5),
    statistics={"r2": 0.5},
    results=("a", "b"),
    conflicts=("c",),
    failure=Failure(2, "ValueError", "no", "Traceback"),
    notebook="results/job-3/train.ipynb",
)


def test_a_job_is_the_same_after_json():
    assert job_from_json(job_to_json(JOB)) == JOB


def test_a_job_in_json_has_the_agreed_words():
    record = job_to_json(JOB)

    assert record["state"] == "Failed"
    assert record["created"] == "2026-11-21T12:00:00Z"
    assert record["command"] == {
        "kind": "notebook",
        "file": "train.ipynb",
        "argv": ["python", "x"],
        "parameters": {"alpha": [0.5, None]},
    }
    assert record["progress"] == {"cell": 2, "cells": 3, "elapsed": 1.5}
    assert record["volume"] is None


def test_a_record_of_a_newer_version_is_read_without_what_is_new():
    assert job_from_json({**job_to_json(JOB), "from_the_future": 1}) == JOB


@pytest.mark.parametrize("name", ["state", "command", "created", "results"])
def test_a_record_that_lacks_something_is_damaged(name: str):
    record = job_to_json(JOB)
    del record[name]

    with pytest.raises(Damaged):
        job_from_json(record)


def test_a_job_never_goes_back_and_its_end_is_final():
    order = [JobState.QUEUED, JobState.PREPARING, JobState.RUNNING, JobState.FINISHING]

    allowed = {(a, b) for a in JobState for b in JobState if lifecycle.may_become(a, b)}

    assert all((a, b) in allowed for i, a in enumerate(order) for b in order[i + 1 :])
    assert not any((b, a) in allowed for i, a in enumerate(order) for b in order[i:])
    assert not any(a in lifecycle.FINAL for a, _ in allowed)
    assert {b for a, b in allowed if a is JobState.STOP_REQUESTED} == lifecycle.FINAL


def test_what_leads_to_a_state_is_what_may_become_it():
    assert lifecycle.predecessors(JobState.PREPARING) == {JobState.QUEUED}
    assert JobState.STOP_REQUESTED in lifecycle.predecessors(JobState.STOPPED)


def test_settings_add_tiers_replace_some_and_choose_the_default():
    tiers = with_settings(
        [
            TierSettings(id="small", cores=0.5, memory=GIB),
            TierSettings(id="gpu", cores=8, memory=32 * GIB, default=True),
        ]
    )

    assert [tier.id for tier in tiers.tiers] == ["small", "medium", "large", "gpu"]
    assert tiers.get("small") == Tier("small", 0.5, GIB)
    assert tiers.get(None).id == "gpu"


def test_an_unknown_tier_is_answered_with_those_there_are():
    with pytest.raises(Invalid) as error:
        Tiers().get("huge")

    assert error.value.details["tiers"] == ["small", "medium", "large"]


@pytest.mark.parametrize(("cores", "memory"), [(0, GIB), (1, 0)])
def test_a_tier_gives_something(cores: float, memory: int):
    with pytest.raises(Invalid):
        Tier("none", cores, memory)

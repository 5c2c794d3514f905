"""Dying anywhere: every head stays readable, the next try succeeds, nothing is lost."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from faults import DEATHS, Died, Fault, FaultyStore
from scenarios import SCENARIOS, Scenario, held, history, store_of
from trees import PROJECT

from jupyter_domino.errors import Unavailable
from jupyter_domino.storage import Repository

HERE = Path(__file__).parent
WRITERS = ["first sync", "sync", "merge", "revert"]


@pytest.fixture
def prepared(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "prepared"
    folder.mkdir()
    SCENARIOS[request.getfixturevalue("name")].prepare(folder)
    return folder


def check_recovery(scenario: Scenario, work: Path, prepared: Path) -> None:
    """After the crash, and after the operation was tried again."""
    repository = Repository.open(store_of(work), PROJECT)
    before = history(Repository.open(store_of(prepared), PROJECT))
    after = history(repository)
    assert {revision: after[revision] for revision in before} == before
    assert held(prepared) <= held(work)

    scenario.operate(work, store_of(work))

    scenario.check(work, Repository.open(store_of(work), PROJECT))
    assert held(prepared) <= held(work)
    assert [path for path in work.rglob(".domino-*.tmp") if path.parts[-2] != "saved"] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_dying_at_any_change_of_a_file_loses_nothing(name: str, prepared: Path, tmp_path: Path):
    (tmp_path / "crashed").mkdir()
    subprocess.run(
        [sys.executable, HERE / "crash_runner.py", name, prepared, tmp_path / "crashed"], check=True
    )

    states = sorted((tmp_path / "crashed").iterdir(), key=lambda path: int(path.name))
    assert len(states) > 10
    for work in states:
        check_recovery(SCENARIOS[name], work, prepared)
        shutil.rmtree(work)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("name", WRITERS)
def test_a_store_that_fails_at_any_write_loses_nothing(
    name: str, fault: Fault, prepared: Path, tmp_path: Path
):
    scenario = SCENARIOS[name]
    counted = count_writes(scenario, prepared, tmp_path)
    assert counted >= 4

    for number in range(1, counted + 1):
        work = tmp_path / str(number)
        shutil.copytree(prepared, work, symlinks=True)
        with fault_expected(fault):
            scenario.operate(work, FaultyStore(store_of(work), at=number, fault=fault))
        check_recovery(scenario, work, prepared)


@contextmanager
def fault_expected(fault: Fault) -> Iterator[None]:
    """The caller hears of the fault, unless the write has landed and can be read back."""
    try:
        yield
    except Died:
        assert fault in DEATHS
    except Unavailable:
        assert fault in (Fault.FAILS_BEFORE, Fault.FAILS_AFTER)
    else:
        assert fault in (Fault.LOSES_REPLY, Fault.FAILS_AFTER)


def count_writes(scenario: Scenario, prepared: Path, tmp_path: Path) -> int:
    work = tmp_path / "counted"
    shutil.copytree(prepared, work, symlinks=True)
    store = FaultyStore(store_of(work))
    scenario.operate(work, store)
    return store.writes

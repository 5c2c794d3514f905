"""Dying anywhere: every head stays readable, the next try succeeds, nothing is lost."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from faults import DEATHS, Died, Fault, FaultyStore
from scenarios import SCENARIOS, Scenario, check_recovery, store_of
from trees import SCRATCH

from jupyter_domino.errors import Unavailable

RUNNER = Path(__file__).with_name("crash_runner.py")
WRITERS = ["first sync", "sync", "merge", "revert"]


@pytest.fixture
def folder(name: str) -> Iterator[Path]:
    """A folder with the scenario made ready in `prepared/`."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as made:
        prepared = Path(made) / "prepared"
        prepared.mkdir()
        SCENARIOS[name].prepare(prepared)
        yield Path(made)


@pytest.mark.parametrize("name", SCENARIOS)
def test_dying_at_any_change_of_a_file_loses_nothing(name: str, folder: Path):
    run = subprocess.run(
        [sys.executable, RUNNER, name, folder], stdout=subprocess.PIPE, text=True, check=True
    )

    assert int(run.stdout) > 20


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("name", WRITERS)
def test_a_store_that_fails_at_any_write_loses_nothing(name: str, fault: Fault, folder: Path):
    scenario = SCENARIOS[name]
    counted = count_writes(scenario, folder)
    assert counted >= 4

    for number in range(1, counted + 1):
        work = folder / str(number)
        shutil.copytree(folder / "prepared", work, symlinks=True)
        with fault_expected(fault):
            scenario.operate(work, FaultyStore(store_of(work), at=number, fault=fault))
        check_recovery(scenario, work, folder / "prepared")
        shutil.rmtree(work)


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


def count_writes(scenario: Scenario, folder: Path) -> int:
    work = folder / "counted"
    shutil.copytree(folder / "prepared", work, symlinks=True)
    store = FaultyStore(store_of(work))
    scenario.operate(work, store)
    return store.writes

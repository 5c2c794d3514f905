"""SIGKILL at moments that nobody chose: what a sync has returned is there, and work goes on."""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from trees import PROJECT, files_in, files_of, new_repository, open_tree, sync

from jupyter_domino.storage import Repository, RevisionId
from jupyter_domino.store import ObjectStore

WRITER = Path(__file__).with_name("endless_writer.py")
ON_S3 = pytest.mark.xdist_group("s3")
TIMES = int(os.environ.get("JUPYTER_DOMINO_EXPLORE", "1"))
"""How many times as many kills as usual."""


def run_until_killed(url: str, root: Path, seed: int, seconds: float) -> list[tuple[str, str]]:
    """What the writer reported before it was killed, `seconds` after its first report."""
    writer = subprocess.Popen(
        [sys.executable, WRITER, url, root, str(seed)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    with writer.stdout as output:
        lines = [output.readline()]
        timer = threading.Timer(seconds, writer.kill)
        timer.start()
        lines += output
        timer.join()
    assert writer.wait() == -9
    return [(line.split()[0], line.split()[1]) for line in lines if line.endswith("\n")]


@pytest.mark.parametrize(
    ("kind", "rounds"), [("directory", 12), pytest.param("s3", 4, marks=ON_S3)]
)
def test_what_was_reported_survives_a_kill_and_the_next_sync_goes_on(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, rounds: int
):
    store: ObjectStore = request.getfixturevalue(f"{kind}_store")
    new_repository(store)
    root = tmp_path / "tree"
    root.mkdir()
    choose = random.Random(20)

    for turn in range(rounds * TIMES):
        seconds = choose.random() * 0.15
        reported = run_until_killed(store.url, root, turn * 1_000_000, seconds)

        before = files_in(root)
        repository = Repository.open(store, PROJECT)
        log = [revision.id for revision in repository.log(limit=len(reported) + 2)]
        assert {revision for revision, _ in reported} <= set(log)
        for revision, number in reported[-3:]:
            assert files_of(repository, RevisionId(revision))["n"].content == number.encode()
        assert repository.check(log[0]) == []

        head = sync(open_tree(root, store))

        assert files_of(repository, head) == files_in(root)
        assert files_in(root) == {p: n for p, n in before.items() if not p.endswith(".tmp")}
        assert sync(open_tree(root, store)) == head

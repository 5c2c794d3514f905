"""Several processes sync one project at once: all land, and of one file's versions none is lost."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from trees import PROJECT, contents, files_in, files_of, new_repository, open_tree, sync

from jupyter_domino.storage import Repository
from jupyter_domino.store import ObjectStore

RIVAL = Path(__file__).with_name("rival.py")
ON_S3 = pytest.mark.xdist_group("s3")


@contextmanager
def rivals(store: ObjectStore, folder: Path, names: list[str], rounds: int) -> Iterator[list[str]]:
    """All ready, let go at once; yields what each printed."""
    workers = [
        subprocess.Popen(
            [sys.executable, RIVAL, store.url, folder / name, name, str(rounds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        printed = [worker.communicate(timeout=120)[0] for worker in workers]
        assert [worker.returncode for worker in workers] == [0] * len(workers)
        yield printed
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


@pytest.mark.parametrize(("number", "rounds"), [(2, 6), (8, 2)])
@pytest.mark.parametrize("kind", ["directory", pytest.param("s3", marks=ON_S3)])
def test_all_that_rivals_sync_is_in_the_head_or_in_history(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, number: int, rounds: int
):
    store: ObjectStore = request.getfixturevalue(f"{kind}_store")
    new_repository(store)
    names = [f"u{each}" for each in range(number)]

    with rivals(store, tmp_path, names, rounds) as printed:
        reported = {revision for lines in printed for revision in lines.split()}

    repository = Repository.open(store, PROJECT)
    log = repository.log()
    assert [revision.number for revision in log] == list(range(len(log), 0, -1))
    assert reported <= {revision.id for revision in log}
    assert all(log[n].parents[0] == log[n + 1].id for n in range(len(log) - 1))
    head = files_of(repository, log[0].id)
    own = {f"{name}-{turn}" for name in names for turn in (rounds - 2, rounds - 1)}
    assert {path for path in head if "conflict" not in path} == {*own, "shared"}
    ever = {each for revision in log for each in contents(files_of(repository, revision.id))}
    assert ever >= {
        ("file", f"{name}'s {turn}".encode()) for name in names for turn in range(rounds)
    }


@pytest.mark.parametrize("kind", ["directory", pytest.param("s3", marks=ON_S3)])
def test_rivals_who_sync_once_more_all_have_the_head(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
):
    store: ObjectStore = request.getfixturevalue(f"{kind}_store")
    new_repository(store)
    with rivals(store, tmp_path, ["one", "two", "six"], 3):
        trees = [open_tree(tmp_path / name, store) for name in ("one", "two", "six")]

    heads = [sync(tree) for tree in trees]

    assert len(set(heads)) == 1
    expected = files_of(Repository.open(store, PROJECT), heads[0])
    assert [files_in(tree.root) for tree in trees] == [expected] * 3

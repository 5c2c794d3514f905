"""Full disks, folders that go away, and several processes in one tree."""

import subprocess
import sys
from pathlib import Path

import pytest
from scenarios import LARGE, found_project, store_of, tree_of
from trees import AUTHOR, PROJECT, files_in, files_of, new_repository, open_tree, sync

from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.errors import NotFound
from jupyter_domino.storage import Repository

LIMITED = """
import resource, sys
from pathlib import Path
from scenarios import SCENARIOS, store_of
from jupyter_domino.errors import DominoError
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    SCENARIOS[sys.argv[1]].operate(Path(sys.argv[2]), store_of(Path(sys.argv[2])))
except DominoError as error:
    print(error.code)
"""
"""No file may grow beyond 300 kB: what a full disk does, without filling one."""

SHARER = """
import sys
from pathlib import Path
from trees import open_tree, sync
from jupyter_domino.adapters.directory import DirectoryStore
root, name = Path(sys.argv[2]), sys.argv[3]
tree = open_tree(root, DirectoryStore(sys.argv[1]))
for turn in range(5):
    (root / f"{name}-{turn}").write_text(name)
    print(sync(tree))
"""


def start(code: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
    )


@pytest.mark.parametrize("name", ["first sync", "cold hydrate"])
def test_a_full_disk_is_told_and_the_next_try_goes_on(tmp_path: Path, name: str):
    found_project(tmp_path)
    (tmp_path / "one" / "large").write_bytes(bytes(range(256)) * 5000 + LARGE[::-1])
    before = files_in(tmp_path / "one")
    if name == "cold hydrate":
        sync(tree_of(tmp_path))

    told, _ = start(LIMITED, name, tmp_path).communicate()

    assert told == "disk-full\n"
    assert files_in(tmp_path / "one") == before
    revision = sync(tree_of(tmp_path))
    assert files_of(Repository.open(store_of(tmp_path), PROJECT), revision) == before
    cold = tree_of(tmp_path, "cold")
    cold.hydrate(revision)
    assert files_in(cold.root) == before


def test_a_store_that_goes_away_leaves_the_tree_as_it_was(tmp_path: Path):
    found_project(tmp_path)
    tree = tree_of(tmp_path)
    first = sync(tree)
    (tree.root / "a").write_bytes(b"edited")
    before = files_in(tree.root)
    (tmp_path / "store").rename(tmp_path / "elsewhere")

    for verb in (
        lambda: tree.sync("", author=AUTHOR),
        tree.status,
        lambda: tree.hydrate(first),
        lambda: tree.revert(first, author=AUTHOR, force=True),
    ):
        with pytest.raises(NotFound) as error:
            verb()
        assert error.value.code == "bucket-not-found"

    assert files_in(tree.root) == before
    (tmp_path / "elsewhere").rename(tmp_path / "store")
    sync(tree)
    assert tree.status().is_clean


def test_processes_in_one_tree_take_turns(tmp_path: Path, directory_store: DirectoryStore):
    new_repository(directory_store)
    root = tmp_path / "tree"
    root.mkdir()
    names = ["one", "two", "six"]

    sharers = [start(SHARER, tmp_path / "store", root, name) for name in names]
    printed = [sharer.communicate()[0].split() for sharer in sharers]

    assert [sharer.returncode for sharer in sharers] == [0, 0, 0]
    repository = Repository.open(directory_store, PROJECT)
    log = {revision.id for revision in repository.log()}
    assert {revision for lines in printed for revision in lines} <= log
    assert set(files_in(root)) == {f"{name}-{turn}" for name in names for turn in range(5)}
    assert files_of(repository, sync(open_tree(root, directory_store))) == files_in(root)

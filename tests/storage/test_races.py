"""Many writers of one branch: each of their revisions lands, once."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from plainfiles import write

from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.errors import Conflict, Unavailable
from jupyter_domino.storage import DominoRules, Repository, WorkingTree
from jupyter_domino.storage.branches import BranchEntry, Branches
from jupyter_domino.storage.values import RevisionId
from jupyter_domino.store import ObjectInfo

A, B = RevisionId("a" * 40), RevisionId("b" * 40)

PROGRAM = """
import sys
from pathlib import Path
from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.storage import DominoRules, Repository, WorkingTree
store, root, name = sys.argv[1:]
tree = WorkingTree(Path(root), Repository.open(DirectoryStore(Path(store)), "project"),
                   rules=DominoRules(Path(root)))
print("ready", flush=True)
sys.stdin.readline()
for number in range(5):
    (Path(root) / f"{name}-{number}").write_text(name)
    tree.sync(f"{name} {number}", author=name)
"""


def entry(
    slot: int, revision: RevisionId | None, write_id: str, kind: str = "revision"
) -> BranchEntry:
    return BranchEntry(slot, kind, revision, slot + 1, write_id, "2026-01-01T00:00:00Z", "ada")


def test_second_writer_of_an_entry_is_told_that_the_branch_moved() -> None:
    branches = Branches(MemoryStore(), "project")
    branches.append("main", entry(0, A, "one"))

    with pytest.raises(Conflict) as error:
        branches.append("main", entry(0, B, "two"))

    assert error.value.code == "branch-moved"
    assert branches.head("main") == entry(0, A, "one")


class LosesReplies(MemoryStore):
    """Writes, then says that it did not, in one of two ways."""

    def __init__(self, error: Exception, *, lands: bool = True) -> None:
        super().__init__()
        self.error: Exception | None = error
        self.lands = lands

    def put(self, key: str, data: bytes | list[bytes], *, if_absent: bool = False) -> None:
        error, self.error = (self.error, None) if if_absent else (None, self.error)
        if error is None or self.lands:
            super().put(key, data, if_absent=if_absent)
        if error is not None:
            raise error


LOST = [Conflict("there", code="already-exists"), Unavailable("gone", code="store-unreachable")]


@pytest.mark.parametrize("error", LOST)
def test_own_entry_whose_reply_was_lost_counts_as_written(error: Exception) -> None:
    branches = Branches(LosesReplies(error), "project")

    branches.append("main", entry(0, A, "one"))

    assert branches.head("main") == entry(0, A, "one")


def test_conflict_over_an_entry_that_is_not_there_is_tried_again() -> None:
    branches = Branches(LosesReplies(LOST[0], lands=False), "project")

    branches.append("main", entry(0, A, "one"))

    assert branches.head("main") == entry(0, A, "one")


def test_unknown_types_of_entries_do_not_move_the_head() -> None:
    branches = Branches(MemoryStore(), "project")
    branches.append("main", entry(0, A, "one"))
    branches.append("main", BranchEntry(1, "fence", A, 1, "gc", "2026-01-01T00:00:00Z", "gc"))
    branches.append("main", BranchEntry(2, "revision", B, 2, "two", "2026-01-01T00:00:00Z", "b"))
    branches.append("main", BranchEntry(3, "open", B, 2, "op", "2026-01-01T00:00:00Z", "b"))

    head = branches.head("main")

    assert head is not None
    assert (head.revision, head.number) == (B, 2)
    assert [each.revision for each in branches.log("main")] == [B, A]
    assert branches.find("main", 1) == entry(0, A, "one")
    assert branches.find("main", 2) == head
    assert branches.find("main", 3) is None


def test_sync_lands_on_a_branch_with_a_fence(tree: WorkingTree, repository: Repository) -> None:
    write(tree, "a", "1")
    first = tree.sync("one", author="ada").revision
    repository.branches.append(
        "main", BranchEntry(1, "fence", first, 1, "gc", "2026-01-01T00:00:00Z", "gc")
    )
    write(tree, "a", "2")

    assert tree.sync("two", author="ada").number == 2
    assert [revision.number for revision in repository.log()] == [2, 1]


def test_entry_type_that_must_be_understood_stops_an_older_reader() -> None:
    branches = Branches(MemoryStore(), "project")
    branches.append("main", BranchEntry(0, "!seal", None, 0, "x", "2026-01-01T00:00:00Z", "b"))

    with pytest.raises(Unavailable) as error:
        branches.head("main")

    assert error.value.code == "format-unsupported"


def test_racing_threads_all_land(tmp_path: Path, repository: Repository) -> None:
    def work(number: int) -> None:
        root = tmp_path / f"tree-{number}"
        root.mkdir()
        tree = WorkingTree(root, repository, rules=DominoRules(root))
        for turn in range(4):
            write(tree, f"{number}/{turn}", f"{number} {turn}")
            tree.sync(f"{number} {turn}", author=str(number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    head = repository.head()
    assert head is not None
    expected = sorted(f"{number}/{turn}" for number in range(4) for turn in range(4))
    assert [entry.path for entry in repository.entries(head.id)] == expected
    numbers = [revision.number for revision in repository.log()]
    assert numbers == list(range(len(numbers), 0, -1))


def test_racing_processes_all_land(tmp_path: Path, directory_store: DirectoryStore) -> None:
    repository = Repository.create(directory_store, "project")
    workers = []
    for name in ("x", "y", "z"):
        (tmp_path / name).mkdir()
        command = [sys.executable, "-c", PROGRAM, tmp_path / "store", tmp_path / name, name]
        workers.append(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"

    for worker in workers:
        worker.communicate("go\n", timeout=60)

    assert [worker.returncode for worker in workers] == [0, 0, 0]
    head = repository.head()
    assert head is not None
    assert [entry.path for entry in repository.entries(head.id)] == [
        f"{name}-{number}" for name in "xyz" for number in range(5)
    ]


def test_racing_creators_of_a_store_agree_on_its_key(directory_store: DirectoryStore) -> None:
    found: list[Repository] = []
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        found.append(Repository.create(directory_store, "project"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({repository.pool.keys for repository in found}) == 1


def test_list_names_only_what_the_format_names(
    tree: WorkingTree, memory_store: MemoryStore
) -> None:
    write(tree, "a", "a")
    tree.sync("one", author="ada")

    tops = {_top(info) for info in memory_store.list("")}

    assert tops == {
        "store.json",
        "pools/project/packs",
        "pools/project/leaves",
        "pools/project/revs",
        "projects/project/refs",
    }


def _top(info: ObjectInfo) -> str:
    return "/".join(info.key.split("/")[:3])

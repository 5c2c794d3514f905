"""A repository in memory, and working trees of it in folders."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from privileges import without_file_privileges

from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.storage import DominoRules, Repository, WorkingTree

MakeTree = Callable[[str], WorkingTree]


@pytest.fixture
def repository(memory_store: MemoryStore) -> Repository:
    return Repository.create(memory_store, "project")


@pytest.fixture
def make_tree(tmp_path: Path, repository: Repository) -> MakeTree:
    """Makes a folder of that name and a working tree on it."""

    def make(name: str) -> WorkingTree:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        return WorkingTree(root, repository, rules=DominoRules(root))

    return make


@pytest.fixture
def tree(make_tree: MakeTree) -> WorkingTree:
    return make_tree("ours")


@pytest.fixture
def other(make_tree: MakeTree) -> WorkingTree:
    """Somebody else's folder of the same project."""
    return make_tree("theirs")


@pytest.fixture
def as_plain_user() -> Iterator[None]:
    """Files closed to others are closed to the test, also when root runs it."""
    with without_file_privileges():
        yield

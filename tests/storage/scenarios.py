"""Operations worth dying in: each with the state it starts from and what must hold after it.

A scenario lives in a folder: `store/`, `one/` (the tree that the operation is about) and
`two/` (another user's). It is made once, copied, and the copy is crashed.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trees import (
    AUTHOR,
    PROJECT,
    Files,
    contents,
    files_in,
    files_of,
    make_room,
    new_repository,
    open_tree,
    sync,
    without_folders,
)

from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.storage import Repository, RevisionId, WorkingTree
from jupyter_domino.store import ObjectStore

LARGE = b"".join(b"%06d\n" % number for number in range(200_000))
"""1.4 MB: more than one chunk."""


@dataclass(frozen=True)
class Scenario:
    """What to start from, what to do, and how a done one is told."""

    prepare: Callable[[Path], None]
    operate: Callable[[Path, ObjectStore], None]
    check: Callable[[Path, Repository], None]


def store_of(work: Path) -> DirectoryStore:
    return DirectoryStore(work / "store")


def tree_of(work: Path, name: str = "one", store: ObjectStore | None = None) -> WorkingTree:
    return open_tree(work / name, store or store_of(work))


def history(repository: Repository) -> dict[RevisionId, Files]:
    """What every revision of the branch holds; all of it is read and verified."""
    return {each.id: files_of(repository, each.id) for each in repository.log()}


def held(work: Path) -> set[tuple[str, bytes]]:
    """All contents that anybody could still get at."""
    found = set()
    for name in ("one", "two"):
        found |= contents(files_in(work / name))
        saved = work / name / ".domino" / "saved"
        for folder in saved.iterdir() if saved.is_dir() else ():
            found |= contents(files_in(folder))
    for files in history(Repository.open(store_of(work), PROJECT)).values():
        found |= contents(files)
    return found


def write(root: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        make_room(root, path).write_bytes(content)


def found_project(work: Path) -> None:
    """A store, and a tree that was never synced."""
    store = store_of(work)
    store.create()
    new_repository(store)
    (work / "one").mkdir()
    (work / "two").mkdir()
    write(work / "one", {"a": b"a1", "shared.txt": b"0", "d/e": b"e1", "d/f": b"", "large": LARGE})
    (work / "one" / "d" / "link").symlink_to("../a")
    (work / "one" / "empty").mkdir()
    (work / "one" / "d" / "e").chmod(0o755)


def synced_once(work: Path) -> None:
    """r1, and edits of every kind since."""
    found_project(work)
    sync(tree_of(work))
    edit(work)


def edit(work: Path) -> None:
    root = work / "one"
    write(root, {"shared.txt": b"one's", "new": b"n", "d/e/now a folder": b"x", "large": LARGE[7:]})
    (root / "a").unlink()
    (root / "d" / "link").unlink()


def overtaken(work: Path) -> None:
    """r1, another's r2, and edits since r1 of the same files and of others."""
    found_project(work)
    sync(tree_of(work))
    tree_of(work, "two").hydrate(tree_of(work).base or RevisionId(""))
    write(work / "two", {"shared.txt": b"two's", "theirs": b"t", "d/f": b"no longer empty"})
    shutil.rmtree(work / "two" / "empty")
    sync(tree_of(work, "two"))
    edit(work)


def synced_twice(work: Path) -> None:
    """r1, r2, and an edit since."""
    synced_once(work)
    sync(tree_of(work))
    write(work / "one", {"shared.txt": b"an edit that no revision has", "added": b"y"})


def operate_sync(work: Path, store: ObjectStore) -> None:
    sync(tree_of(work, store=store), "crashing")


def operate_revert(work: Path, store: ObjectStore) -> None:
    tree = tree_of(work, store=store)
    source = tree_of(work, store=store_of(work))
    first = Repository.open(store_of(work), PROJECT).resolve("r1").id
    assert source.root == tree.root
    tree.revert(first, ["d", "shared.txt", "a"], author=AUTHOR, force=True)


def operate_hydrate(work: Path, store: ObjectStore) -> None:
    first = Repository.open(store_of(work), PROJECT).resolve("r1").id
    tree_of(work, store=store).hydrate(first, force=True)


def operate_cold_hydrate(work: Path, store: ObjectStore) -> None:
    first = Repository.open(store_of(work), PROJECT).resolve("r1").id
    tree_of(work, "cold", store=store).hydrate(first)


def check_synced(work: Path, repository: Repository) -> None:
    tree = tree_of(work)
    assert files_in(tree.root) == files_of(repository, repository.resolve("HEAD").id)
    again = tree.sync("again", author=AUTHOR)
    assert (again.created, again.revision) == (False, tree.base)


def check_merged(work: Path, repository: Repository) -> None:
    """Both sides' edits, and what they deleted is gone."""
    check_synced(work, repository)
    head = files_of(repository, repository.resolve("HEAD").id)
    expected = {
        "shared.txt": b"one's",
        "shared.conflict-r2.txt": b"two's",
        "theirs": b"t",
        "new": b"n",
        "d/f": b"no longer empty",
        "d/e/now a folder": b"x",
        "large": LARGE[7:],
    }
    assert {path: node.content for path, node in head.items()} == expected


def check_reverted(work: Path, repository: Repository) -> None:
    first = files_of(repository, repository.resolve("r1").id)
    after = files_in(work / "one")
    named = ("d/", "shared.txt", "a")
    for files in (after, files_of(repository, repository.resolve("HEAD").id)):
        chosen = {path: node for path, node in files.items() if path.startswith(named)}
        chosen.pop("added", None)
        assert chosen == {path: node for path, node in first.items() if path.startswith(named)}
    assert after["added"].content == b"y"


def check_hydrated(work: Path, repository: Repository) -> None:
    first = without_folders(files_of(repository, repository.resolve("r1").id))
    after = without_folders(files_in(work / "one"))
    after.pop("added", None)
    assert after == first


def check_cold(work: Path, repository: Repository) -> None:
    assert files_in(work / "cold") == files_of(repository, repository.resolve("r1").id)
    assert tree_of(work, "cold").status().changes == ()


def check_recovery(scenario: Scenario, work: Path, prepared: Path) -> None:
    """After a crash nothing is lost and all is readable; trying again does what was wanted."""
    before = history(Repository.open(store_of(prepared), PROJECT))
    after = history(Repository.open(store_of(work), PROJECT))
    assert {revision: after[revision] for revision in before} == before
    assert held(prepared) <= held(work)

    scenario.operate(work, store_of(work))

    scenario.check(work, Repository.open(store_of(work), PROJECT))
    assert held(prepared) <= held(work)
    assert list(work.rglob(".domino-*.tmp")) == []


SCENARIOS = {
    "first sync": Scenario(found_project, operate_sync, check_synced),
    "sync": Scenario(synced_once, operate_sync, check_synced),
    "merge": Scenario(overtaken, operate_sync, check_merged),
    "revert": Scenario(synced_twice, operate_revert, check_reverted),
    "hydrate": Scenario(synced_twice, operate_hydrate, check_hydrated),
    "cold hydrate": Scenario(synced_twice, operate_cold_hydrate, check_cold),
}

"""What any version has written, every later one reads, and a reader from FORMAT.md alone."""

import json
import os
import shutil
from pathlib import Path

import pytest
from format_reader import FormatReader
from golden_project import AUTHOR, MTIME_NS, described, tree_of, write_first
from trees import PROJECT, Files, Node, files_of, open_tree, sync

from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.storage import Repository

GOLDEN = sorted(Path(__file__).with_name("golden").glob("v*"))


@pytest.fixture(params=GOLDEN, ids=[path.name for path in GOLDEN])
def golden(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


@pytest.fixture
def expected(golden: Path) -> dict[str, dict[str, list[object]]]:
    """Revision, newest first, to path to kind, bits and content."""
    found: dict[str, dict[str, list[object]]] = json.loads((golden / "expected.json").read_text())
    return found


def reader_files(reader: FormatReader, revision: str) -> Files:
    return {
        os.fsdecode(path): Node(kind, mode, content)
        for path, (kind, mode, _, content) in reader.tree(revision).items()
    }


def test_every_golden_revision_is_read(golden: Path, expected: dict[str, object]):
    repository = Repository.open(DirectoryStore(golden / "store"), PROJECT)

    log = repository.log()

    assert [each.id for each in log] == list(expected)
    assert {each.id: described(files_of(repository, each.id)) for each in log} == expected
    assert [repository.check(each.id) for each in log] == [[]] * len(log)


def test_a_reader_made_from_the_format_page_reads_the_same(
    golden: Path, expected: dict[str, object]
):
    reader = FormatReader(golden / "store", PROJECT)

    assert reader.log() == list(expected)
    assert {r: described(reader_files(reader, r)) for r in expected} == expected
    packs = (golden / "store" / "pools" / PROJECT / "packs").glob("*/*")
    assert sum(reader.check_pack(path.name) for path in packs) >= 10


def test_what_a_revision_says_of_itself_is_read(golden: Path):
    repository = Repository.open(DirectoryStore(golden / "store"), PROJECT)
    reader = FormatReader(golden / "store", PROJECT)
    third, second, first = repository.log()

    own = third.parents[1]
    raw = reader.revision(third.id)

    assert [each.number for each in (third, second, first)] == [3, 2, 1]
    assert [each.author for each in (third, second, first)] == ["ada", "bob", "ada"]
    assert (third.parents[0], repository.revision(own).parents) == (second.id, (first.id,))
    assert third.conflicts == ("data/train.conflict-r2.csv",)
    assert raw["time"] == "2026-11-21T12:34:56.000789Z"
    assert (raw["message"], raw["parents"]) == ("ours", list(third.parents))


def test_work_goes_on_in_a_golden_project(golden: Path, tmp_path: Path):
    shutil.copytree(golden / "store", tmp_path / "store")
    store = DirectoryStore(tmp_path / "store")
    tree = open_tree(tmp_path / "tree", store)
    tree.hydrate(Repository.open(store, PROJECT).resolve("HEAD").id)
    assert tree.status().is_clean

    (tree.root / "many" / "000").write_bytes(b"changed")
    revision = Repository.open(store, PROJECT).revision(sync(tree))

    assert revision.number == 4
    assert reader_files(FormatReader(tmp_path / "store", PROJECT), revision.id)[
        "many/000"
    ].content == b"changed"  # fmt: skip


def test_the_same_files_make_the_same_revision_as_ever(golden: Path, tmp_path: Path):
    """Chunks, blocks, pages and ids are what they were: no phantom changes after an upgrade."""
    (tmp_path / "store").mkdir()
    shutil.copy(golden / "store" / "store.json", tmp_path / "store")
    tree = tree_of(tmp_path / "tree", DirectoryStore(tmp_path / "store"))
    write_first(tree.root)

    made = tree.sync("first model", author=AUTHOR).revision

    old = FormatReader(golden / "store", PROJECT)
    assert made == old.log()[-1]
    new = FormatReader(tmp_path / "store", PROJECT)
    assert [row.blocks and row.blocks[0].chunk for row in new.rows(made)] == [
        row.blocks and row.blocks[0].chunk for row in old.rows(made)
    ]
    assert {row.mtime for row in old.rows(made)} == {0, MTIME_NS}

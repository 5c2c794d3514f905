"""The whole of storage over a real S3 server."""

from pathlib import Path

import pytest
from format_reader import FormatReader
from scenarios import LARGE, edit
from trees import AUTHOR, PROJECT, files_in, files_of, new_repository, open_tree, sync

from jupyter_domino.adapters.s3 import S3Store
from jupyter_domino.errors import NotFound, Refused
from jupyter_domino.storage import Repository, RevisionId, WorkingTree

pytestmark = pytest.mark.xdist_group("s3")


@pytest.fixture
def tree(tmp_path: Path, s3_store: S3Store) -> WorkingTree:
    new_repository(s3_store)
    tree = open_tree(tmp_path / "one", s3_store)
    for path, content in {"a": b"a1", "shared.txt": b"0", "large": LARGE, "empty": b""}.items():
        (tree.root / path).write_bytes(content)
    (tree.root / "d").mkdir()
    (tree.root / "d" / "link").symlink_to("../a")
    return tree


def test_a_project_lives_in_a_bucket(tree: WorkingTree, tmp_path: Path, s3_store: S3Store):
    first, first_files = sync(tree), files_in(tree.root)
    other = open_tree(tmp_path / "two", s3_store)
    other.hydrate(first)
    (other.root / "shared.txt").write_bytes(b"two's")
    sync(other)
    edit(tmp_path)

    merged = tree.sync("merged", author=AUTHOR)
    sync(other)
    reverted = tree.revert(first, ["large", "d"], author=AUTHOR)

    repository = Repository.open(s3_store, PROJECT)
    assert merged.merged
    assert merged.conflicts == ("shared.conflict-r2.txt",)
    assert files_of(repository, first) == first_files
    assert files_in(other.root) == files_of(repository, merged.revision)
    assert files_in(tree.root) == files_of(repository, RevisionId(reverted.revision or ""))
    assert (tree.root / "large").read_bytes() == LARGE


def test_another_program_reads_what_is_in_the_bucket(
    tree: WorkingTree, tmp_path: Path, s3_store: S3Store
):
    revision = sync(tree)
    for info in s3_store.list(""):
        place = tmp_path / "copy" / info.key
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(s3_store.get(info.key))

    found = FormatReader(tmp_path / "copy", PROJECT).tree(revision)

    assert {p.decode(): c for p, (_, _, _, c) in found.items()} == {
        path: node.content for path, node in files_in(tree.root).items()
    }


def test_a_sync_that_is_not_let_in_changes_nothing(
    tree: WorkingTree, s3_url: str, monkeypatch: pytest.MonkeyPatch
):
    sync(tree)
    (tree.root / "a").write_bytes(b"a2")
    before = files_in(tree.root)
    with monkeypatch.context() as wrong:
        wrong.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        with pytest.raises(Refused) as error:
            open_tree(tree.root, S3Store.from_url(s3_url)).sync("no", author=AUTHOR)

    assert error.value.code == "credentials-refused"
    assert files_in(tree.root) == before
    assert sync(tree) == tree.base
    assert tree.status().is_clean


def test_a_store_that_is_no_project_is_told_from_a_missing_bucket(s3_url: str):
    with pytest.raises(NotFound) as empty:
        Repository.open(S3Store.from_url(s3_url), PROJECT)
    with pytest.raises(NotFound) as missing:
        Repository.open(S3Store.from_url(s3_url.replace("projects/", "nowhere/")), PROJECT)

    assert (empty.value.code, missing.value.code) == ("project-not-found", "bucket-not-found")

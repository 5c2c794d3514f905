"""What makes a folder a project, and how it is found."""

import json
from dataclasses import replace

import pytest

from jupyter_domino.errors import Damaged, NotFound
from jupyter_domino.projects.folder import (
    ProjectFolder,
    ProjectKind,
    Role,
    find_root,
    read_folder,
    write_folder,
)


@pytest.fixture
def folder(tmp_path):
    """A project's folder as it is before it is written."""
    return ProjectFolder(
        root=tmp_path,
        id="abc",
        name="churn",
        kind=ProjectKind.FILES,
        store="file:///s",
        owner="ada",
    )


def test_what_is_written_is_read_again(folder):
    written = write_folder(folder)

    assert read_folder(folder.root) == written
    assert not written.has_moved


def test_project_is_found_from_any_folder_in_it(folder, tmp_path):
    write_folder(folder)
    (tmp_path / "a" / "b").mkdir(parents=True)

    assert find_root(tmp_path / "a" / "b") == tmp_path
    assert find_root(tmp_path.parent) is None


def test_project_is_found_through_a_link(folder, tmp_path):
    root = tmp_path / "real"
    root.mkdir()
    write_folder(replace(folder, root=root))
    (tmp_path / "link").symlink_to(root)

    assert find_root(tmp_path / "link") == root


def test_tree_that_was_moved_knows_it(folder, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    write_folder(replace(folder, root=old))
    old.rename(new)

    assert read_folder(new).has_moved


@pytest.mark.parametrize("role", [Role.COPY, Role.VOLUME])
def test_only_a_working_tree_moves(folder, role):
    written = write_folder(replace(folder, role=role))

    assert not replace(written, registered="/elsewhere").has_moved


def test_git_never_sees_the_project_s_own_folder(folder, tmp_path):
    write_folder(folder)

    assert (tmp_path / ".domino" / ".gitignore").read_text() == "*\n"


def test_folder_that_is_no_project_is_not_found(tmp_path):
    with pytest.raises(NotFound) as error:
        read_folder(tmp_path)

    assert error.value.code == "project-not-found"


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b'{"format": 1}', b'{"format": 2, "id": "a"}',
     b'{"format": 1, "id": 3, "name": "n", "kind": "files", "store": "s", "role": "tree"}',
     b'{"format": 1, "id": "a", "name": "n", "kind": "odd", "store": "s", "role": "tree"}'],
)  # fmt: skip
def test_broken_project_file_says_how_to_mend_it(folder, tmp_path, content):
    write_folder(folder)
    (tmp_path / ".domino" / "project.json").write_bytes(content)

    with pytest.raises(Damaged, match="restore-index"):
        read_folder(tmp_path)


def test_file_says_what_its_reader_needs(folder, tmp_path):
    write_folder(folder)

    assert json.loads((tmp_path / ".domino" / "project.json").read_text()) == {
        "format": 1, "id": "abc", "name": "churn", "kind": "files", "store": "file:///s",
        "owner": "ada", "role": "tree", "registered": str(tmp_path),
    }  # fmt: skip
    assert [p.name for p in sorted((tmp_path / ".domino").iterdir())] == [
        ".gitignore",
        "project.json",
    ]

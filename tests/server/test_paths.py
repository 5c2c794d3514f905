"""An API path never leads out of the server's root."""

import os

import pytest

from jupyter_domino.errors import Invalid, NotFound
from jupyter_domino.frontends.server.paths import RootedPaths


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def paths(root):
    return RootedPaths(root, allow_hidden=False)


def test_a_path_below_the_root_is_found_and_named_again(root, paths):
    (root / "a b").mkdir()

    assert paths.resolve("a b/ü.csv") == root / "a b" / "ü.csv"
    assert paths.find(root / "a b" / "ü.csv") == "a b/ü.csv"


def test_the_empty_path_is_the_root(root, paths):
    assert paths.resolve("") == root
    assert paths.find(root) == ""


def test_a_name_that_is_not_utf8_survives(root, paths):
    assert os.fsencode(paths.resolve("\udcff")) == os.fsencode(root) + b"/\xff"


def test_a_backslash_is_a_character_of_a_name(root, paths):
    assert paths.resolve("a\\..\\b") == root / "a\\..\\b"


@pytest.mark.parametrize(
    "path", ["..", "a/../..", "../root", "/etc/passwd", "//etc", "./a", "a/./b", "/"]
)
def test_a_path_that_leads_up_or_begins_at_the_top_is_refused(paths, path):
    with pytest.raises(Invalid) as error:
        paths.resolve(path)

    assert error.value.code == "path-outside-project"


@pytest.mark.parametrize("path", ["a\0b", "x" * 256, "a/" * 3000, "\ud800"])
def test_what_no_file_can_be_called_is_refused(paths, path):
    with pytest.raises(Invalid) as error:
        paths.resolve(path)

    assert error.value.code == "bad-name"
    assert len(error.value.message) < 300


def test_a_link_out_of_the_root_is_not_followed(root, paths, tmp_path):
    (tmp_path / "secret").mkdir()
    (root / "door").symlink_to(tmp_path / "secret")

    with pytest.raises(Invalid) as error:
        paths.resolve("door/file")

    assert error.value.code == "path-outside-project"


def test_a_link_within_the_root_is_followed(root, paths):
    (root / "data").mkdir()
    (root / "link").symlink_to(root / "data")

    assert paths.resolve("link") == root / "data"


@pytest.mark.parametrize("path", [".ssh", "a/.git/config", ".hidden/file"])
def test_hidden_files_are_not_there(root, paths, path):
    (root / ".ssh").mkdir()

    with pytest.raises(NotFound):
        paths.resolve(path)


def test_a_link_to_a_hidden_folder_is_not_there_either(root, paths):
    (root / ".ssh").mkdir()
    (root / "shell").symlink_to(root / ".ssh")

    with pytest.raises(NotFound):
        paths.resolve("shell")


def test_hidden_files_are_there_when_the_administrator_says_so(root):
    assert RootedPaths(root, allow_hidden=True).resolve(".ssh") == root / ".ssh"


def test_a_file_stands_for_the_folder_it_is_in(root, paths):
    (root / "a").mkdir()
    (root / "a" / "file").touch()
    (root / "a" / "passwd").symlink_to("/etc/passwd")

    assert paths.folder("a") == root / "a"
    assert paths.folder("a/file") == root / "a"
    assert paths.folder("a/gone") == root / "a"
    assert paths.folder("a/passwd") == root / "a"


def test_below_a_file_there_is_nothing(root, paths):
    (root / "file").touch()

    with pytest.raises(NotFound):
        paths.resolve("file/below")


def test_what_lies_outside_has_no_name(root, paths, tmp_path):
    assert paths.find(tmp_path) is None
    assert paths.find(tmp_path / "root2") is None

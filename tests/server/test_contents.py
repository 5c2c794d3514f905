"""Files are shown as jupyter_server would show them, and only for reading."""

import base64
import json

import nbformat
import pytest

from jupyter_domino.errors import Invalid, NotFound
from jupyter_domino.frontends.server.contents import Wish, contents_model
from jupyter_domino.frontends.server.sources import VolumeFiles


@pytest.fixture
def volume(tmp_path):
    folder = tmp_path / "volume"
    folder.mkdir()
    return folder


@pytest.fixture
def files(volume):
    return VolumeFiles(volume)


def notebook(**metadata):
    cell = nbformat.v4.new_code_cell("1 + 1", metadata=metadata)
    return nbformat.v4.new_notebook(cells=[cell])


def test_utf8_is_text(volume, files):
    (volume / "a.csv").write_text("ä,b\n")

    model = contents_model(files, "a.csv", Wish())

    assert model["name"] == "a.csv"
    assert (model["type"], model["format"], model["content"]) == ("file", "text", "ä,b\n")
    assert (model["mimetype"], model["size"], model["writable"]) == ("text/csv", 5, False)


def test_anything_else_is_base64(volume, files):
    (volume / "a.bin").write_bytes(b"\xff\x00")

    model = contents_model(files, "a.bin", Wish())

    assert (model["format"], model["mimetype"]) == ("base64", "application/octet-stream")
    assert base64.b64decode(model["content"]) == b"\xff\x00"


def test_text_without_a_known_ending_is_plain_text(volume, files):
    (volume / "README").write_text("x")

    assert contents_model(files, "README", Wish())["mimetype"] == "text/plain"


def test_a_notebook_is_json_in_todays_format(volume, files):
    nbformat.write(nbformat.v3.new_notebook(), volume / "old.ipynb", version=3)

    model = contents_model(files, "old.ipynb", Wish())

    assert (model["type"], model["format"]) == ("notebook", "json")
    assert model["content"]["nbformat"] == 4


def test_a_notebook_cannot_say_of_itself_that_it_is_trusted(volume, files):
    nbformat.write(notebook(trusted=True), volume / "n.ipynb")

    model = contents_model(files, "n.ipynb", Wish())

    assert "trusted" not in model["content"]["cells"][0]["metadata"]


def test_a_notebook_can_be_had_as_text(volume, files):
    nbformat.write(notebook(), volume / "n.ipynb")

    model = contents_model(files, "n.ipynb", Wish(type="file", format="text"))

    assert (model["type"], model["format"]) == ("file", "text")
    assert json.loads(model["content"])["nbformat"] == 4


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"cells": 3}', "\ufeff"])
def test_a_broken_notebook_is_said_to_be_one(volume, files, text):
    (volume / "n.ipynb").write_text(text)

    with pytest.raises(Invalid) as error:
        contents_model(files, "n.ipynb", Wish())

    assert error.value.code == "not-a-notebook"


def test_a_folder_lists_what_lies_in_it_without_content(volume, files):
    (volume / "data").mkdir()
    (volume / "data" / "b.csv").write_text("1")
    (volume / "data" / "a.ipynb").write_text("{}")
    (volume / "data" / "sub").mkdir()

    model = contents_model(files, "data", Wish())

    assert (model["type"], model["format"], model["size"]) == ("directory", "json", None)
    assert [(m["path"], m["type"], m["content"]) for m in model["content"]] == [
        ("data/a.ipynb", "notebook", None),
        ("data/b.csv", "file", None),
        ("data/sub", "directory", None),
    ]


def test_without_content_only_the_outline_is_told(volume, files):
    (volume / "a.csv").write_text("1")

    model = contents_model(files, "a.csv", Wish(content=False))

    assert (model["content"], model["format"], model["size"]) == (None, None, 1)


def test_a_file_above_the_bound_is_refused_with_its_size(volume, files):
    (volume / "big").write_bytes(b"12345")

    with pytest.raises(Invalid, match=r"'big' has 5 bytes, and files above 4 are not shown"):
        contents_model(files, "big", Wish(max_bytes=4))


@pytest.mark.parametrize(("path", "kind"), [("a.csv", "directory"), ("data", "file")])
def test_what_is_asked_for_as_something_else_is_refused(volume, files, path, kind):
    (volume / "a.csv").write_text("1")
    (volume / "data").mkdir()

    with pytest.raises(Invalid):
        contents_model(files, path, Wish(type=kind))


def test_binary_is_not_forced_into_text(volume, files):
    (volume / "a.bin").write_bytes(b"\xff")

    with pytest.raises(Invalid, match="base64"):
        contents_model(files, "a.bin", Wish(format="text"))


def test_nothing_leads_out_of_a_jobs_folder(volume, files, tmp_path):
    (tmp_path / "secret").write_text("s")
    (volume / "link").symlink_to(tmp_path / "secret")

    with pytest.raises(Invalid) as error:
        contents_model(files, "link", Wish())

    assert error.value.code == "path-outside-project"
    assert contents_model(files, "", Wish())["content"] == []


@pytest.mark.parametrize("path", [".domino", ".domino/project.json", "gone", "a.csv/b"])
def test_what_is_not_the_jobs_is_not_there(volume, files, path):
    (volume / ".domino").mkdir()
    (volume / ".domino" / "project.json").write_text("{}")
    (volume / "a.csv").write_text("1")

    with pytest.raises(NotFound):
        contents_model(files, path, Wish())


def test_hidden_files_of_a_job_are_shown(volume, files):
    (volume / ".env").write_text("A=1")

    assert contents_model(files, ".env", Wish())["content"] == "A=1"

"""Two versions of a file, as a person reads them."""

import json

from jupyter_domino.projects.textdiff import file_diff


def notebook(*sources, outputs=()):
    cells = [
        {"cell_type": "code", "source": source, "outputs": list(outputs), "metadata": {}}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def test_changed_lines_stand_with_their_context():
    found = file_diff("a.txt", b"one\ntwo\nthree\n", b"one\n2\nthree\n")

    assert found.text == ("--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n")
    assert (found.old_size, found.new_size) == (14, 12)


def test_new_file_is_all_added():
    found = file_diff("a.txt", None, b"one\n")

    assert found.text == "--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+one\n"
    assert found.old_size is None


def test_missing_newline_at_the_end_is_told():
    found = file_diff("a.txt", b"one\n", b"one")

    assert found.text is not None
    assert found.text.endswith("-one\n+one\n\\ No newline at end of file\n")


def test_notebook_is_compared_by_its_cells():
    old = notebook("x = 1\n", ["y = 2\n", "z = 3"])
    new = notebook("x = 1\n", ["y = 2\n", "z = 4"])

    found = file_diff("a.ipynb", old, new)

    assert found.is_notebook
    assert found.text is not None
    assert "-z = 3\n+z = 4\n" in found.text
    assert "cell_type" not in found.text


def test_notebook_that_only_ran_again_has_an_empty_diff():
    old = notebook("x = 1")
    new = notebook("x = 1", outputs=[{"output_type": "stream", "name": "stdout", "text": "hi"}])

    assert file_diff("a.ipynb", old, new).text == ""


def test_broken_notebook_is_compared_as_text():
    found = file_diff("a.ipynb", b"{}", b"not json\n")

    assert found.text is not None
    assert "+not json\n" in found.text


def test_bytes_that_are_no_text_are_not_shown():
    found = file_diff("a.bin", b"\x00\x01", b"\xff\xfe")

    assert (found.text, found.binary, found.reason) == (None, True, "not text")


def test_name_with_a_newline_cannot_forge_a_line():
    found = file_diff("a\n+++ b", b"", b"x\n")

    assert found.text is not None
    assert found.text.splitlines()[1] == "+++ b/a\\n+++ b"

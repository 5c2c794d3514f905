"""Words to calls: the names that scripts are written against."""

import pytest

from jupyter_domino.errors import Invalid
from jupyter_domino.frontends.commands import HelpAsked, asks_for_json, parse
from jupyter_domino.frontends.commands.arguments import ARGUMENTS
from jupyter_domino.frontends.commands.verbs import VERBS


def arguments(line):
    return parse(line.split(), prog="p").arguments


@pytest.mark.parametrize("line", ["--json status", "status --json"])
def test_json_may_stand_before_and_after_the_verb(line):
    assert parse(line.split(), prog="p").as_json


@pytest.mark.parametrize("line", ["-C there status", "status -C there"])
def test_folder_may_stand_before_and_after_the_verb(line):
    assert parse(line.split(), prog="p").directory == "there"


def test_all_after_two_dashes_is_the_command_of_a_run():
    found = arguments("run --tier small -- python fit.py --json -- x")

    assert found.command == ["python", "fit.py", "--json", "--", "x"]
    assert (found.file, found.tier) == (None, "small")


def test_options_and_the_file_of_a_run_stand_in_any_order():
    found = arguments("run -p alpha=0.3 train.ipynb --wait -p name=a=b")

    assert found.file == "train.ipynb"
    assert found.parameters == [("alpha", "0.3"), ("name", "a=b")]
    assert found.wait


def test_two_dashes_let_a_path_begin_with_a_dash():
    assert arguments("revert r1 -- -odd").paths == ["-odd"]


def test_json_in_the_command_of_a_run_is_not_ours():
    assert not asks_for_json(["run", "--", "tool", "--json"])


@pytest.mark.parametrize(
    "line",
    ["bogus", "sync", "sync -m", "revert", "job x", "job 0", "run a -p alpha", "status extra",
     "log --nope", "--bogus"],
)  # fmt: skip
def test_what_cannot_be_understood_is_a_usage_error_that_names_help(line):
    with pytest.raises(Invalid) as error:
        arguments(line)

    assert error.value.code == "usage"
    assert "--help" in error.value.message


def test_blank_message_is_refused():
    with pytest.raises(Invalid, match="empty"):
        parse(["sync", "-m", "  "], prog="p")


def test_no_word_at_all_asks_for_help():
    with pytest.raises(HelpAsked) as help_text:
        parse([], prog="p")

    words = str(help_text.value).split()
    assert {name for name, *_ in ARGUMENTS} <= set(words)


@pytest.mark.parametrize("name", [name for name, *_ in ARGUMENTS])
def test_every_verb_has_help_with_an_example(name):
    with pytest.raises(HelpAsked, match=f"example: p {name}"):
        parse([name, "--help"], prog="p")


def test_version_is_told():
    with pytest.raises(HelpAsked, match=r"^jupyter-domino \d+\.\d+"):
        parse(["--version"], prog="p")


def test_every_verb_is_answered():
    assert [name for name, *_ in ARGUMENTS] == list(VERBS)

import json

import pytest
from workshop import Workshop

from jupyter_domino.compute.values import JobRequest, Json
from jupyter_domino.errors import DominoError, Invalid

PARAMETERS = "alpha: float = 1.0  # penalty\nname = 'x'\ncount: int = 3"


def refused(shop: Workshop, **request: object) -> DominoError:
    """The refusal of a request; nothing may have come of it."""
    head = shop.project.repository.head()

    with pytest.raises(DominoError) as error:
        shop.project.jobs.submit(JobRequest(**request))

    assert shop.project.jobs.list() == []
    assert shop.project.repository.head() == head
    return error.value


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("gone.ipynb", "path-not-found"),
        ("folder", "path-not-found"),
        ("../outside.py", "path-outside-project"),
        ("/etc/passwd", "path-outside-project"),
        (".", "path-outside-project"),
        ("ignored.py", "path-not-found"),
        ("broken.ipynb", "not-a-notebook"),
        ("no-kernel.ipynb", "notebook-without-kernel"),
        ("other-kernel.ipynb", "notebook-without-kernel"),
        ("table.csv", "invalid"),
    ],
)
def test_what_cannot_run_is_refused_before_anything_happens(shop: Workshop, target: str, code: str):
    shop.write("folder/file.py", "")
    shop.write("ignored.py", "")
    shop.write(".dominoignore", "ignored.py\n")
    shop.write("broken.ipynb", "{")
    shop.write("table.csv", "1,2")
    shop.notebook("no-kernel.ipynb", "1", kernelspec={})
    shop.notebook("other-kernel.ipynb", "1", kernelspec={"name": "cobol", "language": "cobol"})

    error = refused(shop, target=target)

    assert error.code == code
    assert error.message.endswith(".")


@pytest.mark.parametrize(
    ("parameters", "code", "words"),
    [
        ({"beta": 1}, "unknown-parameter", "no parameter 'beta'. It takes: alpha: float = 1.0; "),
        ({"alpha": "much"}, "parameter-type", "'alpha' of train.ipynb is of type float"),
        ({"count": "1.5"}, "parameter-type", "'count'"),
        ({"count": True}, "parameter-type", "'count'"),
        ({"count": None}, "parameter-type", "'count'"),
        ({"name": 3}, "parameter-type", "'name'"),
        ({"alpha": "inf"}, "parameter-type", "'alpha'"),
    ],
)
def test_parameters_are_held_against_the_notebook(
    shop: Workshop, parameters: dict[str, Json], code: str, words: str
):
    shop.notebook("train.ipynb", "1", parameters=PARAMETERS)

    error = refused(shop, target="train.ipynb", parameters=parameters)

    assert error.code == code
    assert words in error.message


def test_a_notebook_without_parameters_says_how_to_have_some(shop: Workshop):
    shop.notebook("plain.ipynb", "1")

    error = refused(shop, target="plain.ipynb", parameters={"a": 1})

    assert error.code == "unknown-parameter"
    assert "It takes none: tag the cell that assigns them with 'parameters'." in error.message


def test_a_shell_command_takes_no_parameters(shop: Workshop):
    assert refused(shop, target=("true",), parameters={"a": 1}).code == "unknown-parameter"


def test_a_parameter_that_json_cannot_say_is_refused(shop: Workshop):
    shop.write("a.py", "")

    assert refused(shop, target="a.py", parameters={"a": object()}).code == "parameter-type"


def test_an_unknown_tier_is_refused_with_those_there_are(shop: Workshop):
    error = refused(shop, target=("true",), tier="huge")

    assert error.code == "unknown-tier"
    assert "small, medium, large" in error.message


def test_an_unknown_revision_is_refused(shop: Workshop):
    assert refused(shop, target=("true",), revision="r9").code == "revision-not-found"


@pytest.mark.parametrize("name", ["DOMINO_RUN_ID", "JUPYTER_DOMINO_HOME", "USER", "1A", "A-B", ""])
def test_variables_that_are_not_the_users_to_set_are_refused(name: str):
    with pytest.raises(Invalid) as error:
        JobRequest(target=("true",), environment={name: "x"})

    assert error.value.code == "bad-environment"


@pytest.mark.parametrize("target", ["", (), ("",)])
def test_a_request_names_something_to_run(target: str | tuple[str, ...]):
    with pytest.raises(Invalid):
        JobRequest(target=target)


def test_a_title_has_an_end():
    with pytest.raises(Invalid):
        JobRequest(target=("true",), title="x" * 201)


def test_a_dry_run_tells_the_command_and_starts_and_syncs_nothing(shop: Workshop):
    shop.notebook("train.ipynb", "1", parameters=PARAMETERS)
    request = JobRequest(target="train.ipynb", parameters={"count": "4"})

    planned = shop.project.jobs.submit(request, dry_run=True)

    assert planned.job == 0
    assert planned.command.parameters == {"count": 4}
    assert shop.project.jobs.list() == []
    assert shop.project.repository.head() is None
    assert json.dumps(planned.command.argv)


def test_one_word_with_shell_characters_is_a_line_for_the_shell(shop: Workshop):
    request = JobRequest(target=("echo a | tr a b",))

    assert shop.project.jobs.submit(request, dry_run=True).command.argv == (
        "sh",
        "-c",
        "echo a | tr a b",
    )


def test_a_job_on_an_old_revision_is_held_against_that_one(shop: Workshop):
    shop.notebook("train.ipynb", "1", parameters="alpha = 1")
    shop.project.sync("alpha")
    shop.notebook("train.ipynb", "1", parameters="beta = 1")

    request = JobRequest(target="train.ipynb", revision="r1", parameters={"alpha": "2"})
    planned = shop.project.jobs.submit(request, dry_run=True)

    assert planned.command.parameters == {"alpha": 2}
    assert planned.input_revision == shop.project.repository.resolve("r1").id

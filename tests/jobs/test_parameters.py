import nbformat
import pytest

from jupyter_domino.adapters.papermill_notebooks import PapermillNotebooks
from jupyter_domino.compute.values import Json
from jupyter_domino.errors import Invalid
from jupyter_domino.projects.jobs.notebooks import NotebookFacts, Parameter, typed_parameters


def inspected(source: str, **metadata: object) -> NotebookFacts:
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=metadata)
    return PapermillNotebooks().inspect("n.ipynb", nbformat.writes(notebook).encode())


def test_parameters_are_read_with_their_types_defaults_and_help():
    facts = inspected("a: float = 1.0  # penalty\nb = 'x'\nc = None\nd = a + 1\ne: list[int] = [1]")

    assert facts.parameters == (
        Parameter("a", "float", "1.0", "penalty"),
        Parameter("b", "str", "'x'", ""),
        Parameter("c", None, "None", ""),
        Parameter("d", None, "a + 1", ""),
        Parameter("e", "list[int]", "[1]", ""),
    )
    assert facts.kernel is None


def test_a_kernel_is_known_as_installed_or_not():
    here = inspected("a = 1", kernelspec={"name": "python3", "display_name": "Python"})
    gone = inspected("a = 1", kernelspec={"name": "cobol", "display_name": "COBOL"})

    assert (here.kernel, here.is_kernel_installed) == ("python3", True)
    assert (gone.kernel, gone.is_kernel_installed) == ("cobol", False)


def test_a_language_that_papermill_cannot_read_has_no_known_parameters():
    spec = {"name": "cobol", "display_name": "COBOL", "language": "cobol"}

    assert inspected("01 A PIC 9.", kernelspec=spec).parameters == ()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"cells": 3}', b"\xff\xfe"])
def test_what_is_no_notebook_is_refused_by_name(content: bytes):
    with pytest.raises(Invalid) as error:
        PapermillNotebooks().inspect("n.ipynb", content)

    assert error.value.code == "not-a-notebook"
    assert error.value.message.startswith("n.ipynb is not a valid notebook")


@pytest.mark.parametrize(
    ("type_", "default", "given", "expected"),
    [
        ("float", "1.0", "0.3", 0.3),
        ("float", "1.0", 2, 2.0),
        ("int", "1", "7", 7),
        ("bool", "False", "true", True),
        ("bool", "False", "False", False),
        ("str", "'x'", "0.3", "0.3"),
        ("list[int]", "[]", "[1, 2]", [1, 2]),
        ("List[str]", "[]", "['a']", ["a"]),
        ("tuple", "()", "(1, 2)", [1, 2]),
        ("dict", "{}", '{"a": 1}', {"a": 1}),
        ("Optional[int]", "None", "None", None),
        ("Optional[int]", "None", "3", 3),
        ("int | None", "None", None, None),
        ("typing.Optional[float]", "None", "null", None),
        (None, "None", "3", 3),
        (None, "None", "plain words", "plain words"),
        ("Path", "Path('x')", "a/b", "a/b"),
    ],
)
def test_a_value_becomes_what_the_parameter_takes(
    type_: str | None, default: str, given: Json, expected: Json
):
    facts = NotebookFacts((Parameter("p", type_, default, ""),), "python3", True)

    value = typed_parameters("n.ipynb", facts, {"p": given})["p"]

    assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("type_", "given"),
    [
        ("int", "1.5"),
        ("int", True),
        ("int", 1.0),
        ("float", "nan"),
        ("float", "x"),
        ("bool", "yes"),
        ("bool", 1),
        ("str", 1),
        ("list", "{}"),
        ("dict", "[1]"),
        ("int", None),
        ("list", "open('x')"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(type_: str, given: Json):
    facts = NotebookFacts((Parameter("p", type_, "", ""),), "python3", True)

    with pytest.raises(Invalid) as error:
        typed_parameters("n.ipynb", facts, {"p": given})

    assert error.value.code == "parameter-type"

"""What a reader of the code may count on: small files, small functions, one meaning a code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_domino import errors

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "jupyter_domino"
PYTHON = sorted(
    path
    for folder in (PACKAGE, ROOT / "tests")
    for path in folder.rglob("*.py")
    if path.name != "_version.py"
)
TYPESCRIPT = sorted(
    path
    for pattern in ("*.ts", "*.tsx")
    for path in (ROOT / "labextension" / "src").rglob(pattern)
    if path.name != "wire.ts"  # generated from openapi.yaml
)
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_python_file_is_longer_than_400_lines():
    assert {str(p.relative_to(ROOT)): lines(p) for p in PYTHON if lines(p) > 400} == {}


def test_no_typescript_file_is_longer_than_300_lines():
    assert {str(p.relative_to(ROOT)): lines(p) for p in TYPESCRIPT if lines(p) > 300} == {}


def test_no_function_is_longer_than_40_lines():
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in PYTHON
        for node in functions(path)
        if node.end_lineno and node.end_lineno - node.lineno + 1 > 40
    }

    assert long == {}


def test_no_module_is_called_what_anything_could_be_called():
    assert [p for p in PYTHON + TYPESCRIPT if p.stem in FORBIDDEN_NAMES] == []


def test_every_code_that_is_raised_is_in_the_list_of_codes():
    raised = {
        code
        for path in PACKAGE.rglob("*.py")
        for code in re.findall(r'\bcode="([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    defaults = {category.default_code for category in errors.DominoError.__subclasses__()}

    assert (raised | defaults) - set(errors.CODES) == set()


def test_every_code_of_the_list_is_raised_somewhere():
    text = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    unused = {code for code in errors.CODES if text.count(f'"{code}"') < 2}

    assert unused == set()


def test_decision_records_have_unique_numbers():
    numbers = [p.name.split("-")[0] for p in sorted((ROOT / "docs" / "decisions").glob("*.md"))]

    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("word", ["unittest.mock", "mocker", "xfail"])
def test_tests_replace_nothing_of_ours_and_expect_no_failure(word):
    here = Path(__file__).resolve()
    found = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if path != here and word in path.read_text(encoding="utf-8")
    ]

    assert found == []

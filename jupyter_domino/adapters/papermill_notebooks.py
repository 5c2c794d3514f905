"""`Notebooks` as papermill and Jupyter read them."""

import ast
import logging

import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbformat import NotebookNode
from papermill.exceptions import PapermillException
from papermill.inspection import inspect_notebook

from jupyter_domino.errors import Invalid
from jupyter_domino.projects.jobs.notebooks import NotebookFacts, Parameter


class PapermillNotebooks:
    """Inspects notebooks."""

    def inspect(self, name: str, content: bytes) -> NotebookFacts:
        """What a notebook says of itself."""
        notebook = _read(name, content)
        kernel = notebook.metadata.get("kernelspec", {}).get("name") or None
        return NotebookFacts(
            parameters=_parameters(notebook, kernel),
            kernel=kernel,
            is_kernel_installed=kernel is not None and _is_installed(kernel),
        )


def _read(name: str, content: bytes) -> NotebookNode:
    try:
        # Not validated: many a notebook that runs breaks the schema somewhere.
        notebook = nbformat.reads(content.decode(), as_version=4)  # type: ignore[no-untyped-call]  # nbformat's
        if not isinstance(notebook, NotebookNode) or not isinstance(notebook.cells, list):
            raise TypeError("it has no cells")
    except (ValueError, AttributeError, KeyError, TypeError, nbformat.ValidationError) as error:
        said = str(error).partition("\n")[0]
        raise Invalid(
            f"{name} is not a valid notebook ({said}): open it in JupyterLab and save it again.",
            code="not-a-notebook",
            details={"file": name},
        ) from error
    return notebook


def _parameters(notebook: NotebookNode, kernel: str | None) -> tuple[Parameter, ...]:
    spec = dict(notebook.metadata.get("kernelspec", {}))
    known_language = notebook.metadata.get("language_info", {}).get("name", "python")
    # papermill wants both to choose who reads the cell; most notebooks are Python.
    spec |= {"name": kernel or "python3", "language": spec.get("language") or known_language}
    notebook.metadata["kernelspec"] = spec
    # It warns of annotations that it does not understand; the type is then unknown, no more.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        found = inspect_notebook(notebook)
    except PapermillException:
        return ()  # a language that papermill does not know
    return tuple(
        Parameter(p["name"], _type(p["inferred_type_name"], p["default"]), p["default"], p["help"])
        for p in found.values()
    )


def _type(written: str, default: str) -> str | None:
    """The annotated type; else the default's own, where it is a plain value."""
    if written != "None":
        return written
    try:
        value = ast.literal_eval(default)
    except (ValueError, SyntaxError):
        return None
    return None if value is None else type(value).__name__


def _is_installed(kernel: str) -> bool:
    try:
        KernelSpecManager().get_kernel_spec(kernel)
    except NoSuchKernel:
        return False
    return True

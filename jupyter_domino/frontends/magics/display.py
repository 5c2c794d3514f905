"""How a notebook shows an answer, and when the magic must show it by itself."""

import ast
import linecache
from types import FrameType
from typing import Protocol

from IPython.core.interactiveshell import InteractiveShell

from jupyter_domino.frontends.rendering import SHOWN_TYPES, as_html, as_text, blocks

_INTERNAL = ("IPython.", "ipykernel.", "jupyter_domino.")


class Printer(Protocol):
    """What IPython hands to a function that prints a value."""

    def text(self, text: str) -> None:
        """Print it."""
        ...


def register_looks(shell: InteractiveShell) -> None:
    """Show answers as HTML where a front end can, as text elsewhere."""
    if shell.display_formatter is None:  # a shell that shows nothing
        return
    formatters = shell.display_formatter.formatters
    for kind in SHOWN_TYPES:
        formatters["text/html"].for_type(kind, _html)
        formatters["text/plain"].for_type(kind, _pretty)


def bundle(value: object) -> dict[str, str]:
    """Both looks of an answer, by MIME type."""
    return {"text/plain": as_text(blocks(value)), "text/html": _html(value)}


def is_left_unshown(shell: InteractiveShell, frame: FrameType) -> bool:
    """Whether the line that calls the magic stands alone and the shell will not show its value.

    The shell shows only the last expression of a cell; a value that is assigned or
    handed on is not shown at all.
    """
    caller: FrameType | None = frame
    while caller is not None and caller.f_globals.get("__name__", "").startswith(_INTERNAL):
        caller = caller.f_back
    if caller is None:
        return False
    source = "".join(linecache.getlines(caller.f_code.co_filename))
    try:
        module = ast.parse(source)
    except SyntaxError:  # a cell with a top-level await, or no source at all
        return False
    line = caller.f_lineno
    alone = any(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        for node in ast.walk(module)
    )  # fmt: skip
    is_last = bool(module.body) and isinstance(module.body[-1], ast.Expr) and (
        module.body[-1].lineno <= line
    )  # fmt: skip
    return alone and not (is_last or shell.ast_node_interactivity == "all")


def _html(value: object) -> str:
    return as_html(blocks(value))


def _pretty(value: object, printer: Printer, cycle: bool) -> None:
    printer.text(as_text(blocks(value)))

"""How a notebook shows an answer, and when the magic must show it by itself."""

import ast
import linecache
from enum import Enum
from types import FrameType
from typing import Protocol

from IPython.core.interactiveshell import InteractiveShell

from jupyter_domino.frontends.rendering import SHOWN_TYPES, as_html, as_text, blocks

_INTERNAL = ("IPython.", "ipykernel.", "jupyter_domino.")


class Place(Enum):
    """Where in a cell a line of the magic stands."""

    SHOWN = "the cell's last expression, which the shell shows by itself"
    ALONE = "a line of its own further up, which the shell does not show"
    USED = "part of another statement, which uses the value"


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


def place_of(shell: InteractiveShell, frame: FrameType) -> Place:
    """What becomes of the value of the line that calls the magic from below `frame`."""
    caller: FrameType | None = frame
    while caller is not None and caller.f_globals.get("__name__", "").startswith(_INTERNAL):
        caller = caller.f_back
    if caller is None:
        return Place.USED
    source = "".join(linecache.getlines(caller.f_code.co_filename))
    try:
        module = ast.parse(source)
    except SyntaxError:  # a cell with a top-level await, or no source at all
        return Place.USED
    line = caller.f_lineno
    if not any(_is_lone_call(node, line) for node in ast.walk(module)):
        return Place.USED
    is_last = bool(module.body) and _is_lone_call(module.body[-1], line)
    return Place.SHOWN if is_last or shell.ast_node_interactivity == "all" else Place.ALONE


def _is_lone_call(node: ast.AST, line: int) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    )


def _html(value: object) -> str:
    return as_html(blocks(value))


def _pretty(value: object, printer: Printer, cycle: bool) -> None:
    printer.text(as_text(blocks(value)))

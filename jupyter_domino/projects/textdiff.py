"""Two versions of a file as a unified diff that a person can read.

Pure: bytes in, value out. A notebook is compared by the sources of its cells, since
its JSON changes with every run.
"""

import difflib
import json

from jupyter_domino.projects.values import FileDiff

MAX_SIZE = 1 << 20
"""Bytes of one side. `difflib` takes seconds on more, and nobody reads it."""

CONTEXT_LINES = 3


def file_diff(path: str, old: bytes | None, new: bytes | None) -> FileDiff:
    """How `new` differs from `old`; None is an absent file."""
    is_notebook = path.endswith(".ipynb")
    sizes = (None if old is None else len(old), None if new is None else len(new))
    lines = [_lines(side, is_notebook) for side in (old, new)]
    before, after = lines
    if before is None or after is None:
        return FileDiff(path, is_notebook, None, "not text", True, *sizes)
    text = "".join(
        difflib.unified_diff(
            before,
            after,
            "/dev/null" if old is None else f"a/{_shown(path)}",
            "/dev/null" if new is None else f"b/{_shown(path)}",
            n=CONTEXT_LINES,
        )
    )
    return FileDiff(path, is_notebook, text, None, False, *sizes)


def too_large(path: str, old_size: int | None, new_size: int | None) -> FileDiff:
    """The answer for files above `MAX_SIZE`, which are not read."""
    reason = f"larger than {MAX_SIZE >> 20} MiB"
    return FileDiff(path, path.endswith(".ipynb"), None, reason, False, old_size, new_size)


def _lines(content: bytes | None, is_notebook: bool) -> list[str] | None:
    """The side's lines, each with its end; None when it is not text."""
    if content is None:
        return []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    if is_notebook:
        text = _sources(text)
    return _ended(text.split("\n"))


def _ended(parts: list[str]) -> list[str]:
    """Split text as lines, the last marked when it lacks its newline, as diff(1) does."""
    ended = [part + "\n" for part in parts[:-1]]
    if parts[-1]:
        ended.append(parts[-1] + "\n\\ No newline at end of file\n")
    return ended


def _sources(text: str) -> str:
    """The notebook's cells as a script; the text as it is when it is no valid notebook."""
    try:
        cells = json.loads(text)["cells"]
        return "".join(
            f"# %% cell {number} [{cell['cell_type']}]\n{_source(cell['source'])}\n"
            for number, cell in enumerate(cells, start=1)
        )
    except (ValueError, KeyError, TypeError):
        return text


def _source(source: str | list[str]) -> str:
    joined = source if isinstance(source, str) else "".join(source)
    return joined.rstrip("\n")


def _shown(path: str) -> str:
    """The path on one line."""
    return path if path.isprintable() else ascii(path)[1:-1]

"""What `%domino` offers on Tab: verbs, revisions, files."""

import os
from glob import escape, iglob
from itertools import islice
from pathlib import Path
from typing import Protocol

from jupyter_domino.errors import DominoError
from jupyter_domino.frontends.commands import VERBS
from jupyter_domino.settings import settings_from
from jupyter_domino.wiring import open_project

MAX_OFFERED = 100

_REVISIONS_FIRST = {"show", "diff", "revert", "hydrate"}


class Event(Protocol):
    """What IPython tells of the line to complete."""

    line: str
    symbol: str


def completions(shell: object, event: Event) -> list[str]:
    """Words that may stand where the cursor is."""
    words = event.line.split()[1:]
    before = words[:-1] if event.symbol else words
    if not before:
        return sorted(VERBS)
    offered = list(_files(event.symbol))
    if before[0] in _REVISIONS_FIRST and len(before) <= 2:
        offered += _revisions()
    return offered


def _files(start: str) -> list[str]:
    found = islice(iglob(escape(start) + "*"), MAX_OFFERED)
    return [f"{path}/" if os.path.isdir(path) else path for path in found]


def _revisions() -> list[str]:
    try:
        revisions = open_project(Path.cwd(), settings_from(os.environ)).log(limit=MAX_OFFERED)
    except (DominoError, OSError):
        return []  # Tab is no place for an error
    return ["HEAD", *(f"r{revision.number}" for revision in revisions if revision.number)]

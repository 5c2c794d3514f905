"""What an answer is made of when it is shown: a few kinds of blocks, drawn as text or as HTML.

A block's texts are safe to show on one line: whoever makes one passes what users
named through `words.shown`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Tone(StrEnum):
    """What a line means, apart from its words."""

    PLAIN = "plain"
    TITLE = "title"
    GOOD = "good"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence or heading."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and their values, one a line."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    """Columns that are aligned to the right."""


@dataclass(frozen=True, slots=True)
class Code:
    """Text as it is, over several lines: a log, a diff, a traceback."""

    text: str
    is_diff: bool = False


Block: TypeAlias = Line | Facts | Table | Code

"""Blocks as plain text, for terminals and wherever no HTML is shown."""

import unicodedata

from jupyter_domino.frontends.rendering.blocks import Block, Code, Facts, Line, Table, Tone

GAP = "  "

_COLOURS = {Tone.TITLE: "1", Tone.GOOD: "32", Tone.BAD: "31", Tone.QUIET: "2"}
_DIFF_COLOURS = {"+": "32", "-": "31", "@": "36"}


def as_text(blocks: list[Block], *, colour: bool = False) -> str:
    """The blocks, one under the other, without a newline at the end."""
    return "\n".join(_drawn(block, colour) for block in blocks)


def _drawn(block: Block, colour: bool) -> str:
    match block:
        case Line():
            return _painted(block.text, _COLOURS.get(block.tone) if colour else None)
        case Facts():
            width = max((_width(name) for name, _ in block.pairs), default=0)
            return "\n".join(_padded(name, width) + GAP + value for name, value in block.pairs)
        case Table():
            return _table(block, colour)
        case Code():
            lines = block.text.removesuffix("\n").split("\n")
            return "\n".join(
                _painted(line, _DIFF_COLOURS.get(line[:1]) if block.is_diff and colour else None)
                for line in lines
            )


def _table(table: Table, colour: bool) -> str:
    rows = (table.headers, *table.rows)
    widths = [max(_width(row[column]) for row in rows) for column in range(len(table.headers))]
    lines = [
        GAP.join(
            _padded(cell, width, right=column in table.numeric)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([_painted(lines[0], "2" if colour else None), *lines[1:]])


def _padded(text: str, width: int, *, right: bool = False) -> str:
    room = " " * (width - _width(text))
    return room + text if right else text + room


def _width(text: str) -> int:
    """Terminal columns: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _painted(text: str, code: str | None) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text

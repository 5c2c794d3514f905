"""Numbers, times and names as people read them."""

from datetime import datetime

from jupyter_domino.storage.values import Revision

UNITS = ("kB", "MB", "GB", "TB", "PB")

ID_LENGTH = 10
"""Digits of an id that is shown; unique enough to be typed back."""


def shown(text: str) -> str:
    """A name or message on one line: what cannot be printed stands as its escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def printable(text: str) -> str:
    """A text of many lines, with line ends and tabs kept and all else as in `shown`."""
    return "".join(c if c.isprintable() or c in "\n\t" else _escape(c) for c in text)


def size(number: int) -> str:
    """Bytes in decimal units, three digits: `12.3 kB`."""
    if number < 1000:
        return f"{number} B"
    value, power = number / 1000, 0
    while value >= 999.5 and power < len(UNITS) - 1:
        value, power = value / 1000, power + 1
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f} {UNITS[power]}"


def count(number: int, noun: str) -> str:
    """`1 file`, `2,000 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """`0.3 s`, `12 s`, `3 min 5 s`, `2 h 4 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def when(time: datetime) -> str:
    """Local time to the second."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def short(identifier: str | None) -> str:
    """The beginning of an id; nothing for None."""
    return identifier[:ID_LENGTH] if identifier else ""


def revision_name(revision: Revision) -> str:
    """`r3`, or the beginning of the id while it has no number."""
    return f"r{revision.number}" if revision.number is not None else short(revision.id)


def numbered(number: int | None, identifier: str | None) -> str:
    """`r3 (4f2a…)`, as far as known."""
    if number is None:
        return short(identifier)
    return f"r{number} ({short(identifier)})"


def first_line(message: str) -> str:
    """The first line of a message, fit to be shown."""
    return shown(message.strip().partition("\n")[0])


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")

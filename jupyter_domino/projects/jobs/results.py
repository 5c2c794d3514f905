"""What a job leaves in its volume for people to look at."""

import json
from collections.abc import Iterable
from pathlib import Path

import pathspec

from jupyter_domino.compute.values import Json

STATISTICS = "dominostats.json"
RESULTS = ".dominoresults"

MAX_STATISTICS = 1 << 20
"""Bytes of `dominostats.json`; it is a row of a table, not a data set."""

MAX_RESULTS = 1000
"""Paths of a job's `results`; the diff of its two revisions has all."""


def read_statistics(folder: Path) -> tuple[dict[str, Json] | None, str | None]:
    """The flat JSON of `dominostats.json`, and what is wrong with it; None where there is none."""
    try:
        content = (folder / STATISTICS).read_bytes()[: MAX_STATISTICS + 1]
    except OSError:
        return None, None
    if len(content) > MAX_STATISTICS:
        return None, f"{STATISTICS} was left out: it is longer than {MAX_STATISTICS >> 20} MiB."
    try:
        # NaN and Infinity are Python's, not JSON's: a text says as much and breaks no reader.
        found = json.loads(content, parse_constant=str)
    except ValueError as error:
        return None, f"{STATISTICS} was left out: it is no JSON ({error})."
    if not isinstance(found, dict) or any(isinstance(v, dict | list) for v in found.values()):
        return None, f"{STATISTICS} was left out: it must be one object of names and plain values."
    return found, None


def shown_results(folder: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that `.dominoresults` lets through, in order, at most `MAX_RESULTS`.

    Without the file, or with an empty one, all. Its lines are patterns as in `.gitignore`.
    """
    try:
        lines = (folder / RESULTS).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    patterns = pathspec.GitIgnoreSpec.from_lines(lines)
    wanted = any(line.strip() and not line.startswith("#") for line in lines)
    chosen = (path for path in sorted(paths) if not wanted or patterns.match_file(path))
    return tuple(path for path, _ in zip(chosen, range(MAX_RESULTS), strict=False))

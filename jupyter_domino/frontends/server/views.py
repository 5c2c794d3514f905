"""Answers as the page gets them: values cut to pages, absolute paths made API paths."""

import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from jupyter_domino.compute.values import Job
from jupyter_domino.frontends.server.paths import RootedPaths
from jupyter_domino.frontends.wire import Json, to_json
from jupyter_domino.projects.jobs.notebooks import NotebookFacts
from jupyter_domino.projects.values import Diff, ProjectInfo, RevisionDetail
from jupyter_domino.storage.values import (
    Change,
    ChangeKind,
    Entry,
    HydrateResult,
    RevertResult,
    Revision,
    Status,
    SyncResult,
)

MAX_LISTED = 1000
"""Changes in the answer to a sync or a revert, which have no pages; the total is told."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted."""

    limit: int
    after: str | None = None
    """Only what sorts after this path."""


def project(info: ProjectInfo, paths: RootedPaths) -> Json:
    """Which project, with its folder's API path as the root."""
    return _fields(info) | {"root": api_path(info.root, paths)}


def projects_page(known: Sequence[ProjectInfo], page: Page, paths: RootedPaths) -> Json:
    """A page of the projects, which come sorted by root; `next` is an API path."""
    named = [(api_path(info.root, paths), info) for info in known]
    wanted = [each for each in named if page.after is None or each[0] > page.after]
    shown = wanted[: page.limit]
    return {
        "projects": [project(info, paths) for _, info in shown],
        "next": shown[-1][0] if len(wanted) > len(shown) else None,
    }


def revisions_page(newest_first: Sequence[Revision], limit: int) -> Json:
    """A page of revisions; one more than `limit` tells that there are more."""
    shown = newest_first[:limit]
    more = len(newest_first) > limit
    return {"revisions": to_json(shown), "next": shown[-1].number if more else None}


def jobs_page(newest_first: Sequence[Job], limit: int) -> Json:
    """A page of jobs; one more than `limit` tells that there are more."""
    shown = newest_first[:limit]
    more = len(newest_first) > limit
    return {"jobs": to_json(shown), "next": shown[-1].job if more else None}


def parameters(facts: NotebookFacts) -> Json:
    """What a notebook can be run with."""
    return {"parameters": to_json(facts.parameters), "kernel": facts.kernel}


def status(value: Status, page: Page, paths: RootedPaths) -> Json:
    """A page of the changes, and the beginning of all other lists."""
    counts = Counter(change.kind.value for change in value.changes)
    return {
        **_fields(value),
        "root": api_path(value.root, paths),
        **changes_page(value.changes, page),
        "counts": {kind.value: counts[kind.value] for kind in ChangeKind},
        "incoming": to_json(value.incoming[: page.limit]),
        "incoming_total": len(value.incoming),
        "problems": to_json(value.problems[: page.limit]),
        "problems_total": len(value.problems),
        "is_clean": value.is_clean,
    }


def sync_result(value: SyncResult) -> Json:
    """What a sync did; the list of what came in is cut."""
    incoming = to_json(value.incoming[:MAX_LISTED])
    return _fields(value) | {"incoming": incoming, "incoming_total": len(value.incoming)}


def revert_result(value: RevertResult) -> Json:
    """What a revert did; the list of changes is cut."""
    changes = to_json(value.changes[:MAX_LISTED])
    return _fields(value) | {"changes": changes, "changes_total": len(value.changes)}


def hydrate_result(value: HydrateResult, paths: RootedPaths) -> Json:
    """What was written, with the folder's API path."""
    return _fields(value) | {"directory": api_path(value.directory, paths)}


def revision_detail(value: RevisionDetail, page: Page) -> Json:
    """A revision and a page of its changes."""
    return {"revision": to_json(value.revision), **changes_page(value.changes, page)}


def diff(value: Diff, page: Page) -> Json:
    """Both ends and a page of the changes."""
    return {"a": value.a, "b": value.b, **changes_page(value.changes, page)}


def entries_page(entries: Iterable[Entry], prefix: str, page: Page) -> Json:
    """A page of the entries that are `prefix` or lie in it; they come sorted by path."""
    folder = prefix.rstrip("/")
    start = b"" if page.after is None else _key(page.after)
    wanted = (
        entry for entry in entries if _lies_in(entry.path, folder) and _key(entry.path) > start
    )
    found = list(islice(wanted, page.limit + 1))
    shown = found[: page.limit]
    return {
        "entries": to_json(shown),
        "next": shown[-1].path if len(found) > len(shown) else None,
    }


def changes_page(changes: Sequence[Change], page: Page) -> dict[str, Json]:
    """The fields `changes`, `next` and `total`."""
    ordered = sorted(changes, key=lambda change: _key(change.path))
    if page.after is not None:
        start = _key(page.after)
        ordered = [change for change in ordered if _key(change.path) > start]
    shown = ordered[: page.limit]
    return {
        "changes": to_json(shown),
        "next": shown[-1].path if len(ordered) > len(shown) else None,
        "total": len(changes),
    }


def api_path(path: str, paths: RootedPaths) -> str:
    """The API path of a folder that lies under the root."""
    return paths.find(Path(os.path.realpath(path))) or ""


def finite(value: Json) -> Json:
    """`value` with null where JSON has no number: NaN and the infinities."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [finite(item) for item in value]
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    return value


def _fields(value: object) -> dict[str, Json]:
    fields = to_json(value)
    if not isinstance(fields, dict):
        raise TypeError(f"{type(value).__name__} is no record")
    return fields


def _lies_in(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _key(path: str) -> bytes:
    """The order of paths is that of their bytes."""
    return os.fsencode(path)

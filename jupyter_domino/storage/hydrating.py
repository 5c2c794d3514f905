"""Hydrate: a folder becomes a revision."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from jupyter_domino.errors import Conflict, Refused
from jupyter_domino.progress import Progress
from jupyter_domino.storage.local import LocalChanges
from jupyter_domino.storage.manifest import Delta, delta
from jupyter_domino.storage.materialise import TreeWriter
from jupyter_domino.storage.os_errors import file_errors
from jupyter_domino.storage.rows import FOLDER, is_same, is_under, parents, to_str
from jupyter_domino.storage.scan import Scan
from jupyter_domino.storage.tree import (
    Incoming,
    Tree,
    expectations,
    record_written,
    unread,
    write_delta,
)
from jupyter_domino.storage.values import HydrateResult, Problem, RevisionId


@dataclass(slots=True)
class _Plan:
    delta: Delta = field(default_factory=dict)
    """From the tree's rows to the revision's, of what is to be written."""
    edits: list[bytes] = field(default_factory=list)
    """Files in the way that no revision holds."""
    others: list[bytes] = field(default_factory=list)
    """Files that neither the base nor the revision has."""


def hydrate(
    tree: Tree, revision: RevisionId, *, force: bool, dry_run: bool, progress: Progress
) -> HydrateResult:
    """Make the tree equal a revision. The tree is locked by the caller.

    `.domino/hydrating` names the revision meanwhile, so that after a crash its files are
    known for what they are. The base moves last.
    """
    started = time.monotonic()
    target = tree.pool.root(revision)
    base = tree.dot.base
    scan, local = tree.look(base, progress)
    plan = _plan(tree, base, revision, local)
    _check(tree, scan, plan, base, force=force)
    writer = TreeWriter(str(tree.root), tree.pool, progress)
    if not dry_run:
        _write(tree, revision, scan, plan, writer)
    new = [row for _, row in plan.delta.values() if row is not None and row.kind != FOLDER]
    old = [row for row, now in plan.delta.values() if now is None and row is not None]
    return HydrateResult(
        revision=revision,
        number=tree.repository.revision(revision).number,
        directory=str(tree.root),
        files_written=len(new),
        files_deleted=sum(row.kind != FOLDER for row in old),
        files_unchanged=target.files - len(new),
        bytes_written=sum(row.size for row in new),
        seconds=time.monotonic() - started,
        problems=(*local.problems, *writer.notes),
        dry_run=dry_run,
    )


def _plan(tree: Tree, base: RevisionId | None, revision: RevisionId, local: LocalChanges) -> _Plan:
    pages = tree.pages_of(base)
    moved = delta(tree.pool, pages, tree.pages_of(revision))
    earlier = tree.dot.hydrating
    begun = delta(tree.pool, pages, tree.pages_of(earlier)) if earlier else {}
    plan = _Plan()
    for path, rows in moved.items():
        if path not in local.delta and is_under(path, tree.writable):
            plan.delta[path] = rows
    for path, (old, here) in local.delta.items():
        if not is_under(path, tree.writable):
            continue
        there = moved[path][1] if path in moved else old
        if is_same(here, there):
            continue
        is_begun = path in begun and is_same(here, begun[path][1])
        if old is None and there is None and not is_begun:
            plan.others.append(path)
            continue
        is_edit = here is not None and here.kind != FOLDER
        if is_edit and not is_begun:
            plan.edits.append(path)
        plan.delta[path] = (here, there)
    _claim_places(plan, local)
    return plan


def _claim_places(plan: _Plan, local: LocalChanges) -> None:
    """What stands where the revision has a file, or a folder, is in the way after all."""
    if not plan.others:
        return
    coming = [row for _, row in plan.delta.values() if row is not None]
    folders = {folder for row in coming for folder in parents(row.path)}
    files = {row.path for row in coming if row.kind != FOLDER}
    for path in list(plan.others):
        here = local.delta[path][1]
        is_empty = here is not None and here.kind == FOLDER
        if is_empty:
            plan.others.remove(path)
        if not files.isdisjoint(parents(path)) or (path in folders and not is_empty):
            plan.delta[path] = (here, None)
            if not is_empty:
                plan.others.remove(path)
                plan.edits.append(path)


def _check(tree: Tree, scan: Scan, plan: _Plan, base: RevisionId | None, *, force: bool) -> None:
    unknown = unread(scan, plan.delta)
    stuck = sorted(unknown)
    if stuck:
        raise _refusal(tree, stuck, "cannot be read, so that nothing can keep it: move that away")
    if force:
        return
    if base is None and tree.dot.hydrating is None and (plan.edits or plan.others):
        raise _refusal(
            tree, sorted(plan.edits + plan.others), "stood there before: give an empty folder",
            code="target-not-empty",
        )  # fmt: skip
    if plan.edits:
        raise _refusal(
            tree,
            sorted(plan.edits),
            "would lose edits that no revision holds: sync first, or force it",
        )


def _refusal(
    tree: Tree, paths: list[bytes], reason: str, code: str = "unsynced-changes"
) -> Conflict:
    names = [to_str(path) for path in paths]
    shown = ", ".join(map(repr, names[:3])) + (" and others" if len(names) > 3 else "")
    return Conflict(f"In {tree.root}, {shown} {reason}.", code=code, details={"paths": names})


def _write(tree: Tree, revision: RevisionId, scan: Scan, plan: _Plan, writer: TreeWriter) -> None:
    tree.sweep(scan)
    tree.dot.begin_hydrate(revision)
    expected = expectations(scan.index, plan.delta)
    if plan.edits:
        _save_edits(tree, plan.edits, writer)
        expected.update((path, None) for path in plan.edits)
    write_delta(writer, plan.delta, expected)
    if writer.in_the_way:
        raise _refusal(
            tree,
            sorted(writer.in_the_way),
            "changed meanwhile or came from elsewhere: move that away, then hydrate again",
        )
    if writer.problems:
        first = writer.problems[0]
        more = f" and {len(writer.problems) - 1} more" if len(writer.problems) > 1 else ""
        raise Refused(
            f"{first.path!r}{more} could not be written: {first.reason}. Mend that, then hydrate "
            "again.",
            code="permission-denied",
            details={"paths": [problem.path for problem in writer.problems]},
        )
    record_written(tree, scan, revision, Incoming(plan.delta, frozenset()), writer)
    tree.dot.end_hydrate()


def _save_edits(tree: Tree, paths: list[bytes], writer: TreeWriter) -> None:
    """Move files that no revision holds out of the way, never away."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    saved = tree.dot.path / "saved" / stamp
    for path in paths:
        name = to_str(path)
        source, place = tree.root / name, saved / name
        with file_errors(name):
            if source.is_symlink() or not source.is_dir():
                place.parent.mkdir(parents=True, exist_ok=True)
                source.rename(place)
        writer.notes.append(Problem(name, f"it was moved to {place}"))

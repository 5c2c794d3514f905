"""Status and sync: what the tree has that no revision holds, and making it one."""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypedDict

from jupyter_domino.errors import Conflict
from jupyter_domino.progress import Progress
from jupyter_domino.storage.landing import Draft, Landed, Policy
from jupyter_domino.storage.local import LocalChanges
from jupyter_domino.storage.manifest import Delta, walk
from jupyter_domino.storage.rows import Row, is_under, to_change, to_str
from jupyter_domino.storage.scan import Scan
from jupyter_domino.storage.tree import (
    Tree,
    bring_in,
    incoming,
    record_clean,
    record_written,
)
from jupyter_domino.storage.values import (
    Change,
    GitState,
    Problem,
    RevisionId,
    Status,
    SyncResult,
)
from jupyter_domino.storage.writer import Candidate, ContentWriter, Taken, settle_young

KNOW_ALL_FROM = 16 * 1024 * 1024
"""Bytes to read from which looking for them everywhere in the base pays its manifest's reading."""


def status(tree: Tree, git: GitState | None, progress: Progress) -> Status:
    """How the tree differs from its base, and from the head. Stores nothing."""
    tree.dot.make()
    base = tree.dot.base
    scan, local = tree.look(base, progress)
    head = tree.repository.head()
    coming: tuple[Change, ...] = ()
    if head is not None and head.id != base:
        target = tree.pool.root(head.id).pages
        coming = incoming(tree, base, local, target, local.delta.keys()).changes()
    listings = scan.index.folders.values()
    result = Status(
        project=tree.repository.project_id,
        root=str(tree.root),
        base=tree.repository.revision(base) if base else None,
        head=head,
        changes=to_changes(local.delta),
        incoming=coming,
        problems=tuple(local.problems),
        files=sum(listing.files for listing in listings),
        bytes=sum(listing.size for listing in listings),
        bytes_to_store=sum(new.size for _, new in local.delta.values() if new),
        git=git,
    )
    if local.is_index_changed:
        _save_if_free(tree, scan, base)
    return result


def _save_if_free(tree: Tree, scan: Scan, base: RevisionId | None) -> None:
    """Keep what was read, unless somebody else is at work on the tree."""
    try:
        with tree.dot.locked(wait_seconds=0):
            if tree.dot.base == base:
                tree.dot.save_index(scan.index, scan.racy_from_ns)
    except Conflict:
        return


def sync(tree: Tree, draft: Draft, policy: Policy, progress: Progress) -> SyncResult:
    """Store the tree's changes as a revision, and bring in what others have added.

    The tree is locked by the caller. After any failure the tree is as it was, apart from
    whole incoming files, and the next sync takes it from there.
    """
    started = time.monotonic()
    tree.refuse_half_hydrated()
    base = tree.dot.base
    writer = ContentWriter(tree.pool)
    try:
        scan, local = tree.look(base, progress, _storer(tree, writer, base, progress))
        writer.finish()
    finally:
        writer.abandon()
    tree.sweep(scan)
    changes, problems = _allowed(tree, local, policy)
    landed = tree.repository.lander.land(base, changes, draft, policy)
    seen = _Seen(base, scan, local)
    came, written_problems = _arrive(tree, seen, landed, policy, progress)
    return SyncResult(
        **_counts(changes),
        revision=landed.id,
        number=landed.root.number,
        parent=landed.root.parents[0] if landed.root.parents else None,
        bytes_stored=writer.bytes_written + landed.bytes_written,
        seconds=time.monotonic() - started,
        created=landed.created,
        merged=landed.merged,
        incoming=came,
        conflicts=tuple(map(to_str, landed.conflicts)),
        problems=(*problems, *written_problems),
    )


def preview(tree: Tree, policy: Policy, progress: Progress) -> SyncResult:
    """What a sync would do; stores and writes nothing but the index."""
    started = time.monotonic()
    tree.refuse_half_hydrated()
    base = tree.dot.base
    scan, local = tree.look(base, progress)
    changes, problems = _allowed(tree, local, policy)
    plan = tree.repository.lander.plan(base, changes, policy)
    coming: tuple[Change, ...] = ()
    if plan.is_merge and plan.head_root is not None and policy.prefer == "tree":
        ours = {to_str(path) for path in plan.changes}
        coming = incoming(tree, base, local, plan.head_root.pages, ()).changes()
        coming = tuple(change for change in coming if change.path not in ours)
    tree.dot.save_index(scan.index, scan.racy_from_ns)
    created = bool(plan.changes) or plan.head is None
    return SyncResult(
        **_counts(changes),
        revision=plan.head or RevisionId(""),
        number=plan.head_root.number if plan.head_root else None,
        parent=plan.head,
        bytes_stored=sum(new.size for _, new in changes.values() if new),
        seconds=time.monotonic() - started,
        created=created,
        merged=plan.is_merge and created,
        incoming=coming,
        conflicts=tuple(sorted(map(to_str, plan.conflicts))),
        problems=tuple(problems),
        dry_run=True,
    )


def to_changes(differing: Delta) -> tuple[Change, ...]:
    """A delta as users see it, in order of path."""
    return tuple(to_change(*differing[path]) for path in sorted(differing))


class _Counts(TypedDict):
    files_added: int
    files_changed: int
    files_deleted: int


def _counts(changes: Delta) -> _Counts:
    added = sum(old is None for old, _ in changes.values())
    deleted = sum(new is None for _, new in changes.values())
    return _Counts(
        files_added=added, files_changed=len(changes) - added - deleted, files_deleted=deleted
    )


def _storer(
    tree: Tree, writer: ContentWriter, base: RevisionId | None, progress: Progress
) -> Callable[[list[Candidate], dict[bytes, Row]], Iterable[Taken]]:
    def take(candidates: list[Candidate], rows: dict[bytes, Row]) -> Iterable[Taken]:
        writer.know(rows.values())
        if sum(candidate.size for candidate in candidates) >= KNOW_ALL_FROM:
            writer.know(walk(tree.pool, tree.pages_of(base)))
        settle = settle_young(candidates, str(tree.root))
        return writer.store(candidates, progress, settle=settle)

    return take


def _allowed(tree: Tree, local: LocalChanges, policy: Policy) -> tuple[Delta, list[Problem]]:
    """The changes to make a revision of: a job's must stay off what belongs to git."""
    if policy.prefer == "tree":
        return local.delta, local.problems
    allowed = {p: rows for p, rows in local.delta.items() if is_under(p, tree.writable)}
    refused = [
        Problem(to_str(path), "it belongs to git, so the job's change of it was not stored")
        for path in sorted(local.delta.keys() - allowed.keys())
    ]
    return allowed, [*local.problems, *refused]


class _Seen(NamedTuple):
    """The tree as it was found."""

    base: RevisionId | None
    scan: Scan
    local: LocalChanges


def _arrive(
    tree: Tree, seen: _Seen, landed: Landed, policy: Policy, progress: Progress
) -> tuple[tuple[Change, ...], list[Problem]]:
    """Make the tree the revision that landed; what was brought in, and what could not be.

    The base moves last: whoever dies before that finds its own changes in the head already.
    """
    base, scan, local = seen
    is_ours = landed.id == base or (landed.created and not landed.merged)
    if policy.prefer == "head":
        # A job's tree stays as the job left it.
        if is_ours and len(_allowed(tree, local, policy)[0]) == len(local.delta):
            tree.dot.set_base(landed.id)
            record_clean(tree, scan, landed.id, local)
        return (), []
    if is_ours:
        if landed.id != base:
            tree.dot.set_base(landed.id)
        if local.is_index_changed or landed.id != base:
            record_clean(tree, scan, landed.id, local)
        return (), []
    wanted = incoming(tree, base, local, landed.root.pages, ())
    writer = bring_in(tree, scan, wanted, landed.root.number, progress)
    record_written(tree, scan, landed.id, wanted, writer)
    return wanted.changes(), [*writer.notes, *writer.problems]

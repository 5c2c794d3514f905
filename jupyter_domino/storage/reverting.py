"""Revert: paths become what they were, as a new revision."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from jupyter_domino.errors import Conflict, Invalid, NotFound, Refused
from jupyter_domino.progress import Progress
from jupyter_domino.storage.landing import Draft, Policy
from jupyter_domino.storage.local import LocalChanges
from jupyter_domino.storage.manifest import Delta, delta, find_rows, walk
from jupyter_domino.storage.rows import FOLDER, is_same, is_under, parents, to_bytes, to_str
from jupyter_domino.storage.scan import Scan
from jupyter_domino.storage.syncing import sync, to_changes
from jupyter_domino.storage.tree import (
    Incoming,
    Tree,
    bring_in,
    incoming,
    record_written,
    unread,
)
from jupyter_domino.storage.values import RevertResult, RevisionId


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for."""

    source: RevisionId
    paths: tuple[str, ...]
    """Normalised; none: everything."""
    draft: Draft
    is_forced: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    base: RevisionId | None
    scan: Scan
    local: LocalChanges
    tree_delta: Delta
    """From the tree as it is to the source, of the paths asked for."""
    base_delta: Delta
    """The same from the base."""
    edits: tuple[bytes, ...]
    """Unsynced edits that would be overwritten."""


def normalised(paths: Iterable[str]) -> Iterator[str]:
    """Paths without `.`, doubled and trailing slashes; empty for the root.

    Raises:
        Invalid: `path-outside-project`.
    """
    for path in paths:
        name = os.path.normpath(path) if path else "."
        if name.startswith("/") or name == ".." or name.startswith("../") or "\0" in name:
            raise Invalid(
                f"{path!r} is not in the project: give a path relative to its root.",
                code="path-outside-project",
                details={"path": path},
            )
        yield "" if name == "." else name


def preview(tree: Tree, request: Request, progress: Progress) -> RevertResult:
    """What a revert would do; it writes nothing but the index."""
    plan = _plan(tree, request, progress)
    tree.dot.save_index(plan.scan.index, plan.scan.racy_from_ns)
    _check(tree, request, plan)
    return RevertResult(
        source=request.source,
        revision=None,
        number=None,
        changes=to_changes(plan.tree_delta),
        overwritten=tuple(map(to_str, plan.edits)),
        saved_as=None,
        dry_run=True,
    )


def revert(tree: Tree, request: Request, progress: Progress) -> RevertResult:
    """Make the revision, then write the files. The tree is locked by the caller.

    The branch entry comes first: whoever dies after it finds the files incoming at the next sync.
    """
    tree.refuse_half_hydrated()
    plan = _plan(tree, request, progress)
    _check(tree, request, plan)
    if plan.edits:
        return _save_first(tree, request, plan, progress)
    tree.sweep(plan.scan)
    revision, number = None, None
    target = plan.base
    if plan.base_delta:
        draft = replace(request.draft, message=request.draft.message or _message(tree, request))
        policy = Policy(writable=tree.writable)
        landed = tree.repository.lander.land(plan.base, plan.base_delta, draft, policy)
        target, revision, number = landed.id, landed.id, landed.root.number
    _write(tree, request, plan, target, progress)
    return RevertResult(
        source=request.source,
        revision=revision,
        number=number,
        changes=to_changes(plan.tree_delta),
        overwritten=(),
        saved_as=None,
    )


def _save_first(tree: Tree, request: Request, plan: _Plan, progress: Progress) -> RevertResult:
    draft = replace(request.draft, message="Edits before a revert")
    saved = sync(tree, draft, Policy(writable=tree.writable), progress)
    result = revert(tree, replace(request, is_forced=False), progress)
    edits = tuple(map(to_str, plan.edits))
    return replace(result, overwritten=edits, saved_as=saved.revision)


def _write(
    tree: Tree, request: Request, plan: _Plan, target: RevisionId | None, progress: Progress
) -> None:
    if target is None:
        return
    root = tree.pool.root(target)
    kept = [path for path in plan.local.delta if not _is_named(request, path)]
    wanted: Incoming = incoming(tree, plan.base, plan.local, root.pages, kept)
    writer = bring_in(tree, plan.scan, wanted, root.number, progress)
    record_written(tree, plan.scan, target, wanted, writer)


def _plan(tree: Tree, request: Request, progress: Progress) -> _Plan:
    base = tree.dot.base
    _refuse_code(tree, request)
    source = tree.pool.root(request.source).pages
    scan, local = tree.look(base, progress)
    moved = delta(tree.pool, tree.pages_of(base), source)
    tree_delta: Delta = {}
    base_delta: Delta = {}
    for path in moved.keys() | local.delta.keys():
        if not (_is_named(request, path) and is_under(path, tree.writable)):
            continue
        old = moved[path][0] if path in moved else local.delta[path][0]
        here = local.delta[path][1] if path in local.delta else old
        there = moved[path][1] if path in moved else old
        if not is_same(here, there):
            tree_delta[path] = (here, there)
        if not is_same(old, there):
            base_delta[path] = (old, there)
    _check_names(tree, request, plan_paths=local.delta)
    _make_folders(tree, base, local, tree_delta, base_delta)
    edits = tuple(
        path
        for path, (here, _) in sorted(tree_delta.items())
        if path in local.delta and here is not None and here.kind != FOLDER
    )
    return _Plan(base, scan, local, tree_delta, base_delta, edits)


def _make_folders(
    tree: Tree, base: RevisionId | None, local: LocalChanges, tree_delta: Delta, base_delta: Delta
) -> None:
    """Folders that are to hold something are no rows any more.

    Raises:
        Invalid: such a folder is a file or symlink now, and nobody asked to revert that.
    """
    coming = [row for delta_ in (tree_delta, base_delta) for _, row in delta_.values() if row]
    folders = {folder: row.path for row in coming for folder in parents(row.path)}
    rows = find_rows(tree.pool, tree.pages_of(base), folders)
    for folder, path in folders.items():
        old = rows.get(folder)
        here = local.delta[folder][1] if folder in local.delta else old
        for was, changes in ((old, base_delta), (here, tree_delta)):
            if was is None or folder in changes:
                continue
            if was.kind != FOLDER:
                raise Invalid(
                    f"{to_str(path)!r} cannot be reverted alone, because {to_str(folder)!r} is no "
                    f"folder now: revert {to_str(folder)!r}.",
                    details={"path": to_str(path), "paths": [to_str(folder)]},
                )
            changes[folder] = (was, None)


def _refuse_code(tree: Tree, request: Request) -> None:
    """Named paths must not belong to git."""
    git = tree.pool.root(request.source).git
    for path in request.paths:
        if path and not is_under(to_bytes(path), tree.writable):
            commit = git.head if git and git.head else "<commit>"
            raise Refused(
                f"{path!r} belongs to git: use 'git restore --source={commit[:12]} -- {path}'.",
                code="git-owns",
                details={"path": path},
            )


def _check_names(tree: Tree, request: Request, plan_paths: Iterable[bytes]) -> None:
    """Named paths must be in the source or in the tree."""
    sources = [request.source, tree.dot.base]
    for path in request.paths:
        name = to_bytes(path)
        if not name or any(is_under(each, name) for each in plan_paths):
            continue
        if not any(_has(tree, revision, name) for revision in sources):
            raise NotFound(
                f"Neither the project nor revision {request.source[:12]} has {path!r}: check the "
                "path.",
                code="path-not-found",
                details={"path": path},
            )


def _has(tree: Tree, revision: RevisionId | None, path: bytes) -> bool:
    return next(walk(tree.pool, tree.pages_of(revision), path), None) is not None


def _is_named(request: Request, path: bytes) -> bool:
    if not request.paths:
        return True
    named = {to_bytes(each) for each in request.paths}
    return b"" in named or path in named or any(folder in named for folder in parents(path))


def _check(tree: Tree, request: Request, plan: _Plan) -> None:
    """What would be written over must be in a revision, or be meant."""
    in_the_way = unread(plan.scan, plan.tree_delta)
    for path, (here, there) in plan.tree_delta.items():
        if here is None and there is not None and _is_untracked(tree, plan, path):
            in_the_way.add(path)
    if in_the_way:
        raise _refusal(
            in_the_way,
            "would be lost, being untracked or unreadable: move that away",
        )
    if plan.edits and not request.is_forced:
        raise _refusal(
            plan.edits, "would lose edits that no revision holds: sync first, or revert with force"
        )


def _is_untracked(tree: Tree, plan: _Plan, path: bytes) -> bool:
    full = tree.root / to_str(path)
    return os.path.lexists(full) and not (full.is_dir() and not full.is_symlink())


def _refusal(paths: Iterable[bytes], reason: str) -> Conflict:
    names = [to_str(path) for path in sorted(paths)]
    shown = ", ".join(map(repr, names[:3])) + (" and others" if len(names) > 3 else "")
    return Conflict(f"{shown} {reason}.", code="unsynced-changes", details={"paths": names})


def _message(tree: Tree, request: Request) -> str:
    number = tree.pool.root(request.source).number
    what = ", ".join(request.paths[:3]) or "everything"
    more = f" and {len(request.paths) - 3} more" if len(request.paths) > 3 else ""
    return f"Revert {what}{more} to r{number}"

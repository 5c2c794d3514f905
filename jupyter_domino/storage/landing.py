"""Making revisions: pages, root, then the branch entry; and again, merged, when the head moved."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from jupyter_domino.errors import Conflict
from jupyter_domino.storage.branches import REVISION, BranchEntry, Branches
from jupyter_domino.storage.manifest import Delta, delta, find_rows, rewrite, walk
from jupyter_domino.storage.merge import Merge, Prefer, merge
from jupyter_domino.storage.pool import Pool
from jupyter_domino.storage.root import PageRef, Root
from jupyter_domino.storage.rows import Row, is_same, is_under
from jupyter_domino.storage.values import GitState, RevisionId

ATTEMPTS = 30
"""Lost races before giving up: others land a revision in each."""

FIRST_WAIT_SECONDS = 0.01
LONGEST_WAIT_SECONDS = 1.0

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's clock. Times are shown, nothing is decided by them."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a revision will say of itself."""

    author: str
    message: str
    branch: str = "main"
    job: str | None = None
    job_number: int | None = None
    git: GitState | None = None
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How to merge when the head has moved."""

    prefer: Prefer = "tree"
    label: str | None = None
    """In names of conflict copies; by default the head's number, as in `r7`."""
    writable: bytes = b""
    """Paths elsewhere are not merged: they are as in the tree, or with `head` as in the head."""


@dataclass(frozen=True, slots=True)
class Landed:
    """Where the branch is now."""

    id: RevisionId
    root: Root
    created: bool
    merged: bool
    conflicts: tuple[bytes, ...]
    bytes_written: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A revision that could be made on a head."""

    head: RevisionId | None
    head_root: Root | None
    changes: dict[bytes, Row | None]
    """To the head's rows."""
    conflicts: set[bytes]
    is_merge: bool


class Lander:
    """Makes revisions in one project's pool and branches."""

    def __init__(self, pool: Pool, branches: Branches, clock: Clock = utc_now) -> None:
        self._pool = pool
        self._branches = branches
        self._clock = clock

    def plan(
        self, base: RevisionId | None, changes: Delta, policy: Policy, branch: str = "main"
    ) -> Plan:
        """What landing `changes` to `base` would do to the head as it is now."""
        entry = self._branches.head(branch)
        head = entry.revision if entry else None
        head_root = self._pool.root(head) if head else None
        if head == base or head_root is None:
            return Plan(head, head_root, {p: new for p, (_, new) in changes.items()}, set(), False)
        merged = self._merge(base, head_root, changes, policy)
        at_head = find_rows(self._pool, head_root.pages, merged.changes)
        needed = {
            path: row for path, row in merged.changes.items() if not is_same(row, at_head.get(path))
        }
        return Plan(head, head_root, needed, merged.conflicts, True)

    def land(self, base: RevisionId | None, changes: Delta, draft: Draft, policy: Policy) -> Landed:
        """Put `changes` to `base` on the branch. Their contents are in the store already.

        Raises:
            Conflict: `branch-moved`: too many races were lost. What was written has no name.
        """
        wait = FIRST_WAIT_SECONDS
        own: RevisionId | None = None
        written = 0
        for _ in range(ATTEMPTS):
            tip = self._branches.tip(draft.branch)
            plan = self.plan(base, changes, policy, draft.branch)
            if plan.head is not None and plan.head_root is not None and not plan.changes:
                conflicts = tuple(sorted(plan.conflicts))
                return Landed(plan.head, plan.head_root, False, False, conflicts, written)
            if plan.is_merge and own is None:
                own, _, size = self._put(base, self._rows_of(changes), draft, ())
                written += size
            root_id, root, size = self._put_on_head(plan, own, draft)
            written += size
            try:
                self._append(tip, root_id, root, draft)
            except Conflict:
                time.sleep(wait * (1 + secrets.randbelow(1000) / 1000))
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
                continue
            conflicts = tuple(sorted(plan.conflicts))
            return Landed(root_id, root, True, plan.is_merge, conflicts, written)
        raise Conflict(
            f"Branch {draft.branch} moved {ATTEMPTS} times while this was merged: sync again.",
            code="branch-moved",
            details={"branch": draft.branch},
        )

    def _merge(self, base: RevisionId | None, head: Root, changes: Delta, policy: Policy) -> Merge:
        base_pages = self._pool.root(base).pages if base else ()
        theirs = delta(self._pool, base_pages, head.pages)
        inside = {p: rows for p, rows in theirs.items() if is_under(p, policy.writable)}
        merged = merge(
            {p: rows for p, rows in changes.items() if is_under(p, policy.writable)},
            inside,
            prefer=policy.prefer,
            label=policy.label or f"r{head.number}",
            under=lambda path: walk(self._pool, head.pages, path),
        )
        if policy.prefer == "tree":
            for path in (theirs.keys() | changes.keys()) - inside.keys():
                if not is_under(path, policy.writable):
                    old, new = changes[path] if path in changes else theirs[path]
                    merged.changes[path] = new if path in changes else old
        return merged

    @staticmethod
    def _rows_of(changes: Delta) -> dict[bytes, Row | None]:
        return {path: new for path, (_, new) in changes.items()}

    def _put_on_head(
        self, plan: Plan, own: RevisionId | None, draft: Draft
    ) -> tuple[RevisionId, Root, int]:
        also = (own,) if plan.is_merge and own else ()
        conflicts = tuple(path.decode("utf-8", "surrogateescape") for path in plan.conflicts)
        return self._put(plan.head, plan.changes, draft, also, conflicts)

    def _put(
        self,
        parent: RevisionId | None,
        changes: Mapping[bytes, Row | None],
        draft: Draft,
        also: tuple[RevisionId, ...],
        conflicts: tuple[str, ...] = (),
    ) -> tuple[RevisionId, Root, int]:
        """Write pages and root of `parent` with `changes`; the bytes it took."""
        before = self._pool.root(parent) if parent else None
        old_pages = before.pages if before else ()
        known: dict[bytes, PageRef] = {page.id: page for page in old_pages}
        for revision in also:
            known.update((page.id, page) for page in self._pool.root(revision).pages)
        pages, page_bytes = self._pool.put_pages(rewrite(self._pool, old_pages, changes), known)
        root = Root(
            parents=(*((parent,) if parent else ()), *also),
            branch=draft.branch,
            number=before.number + 1 if before else 1,
            author=draft.author,
            time=self._clock(),
            message=draft.message,
            job=draft.job,
            job_number=draft.job_number,
            # A job's volume is no checkout: its revision has the code, so the state, before it.
            git=before.git if before and draft.job else draft.git,
            conflicts=tuple(sorted(conflicts)),
            links=draft.links,
            pages=pages,
        )
        root_id, root_bytes = self._pool.put_root(root)
        return root_id, root, page_bytes + root_bytes

    def _append(
        self, tip: BranchEntry | None, root_id: RevisionId, root: Root, draft: Draft
    ) -> None:
        entry = BranchEntry(
            slot=tip.slot + 1 if tip else 0,
            type=REVISION,
            revision=root_id,
            number=root.number,
            write_id=secrets.token_hex(16),
            time=self._clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            actor=draft.author,
        )
        self._branches.append(draft.branch, entry)

"""The files of one project in one object store: revisions, and what they hold."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Self

from jupyter_domino.errors import Damaged, Invalid, NotFound
from jupyter_domino.storage import content
from jupyter_domino.storage.branches import Branches, check_branch_name
from jupyter_domino.storage.ids import load_keys
from jupyter_domino.storage.landing import Clock, Lander, utc_now
from jupyter_domino.storage.manifest import delta, find_rows, walk
from jupyter_domino.storage.pool import Pool
from jupyter_domino.storage.root import Root, is_revision_id
from jupyter_domino.storage.rows import Row, is_under, to_bytes, to_change, to_entry, to_str
from jupyter_domino.storage.values import Change, Entry, Problem, Revision, RevisionId
from jupyter_domino.storage.workers import in_order
from jupyter_domino.store import ObjectStore

MAIN = "main"
HEAD = "HEAD"
MIN_PREFIX = 4
"""Digits of an id that may stand for it."""

_PROJECT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_NUMBER = re.compile(r"r([1-9][0-9]{0,11})")
_PREFIX = re.compile(r"[0-9a-f]{4,40}")


class Repository:
    """Read what is there; `WorkingTree` adds to it. Safe for threads; has no working tree."""

    def __init__(self, store: ObjectStore, project_id: str, pool: Pool, clock: Clock) -> None:
        self.project_id = project_id
        self.pool = pool
        self.branches = Branches(store, project_id)
        self.lander = Lander(pool, self.branches, clock)

    @classmethod
    def create(cls, store: ObjectStore, project_id: str, *, clock: Clock = utc_now) -> Self:
        """A repository for a new project; makes the store what it must be, if it is not yet.

        Raises:
            Unavailable: `format-unsupported`: a newer version made the store.
        """
        return cls._make(store, project_id, clock, create=True)

    @classmethod
    def open(cls, store: ObjectStore, project_id: str, *, clock: Clock = utc_now) -> Self:
        """The repository of a project that is in the store.

        Raises:
            NotFound: the store is none of ours.
            Unavailable: `format-unsupported`: a newer version made the store.
        """
        return cls._make(store, project_id, clock, create=False)

    @classmethod
    def _make(cls, store: ObjectStore, project_id: str, clock: Clock, *, create: bool) -> Self:
        if not _PROJECT_ID.fullmatch(project_id):
            raise Invalid(f"{project_id!r} is no project's id.", code="bad-name")
        keys = load_keys(store, create=create)
        return cls(store, project_id, Pool(store, project_id, keys), clock)

    def head(self, branch: str = MAIN) -> Revision | None:
        """The branch's newest revision; None before the first."""
        check_branch_name(branch)
        entry = self.branches.head(branch)
        if entry is None or entry.revision is None:
            return None
        return self.pool.root(entry.revision).to_revision(entry.revision, is_on_branch=True)

    def revision(self, revision_id: RevisionId) -> Revision:
        """The revision of a full id.

        Raises:
            NotFound: `revision-not-found`.
        """
        root = self._root(revision_id)
        entry = self.branches.find(root.branch, root.number)
        is_on_branch = entry is not None and entry.revision == revision_id
        return root.to_revision(revision_id, is_on_branch=is_on_branch)

    def resolve(self, spec: str) -> Revision:
        """The revision that a user means: an id, four or more of its first digits, `r3`, a branch,
        or `HEAD`, the head of `main`.

        Raises:
            NotFound: `revision-not-found`.
            Invalid: `revision-ambiguous`.
        """
        number = _NUMBER.fullmatch(spec)
        if spec == HEAD:
            found = self.head()
        elif is_revision_id(spec):
            return self.revision(RevisionId(spec))
        elif number:
            entry = self.branches.find(MAIN, int(number[1]))
            found = self.revision(entry.revision) if entry and entry.revision else None
        else:
            found = self._by_branch_or_prefix(spec)
        if found is None:
            raise self._no_revision(spec)
        return found

    def log(
        self,
        *,
        branch: str = MAIN,
        limit: int | None = None,
        before: int | None = None,
        path: str | None = None,
    ) -> list[Revision]:
        """The branch's revisions, newest first; with `path` those that changed it or in it, with
        `before` those with smaller numbers."""
        check_branch_name(branch)
        wanted = None if path is None else to_bytes(path.rstrip("/"))
        found: list[Revision] = []
        ids: Iterator[RevisionId] = (
            each.revision for each in self.branches.log(branch, before=before) if each.revision
        )
        if wanted is None:
            ids = islice(ids, limit)
        for revision, root in in_order(lambda each: (each, self.pool.root(each)), ids):
            if wanted is None or self._touches(root, wanted):
                found.append(root.to_revision(revision, is_on_branch=True))
            if limit is not None and len(found) >= limit:
                break
        return found

    def entries(self, revision_id: RevisionId, prefix: str = "") -> Iterator[Entry]:
        """The revision's entries in order of path, under the folder or file `prefix`."""
        root = self._root(revision_id)
        return map(to_entry, walk(self.pool, root.pages, to_bytes(prefix)))

    def entry(self, revision_id: RevisionId, path: str) -> Entry:
        """One entry.

        Raises:
            NotFound: `path-not-found`.
        """
        return to_entry(self.row(revision_id, path))

    def row(self, revision_id: RevisionId, path: str) -> Row:
        """One entry with the place of its content.

        Raises:
            NotFound: `path-not-found`.
        """
        key = to_bytes(path)
        row = find_rows(self.pool, self._root(revision_id).pages, [key]).get(key)
        if row is None:
            raise NotFound(
                f"Revision {revision_id[:12]} has no file {path!r}: look into its list of files.",
                code="path-not-found",
                details={"revision": revision_id, "path": path},
            )
        return row

    def read(self, revision_id: RevisionId, path: str) -> Iterator[bytes]:
        """A file's content in pieces, each verified before it is given; a symlink's target.

        Raises:
            NotFound: `path-not-found`, at once.
            Damaged: while reading.
        """
        return content.read(self.pool, self.row(revision_id, path))

    def diff(self, a: RevisionId | None, b: RevisionId) -> list[Change]:
        """What differs from `a` (None: no files) to `b`, in order of path."""
        old = self._root(a).pages if a is not None else ()
        differing = delta(self.pool, old, self._root(b).pages)
        return [to_change(*differing[path]) for path in sorted(differing)]

    def check(self, revision_id: RevisionId) -> list[Problem]:
        """Read all of the revision and verify it; what is damaged, by path."""
        problems = []
        for row in walk(self.pool, self._root(revision_id).pages):
            try:
                for _ in content.read(self.pool, row):
                    pass
            except Damaged as error:
                problems.append(Problem(to_str(row.path), error.message))
        return problems

    def _root(self, revision_id: RevisionId) -> Root:
        if not is_revision_id(revision_id):
            raise self._no_revision(revision_id)
        return self.pool.root(revision_id)

    def _by_branch_or_prefix(self, spec: str) -> Revision | None:
        try:
            found = self.head(spec)
        except Invalid:
            return None
        if found is not None or not _PREFIX.fullmatch(spec):
            return found
        matches = [each for each in self.pool.root_ids() if each.startswith(spec)]
        if len(matches) > 1:
            raise Invalid(
                f"{len(matches)} revisions begin with {spec!r}: give more digits.",
                code="revision-ambiguous",
                details={"matches": matches[:20]},
            )
        return self.revision(matches[0]) if matches else None

    def _no_revision(self, spec: str) -> NotFound:
        return NotFound(
            f"There is no revision {spec!r}: give an id or four or more of its first digits, a "
            "number like r3, a branch, or HEAD.",
            code="revision-not-found",
            details={"revision": spec},
        )

    def _touches(self, root: Root, path: bytes) -> bool:
        before = self.pool.root(root.parents[0]).pages if root.parents else ()
        return any(is_under(each, path) for each in delta(self.pool, before, root.pages))

"""A folder as a view of a repository: what changed in it, sync, revert, hydrate."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jupyter_domino.errors import Invalid
from jupyter_domino.progress import Progress, silent
from jupyter_domino.storage import hydrating, reverting, syncing
from jupyter_domino.storage.collection import collection_put_off
from jupyter_domino.storage.dotfolder import DotFolder
from jupyter_domino.storage.landing import Draft, Policy
from jupyter_domino.storage.merge import Prefer
from jupyter_domino.storage.repository import Repository
from jupyter_domino.storage.rows import parents, to_bytes, to_str
from jupyter_domino.storage.rules import TrackingRules
from jupyter_domino.storage.scan import why_never_stored
from jupyter_domino.storage.tree import Tree
from jupyter_domino.storage.values import (
    GitState,
    HydrateResult,
    IgnoreVerdict,
    RevertResult,
    RevisionId,
    Status,
    SyncResult,
)


@dataclass(frozen=True, slots=True)
class JobLink:
    """The job that makes a revision."""

    id: str
    number: int


class WorkingTree:
    """A folder as a view of a repository.

    What writes holds a lock on the folder; several processes and threads may use one at once.
    """

    def __init__(
        self, root: Path, repository: Repository, *, rules: TrackingRules, writable: str = ""
    ) -> None:
        """`rules` decide what is tracked; only below `writable` is anything written."""
        root = Path(root).absolute()
        prefix = to_bytes(writable.rstrip("/"))
        self._tree = Tree(root, repository, rules, prefix, DotFolder(root))

    @property
    def root(self) -> Path:
        """The folder."""
        return self._tree.root

    @property
    def base(self) -> RevisionId | None:
        """The revision that the tree is based on; None before the first sync or hydrate."""
        return self._tree.dot.base

    def status(self, *, git: GitState | None = None, progress: Progress = silent) -> Status:
        """How the tree differs from its base, and what a sync would bring in.

        Takes no lock and stores nothing. Files that may have changed are read.
        """
        with collection_put_off():
            return syncing.status(self._tree, git, progress)

    def why(self, path: str) -> IgnoreVerdict:
        """Whether the path is tracked, and which rule, or what it is, says so.

        Raises:
            Invalid: `path-outside-project`.
        """
        (name,) = reverting.normalised([path])
        if not name:
            raise Invalid("Give a path in the project, relative to its root.", code="usage")
        verdict = self._tree.rules.why(name)
        reason = self._why_not_storable(name) if verdict.tracked else None
        return verdict if reason is None else IgnoreVerdict(verdict.path, False, reason, None)

    def _why_not_storable(self, name: str) -> str | None:
        for folder in parents(to_bytes(name)):
            if (self.root / to_str(folder)).is_symlink():
                return f"{to_str(folder)!r} is a symlink: only the link is stored"
        try:
            return why_never_stored(os.lstat(self.root / name).st_mode)
        except OSError:
            return None  # what is not there, or may not be seen, only rules can speak of

    def sync(
        self,
        message: str,
        *,
        author: str,
        job: JobLink | None = None,
        git: GitState | None = None,
        prefer: Prefer = "tree",
        label: str | None = None,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> SyncResult:
        """Make the tree's changes a revision, merged with what others have added meanwhile.

        Afterwards the tree equals the revision, apart from paths in `problems`. Of a path
        that both sides changed, both versions are kept: with `prefer` "tree" the tree's keeps
        the name, with "head" (a job's end) the branch's, and then nothing is written into the
        tree. `label` names the loser in its copy's name.

        Raises:
            Conflict: `sync-in-progress`; `branch-moved`; `unsynced-changes` after a hydrate
                that was cut short. In all of them no revision was made.
            Refused, Unavailable, Damaged: the store or the tree failed. The revision was not
                made, or was and the next sync finds that out.
        """
        draft = Draft(
            author=author,
            message=message,
            job=job.id if job else None,
            job_number=job.number if job else None,
            git=git,
        )
        policy = Policy(prefer=prefer, label=label, writable=self._tree.writable)
        with self._tree.dot.locked(), collection_put_off():
            if dry_run:
                return syncing.preview(self._tree, policy, progress)
            return syncing.sync(self._tree, draft, policy, progress)

    def revert(
        self,
        source: RevisionId,
        paths: Iterable[str] = (),
        *,
        author: str,
        message: str | None = None,
        force: bool = False,
        dry_run: bool = False,
        git: GitState | None = None,
        progress: Progress = silent,
    ) -> RevertResult:
        """Make paths (files or folders; none: everything) what they were, as a new revision.

        History stays. Other unsynced edits stay unsynced. With `force`, unsynced edits of
        these paths are first synced as a revision of their own, `saved_as`.

        Raises:
            Conflict: `unsynced-changes`, `details["paths"]`: edits stand in the way. Nothing
                was written.
            NotFound: `path-not-found`: a path is neither in `source` nor in the tree.
            Refused: `git-owns`: a path belongs to git.
            Invalid: `path-outside-project`.
        """
        request = reverting.Request(
            source=source,
            paths=tuple(reverting.normalised(paths)),
            draft=Draft(author=author, message=message or "", git=git),
            is_forced=force,
        )
        with self._tree.dot.locked(), collection_put_off():
            if dry_run:
                return reverting.preview(self._tree, request, progress)
            return reverting.revert(self._tree, request, progress)

    def hydrate(
        self,
        revision: RevisionId,
        *,
        force: bool = False,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> HydrateResult:
        """Make the folder equal a revision; it is its base from then on.

        Each file is whole or not written; after a crash the same call goes on. Files that are not
        tracked stay. With `force`, edits that no revision holds are moved to
        `.domino/saved/`; without, they are refused.

        Raises:
            Conflict: `target-not-empty`: the folder has other files; `unsynced-changes`.
                Nothing was written.
            Damaged: the store has not what the revision needs.
            Unavailable: `disk-full`.
        """
        self._tree.dot.make(with_root=True)
        with self._tree.dot.locked(), collection_put_off():
            return hydrating.hydrate(
                self._tree, revision, force=force, dry_run=dry_run, progress=progress
            )

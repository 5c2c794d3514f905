"""A project: its files at every revision, its working tree and its jobs, under one name."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_domino.errors import Invalid, NotFound
from jupyter_domino.progress import Progress, silent
from jupyter_domino.projects.comparison import (
    RevisionSide,
    Side,
    TreeSide,
    combined,
    compare_file,
)
from jupyter_domino.projects.copying import Copy, check_target
from jupyter_domino.projects.folder import ProjectFolder, ProjectKind
from jupyter_domino.projects.jobs.notebooks import NotebookFacts, Notebooks
from jupyter_domino.projects.values import Diff, FileDiff, ProjectInfo, RevisionDetail
from jupyter_domino.settings import Settings
from jupyter_domino.storage import Repository, WorkingTree
from jupyter_domino.storage.git import git_state
from jupyter_domino.storage.values import (
    Change,
    Entry,
    GitState,
    HydrateResult,
    IgnoreVerdict,
    Kind,
    RevertResult,
    Revision,
    RevisionId,
    Status,
    SyncResult,
)

if TYPE_CHECKING:  # jobs bring the database in, which most verbs do without
    from jupyter_domino.projects.jobs.jobs import Jobs


class Project:
    """What one can do with a project from one of its folders; safe to use from many threads.

    A revision is given as `Repository.resolve` takes it: an id, a unique prefix of
    one, a number (`r3`), a branch or `HEAD`. A path is relative to the root.
    """

    def __init__(
        self,
        folder: ProjectFolder,
        repository: Repository,
        tree: WorkingTree,
        *,
        settings: Settings,
        open_jobs: "Callable[[Project], Jobs]",
        open_notebooks: Callable[[], Notebooks],
    ) -> None:
        self.folder = folder
        self.repository = repository
        self.tree = tree
        self._settings = settings
        self._open_jobs = open_jobs
        self._open_notebooks = open_notebooks

    @property
    def id(self) -> str:
        """Unique among all projects, for ever."""
        return self.folder.id

    @property
    def name(self) -> str:
        """For people; not unique."""
        return self.folder.name

    @property
    def root(self) -> Path:
        """The working tree's folder: absolute, links resolved."""
        return self.folder.root

    @property
    def kind(self) -> ProjectKind:
        """Who owns the code: the project or git."""
        return self.folder.kind

    @cached_property
    def jobs(self) -> "Jobs":
        """The project's jobs; the records are opened on first use."""
        return self._open_jobs(self)

    def info(self) -> ProjectInfo:
        """Which project this is, as a value."""
        return self.folder.info()

    def git(self) -> GitState | None:
        """Where git stands; None for a project whose files are all its own."""
        return git_state(self.root) if self.kind is ProjectKind.GIT else None

    def status(self, progress: Progress = silent) -> Status:
        """How the tree differs from the revision it is based on, and what is new on the head."""
        status = self.tree.status(git=self.git(), progress=progress)
        return replace(status, project=self.name)

    def why(self, path: str) -> IgnoreVerdict:
        """Whether a path is tracked, and which rule says so."""
        return self.tree.why(path)

    def sync(
        self, message: str, *, dry_run: bool = False, progress: Progress = silent
    ) -> SyncResult:
        """Keep the tree as a new revision and bring in what others have synced."""
        return self.tree.sync(
            message, author=self._settings.user, git=self.git(), dry_run=dry_run, progress=progress
        )

    def parameters(self, file: str) -> NotebookFacts:
        """The parameters and the kernel of a notebook of the tree, as it is now.

        Raises:
            NotFound: `path-not-found`.
            Invalid: `not-a-notebook`, `path-outside-project`.
        """
        path = relative_path(self.root, self.root, file)
        try:
            content = (self.root / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotFound(
                f"There is no file {file!r} in the project: check the path.",
                code="path-not-found",
                details={"path": file},
            ) from error
        return self._open_notebooks().inspect(path, content)

    def log(
        self,
        *,
        limit: int | None = None,
        before: int | None = None,
        branch: str = "main",
        path: str | None = None,
    ) -> list[Revision]:
        """Revisions, newest first; with `path` those that changed it, with `before` older ones."""
        return self.repository.log(branch=branch, limit=limit, before=before, path=path)

    def show(self, revision: str) -> RevisionDetail:
        """A revision and its changes against its first parent."""
        found = self.repository.resolve(revision)
        parent = found.parents[0] if found.parents else None
        return RevisionDetail(found, tuple(self.repository.diff(parent, found.id)))

    def entries(self, revision: str, prefix: str = "") -> Iterator[Entry]:
        """The paths of a revision that start with `prefix`, in order."""
        return self.repository.entries(self.repository.resolve(revision).id, prefix)

    def read(self, revision: str, path: str) -> Iterator[bytes]:
        """A file's verified content at a revision, in pieces."""
        return self.repository.read(self.repository.resolve(revision).id, path)

    def diff(self, a: str | None = None, b: str | None = None, *, patches: bool = False) -> Diff:
        """How `b` differs from `a`, in order of path.

        Without `a` the tree's base, without `b` the working tree; `patches` adds the
        text of every changed file.
        """
        start, end = self._ends(a, b)
        if end is not None:
            changes = self.repository.diff(start, end)
        else:
            changes = list(self.tree.status().changes)
            if start != self.tree.base and self.tree.base is not None:
                changes = combined(self.repository.diff(start, self.tree.base), changes)
        old, new = self._side(start), self._side(end) if end else TreeSide(self.root)
        readable = (c.path for c in changes if patches and _is_readable(c))
        return Diff(
            start, end, tuple(changes), tuple(compare_file(path, old, new) for path in readable)
        )

    def text_diff(self, path: str, a: str | None = None, b: str | None = None) -> FileDiff:
        """How one file differs between the states that `diff` would compare.

        Raises:
            NotFound: `path-not-found`: neither state has such a file.
        """
        start, end = self._ends(a, b)
        new = self._side(end) if end else TreeSide(self.root)
        return compare_file(path, self._side(start), new)

    def revert(
        self,
        revision: str,
        paths: Sequence[str] = (),
        *,
        message: str | None = None,
        force: bool = False,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> RevertResult:
        """Make the tree, or only `paths`, what they were, as a new revision."""
        return self.tree.revert(
            self.repository.resolve(revision).id,
            tuple(paths),
            author=self._settings.user,
            message=message,
            force=force,
            dry_run=dry_run,
            git=self.git(),
            progress=progress,
        )

    def hydrate(
        self,
        revision: str,
        directory: Path,
        *,
        force: bool = False,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> HydrateResult:
        """Write a revision's files into a folder, which becomes a second one of the project.

        Raises:
            Invalid: the folder holds or lies in a project's working tree, or Domino's data.
            Conflict: `target-not-empty`, without `force`.
        """
        target = Path(os.path.realpath(directory))
        check_target(target, self.folder, self._settings.home)
        found = self.repository.resolve(revision).id
        copy = Copy(target=target, revision=found, force=force, dry_run=dry_run)
        return copy.fill(self.folder, self.repository, progress)

    def _ends(self, a: str | None, b: str | None) -> tuple[RevisionId | None, RevisionId | None]:
        resolve = self.repository.resolve
        start = self.tree.base if a is None else resolve(a).id
        return start, None if b is None else resolve(b).id

    def _side(self, revision: RevisionId | None) -> Side:
        return RevisionSide(self.repository, revision)


def _is_readable(change: Change) -> bool:
    """One side at least is a file or a link."""
    return any(entry and entry.kind is not Kind.FOLDER for entry in (change.old, change.new))


def relative_path(root: Path, start: Path, path: str) -> str:
    """`path`, given from the folder `start`, as a path of the project at `root`.

    '' is the root itself. Links inside the project are kept: they are files of it.

    Raises:
        Invalid: `path-outside-project`.
    """
    given = os.path.normpath(os.path.join(os.path.realpath(start), path))
    for candidate in (given, _through_links(given)):
        if candidate == str(root):
            return ""
        if candidate.startswith(f"{root}{os.sep}"):
            return candidate[len(str(root)) + 1 :]
    raise Invalid(
        f"{path!r} is outside the project {root}: give a path inside it.",
        code="path-outside-project",
        details={"path": path, "root": str(root)},
    )


def _through_links(path: str) -> str:
    parent, name = os.path.split(path)
    return os.path.join(os.path.realpath(parent), name)

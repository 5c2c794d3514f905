"""A second folder on the files of a project: filled from a revision."""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from jupyter_domino.errors import DominoError, Invalid
from jupyter_domino.progress import Progress
from jupyter_domino.projects.folder import (
    OWN_FOLDER,
    ProjectFolder,
    ProjectKind,
    Role,
    find_root,
    read_folder,
    write_folder,
)
from jupyter_domino.storage import DominoRules, Repository, WorkingTree
from jupyter_domino.storage.values import HydrateResult, RevisionId

_LEFT_BY_LOOKING = {"lock", "clock", "index"}
"""In `.domino/`. Without a base or the mark of a hydrate that was begun, they mean nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A folder that is to be filled."""

    target: Path
    """Absolute, links resolved; made if it is not there."""
    revision: RevisionId
    force: bool
    dry_run: bool

    def fill(
        self, folder: ProjectFolder, repository: Repository, progress: Progress
    ) -> HydrateResult:
        """Write the revision's files; a dry run or a refusal leaves no trace.

        Raises:
            Conflict: `target-not-empty`, without `force`.
        """
        existed, had_own = self.target.exists(), (self.target / OWN_FOLDER).exists()
        tree = WorkingTree(self.target, repository, rules=DominoRules(self.target))
        try:
            result = tree.hydrate(
                self.revision, force=self.force, dry_run=self.dry_run, progress=progress
            )
        except DominoError:
            if not had_own:
                self._forget(existed)
            raise
        if self.dry_run and not had_own:
            self._forget(existed)
        elif not self.dry_run:
            write_folder(replace(folder, root=self.target, role=Role.COPY, kind=ProjectKind.FILES))
        return result

    def _forget(self, existed: bool) -> None:
        """Remove what looking left in the folder, unless files have been written, too."""
        own = self.target / OWN_FOLDER
        if own.is_dir() and set(os.listdir(own)) <= _LEFT_BY_LOOKING:
            shutil.rmtree(own)
            if not existed:
                self.target.rmdir()


def check_target(target: Path, folder: ProjectFolder, home: Path) -> None:
    """`target` may be filled from the project of `folder`.

    Raises:
        Invalid: it holds or lies in a project's working tree, or Domino's own data.
    """
    inside = find_root(target)
    if inside == target and target != folder.root and read_folder(target).id == folder.id:
        return
    data = Path(os.path.realpath(home))
    for taken, what in ((inside, "project"), (folder.root, "project"), (data, "data folder")):
        if taken is not None and (target == taken or _one_holds_the_other(target, taken)):
            raise Invalid(
                f"{target} holds or lies in the {what} {taken}: choose a folder outside it.",
                details={"path": str(target)},
            )


def _one_holds_the_other(first: Path, second: Path) -> bool:
    return first in second.parents or second in first.parents

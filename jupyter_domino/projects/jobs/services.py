"""What jobs need of a project and of the world around it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jupyter_domino.compute.runner import Runner
from jupyter_domino.compute.tiers import Tiers
from jupyter_domino.projects.folder import ProjectFolder
from jupyter_domino.projects.jobs.archive import JobArchive
from jupyter_domino.projects.jobs.notebooks import Notebooks
from jupyter_domino.settings import Settings
from jupyter_domino.storage import Repository, WorkingTree
from jupyter_domino.storage.values import SyncResult

if TYPE_CHECKING:  # the database takes longer to import than most verbs to run
    from jupyter_domino.records.database import Records


class JobProject(Protocol):
    """The side of a project that its jobs see."""

    folder: ProjectFolder
    repository: Repository
    tree: WorkingTree

    def sync(self, message: str, *, dry_run: bool = False) -> SyncResult:
        """Keep the tree as a revision."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JobServices:
    """Everything around a project that its jobs use."""

    records: "Records"
    runner: Runner
    notebooks: Callable[[], Notebooks]
    """Made when a notebook is looked at: what reads them takes a second to import."""
    archive: JobArchive
    tiers: Tiers
    settings: Settings

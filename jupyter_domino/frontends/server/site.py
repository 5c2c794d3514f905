"""The projects under the server's root: found by API path, opened once, kept."""

import os
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_domino import wiring
from jupyter_domino.compute.tiers import with_settings
from jupyter_domino.errors import DominoError, NotFound
from jupyter_domino.frontends.server.paths import RootedPaths
from jupyter_domino.frontends.wire import Json, to_json
from jupyter_domino.projects.folder import OWN_FOLDER, ProjectFolder, find_root, read_folder
from jupyter_domino.projects.project import Project
from jupyter_domino.projects.values import InitResult, ProjectInfo
from jupyter_domino.settings import Settings, load_tiers

if TYPE_CHECKING:  # the database takes long to import, and a server is waited for
    from jupyter_domino.records.database import Records


class Site:
    """What the handlers work on. Safe to use from many threads."""

    def __init__(
        self, settings: Settings, paths: RootedPaths, *, on_use: Callable[[Project], None]
    ) -> None:
        """`on_use` is called with a project when it was opened, in the opening thread."""
        self.settings = settings
        self.paths = paths
        self._on_use = on_use
        self._lock = threading.Lock()
        self._open: dict[Path, tuple[tuple[int, int], Project]] = {}

    def project(self, api_path: str) -> Project:
        """The project that a folder or file belongs to.

        The same object as long as its `project.json` is the same file.

        Raises:
            NotFound: `project-not-found`, also when the project begins above the server's root.
            Invalid: the path leads out of the server's root.
        """
        folder = self.paths.folder(api_path)
        root = find_root(folder)
        if root is None:
            return wiring.open_project(folder, self.settings)  # raises, and knows what to say
        if self.paths.find(root) is None:
            raise NotFound(
                f"The project {root} begins above the server's folder {self.paths.root}: "
                "start the server there, or above.",
                code="project-not-found",
                details={"path": api_path},
            )
        return self._opened(root)

    def known(self) -> list[ProjectInfo]:
        """The projects on record whose folders lie under the root, in order of folder."""
        here = [self._at(record.root, record.id) for record in self._records.projects.list()]
        return sorted((folder.info() for folder in here if folder), key=lambda info: info.root)

    def find(self, project_id: str) -> Project | None:
        """The project of that id, when it is on record and lies under the root."""
        record = self._records.projects.find(project_id)
        folder = None if record is None else self._at(record.root, project_id)
        return None if folder is None else self._opened(folder.root)

    def unfinished(self) -> frozenset[str]:
        """Ids of the jobs of all known projects that have not ended."""
        return frozenset(
            job.id for info in self.known() for job in self._records.jobs.unfinished(info.id)
        )

    def tiers(self) -> Json:
        """The hardware tiers, and the one that is taken when none is named.

        Raises:
            Invalid: the tiers file is not understood.
        """
        tiers = with_settings(load_tiers(self.settings.tiers_file))
        return {"tiers": to_json(tiers.tiers), "default": tiers.default}

    def init(self, api_path: str, *, name: str | None, store: str | None) -> InitResult:
        """Make a folder a project.

        Raises:
            DominoError: as `wiring.init_project`.
        """
        directory = self.paths.resolve(api_path)
        return wiring.init_project(directory, name=name, store=store, settings=self.settings)

    @cached_property
    def _records(self) -> "Records":
        return wiring.open_records(self.settings)

    def _opened(self, root: Path) -> Project:
        status = os.stat(root / OWN_FOLDER / "project.json")
        stamp = (status.st_mtime_ns, status.st_ino)
        with self._lock:
            kept = self._open.get(root)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        project = wiring.open_project(root, self.settings)
        with self._lock:
            self._open[root] = (stamp, project)
        self._on_use(project)
        return project

    def _at(self, root: str, project_id: str) -> ProjectFolder | None:
        """The project's folder, unless it has been moved or removed since, or is broken."""
        if self.paths.find(Path(root)) is None:
            return None
        try:
            folder = read_folder(Path(root))
            return folder if folder.id == project_id else None
        except (DominoError, OSError):
            return None

"""What a verb needs to know of the place it is called from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jupyter_domino.progress import Progress, silent
from jupyter_domino.projects import relative_path
from jupyter_domino.projects.project import Project
from jupyter_domino.settings import Settings
from jupyter_domino.wiring import open_project


def unheard(text: str) -> None:
    """Say it to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where a verb is called, and where it may speak before it answers."""

    directory: Path
    """The project is found from here, and relative paths begin here."""

    settings: Settings

    progress: Progress = silent

    stream: Callable[[str], None] | None = None
    """Takes pieces of output while the verb still works (a log that is followed); None: all
    of it is in the answer."""

    note: Callable[[str], None] = unheard
    """Takes a sentence about what goes on."""

    def project(self) -> Project:
        """The project at or above the directory.

        Raises:
            NotFound: `project-not-found`, `project-moved`.
        """
        return open_project(self.directory, self.settings)

    def path(self, project: Project, path: str) -> str:
        """A path as typed, relative to the project's root.

        Raises:
            Invalid: `path-outside-project`.
        """
        return relative_path(project.root, self.directory, path)

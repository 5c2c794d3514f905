"""The only module that sees everything: settings to adapters to a `Project`.

Technologies are imported where they are chosen, so that a verb loads only what it uses.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from jupyter_domino.errors import Conflict, DominoError, Invalid, NotFound
from jupyter_domino.names import project_name, suggested_name
from jupyter_domino.projects.checkout import ARTIFACTS
from jupyter_domino.projects.creation import (
    InitResult,
    check_place,
    create,
    new_folder,
    probe,
)
from jupyter_domino.projects.folder import (
    ProjectFolder,
    ProjectKind,
    Role,
    find_root,
    read_folder,
    write_folder,
)
from jupyter_domino.projects.project import Project
from jupyter_domino.settings import Settings, settings_from
from jupyter_domino.storage import DominoRules, GitRules, Repository, WorkingTree
from jupyter_domino.store import ObjectStore

if TYPE_CHECKING:
    from jupyter_domino.projects.jobs import Jobs
    from jupyter_domino.records import Records


def environment_settings() -> Settings:
    """The settings that this process's environment asks for."""
    return settings_from(os.environ)


def open_store(url: str) -> ObjectStore:
    """The store at a URL; nothing is asked of it yet.

    Raises:
        Invalid: `bad-store-url`.
    """
    raise Invalid(
        f"No store can be made from {url!r}: use file:///folder or s3://bucket/prefix.",
        code="bad-store-url",
        details={"url": url},
    )


def open_records(settings: Settings) -> "Records":
    """The records of projects and jobs; connects on first use."""
    from jupyter_domino.records import Records

    return Records(settings.database)


def open_project(start: Path, settings: Settings | None = None) -> Project:
    """The project at or above the folder `start`.

    A working tree that has been moved is entered into the records at its new place.

    Raises:
        NotFound: `project-not-found`; `project-moved` when the records know that a
            project was here.
        Damaged: the project's own file is broken.
    """
    chosen = settings or environment_settings()
    root = find_root(start)
    if root is None:
        raise _no_project(start, chosen)
    folder = read_folder(root)
    if folder.has_moved:
        folder = _settle(folder, chosen)
    return _assemble(folder, chosen)


def init_project(
    directory: Path,
    *,
    name: str | None = None,
    store: str | None = None,
    dry_run: bool = False,
    settings: Settings | None = None,
) -> InitResult:
    """Make a folder a project; without effect when it is that project already.

    The store is tried before anything is written, so that a store that cannot be used
    fails here and leaves nothing behind.

    Raises:
        Invalid: `bad-name`, `bad-store-url`, or a folder that cannot be a project.
        Conflict: `project-exists`: it is, or lies in, another project.
        Unavailable, Refused: the store or the records cannot be used.
    """
    chosen = settings or environment_settings()
    root = Path(os.path.realpath(directory))
    if find_root(root) == root:
        return _existing(root, name=name, store=store, settings=chosen)
    check_place(root, chosen.home)
    folder = new_folder(
        root,
        name=project_name(name) if name is not None else suggested_name(root.name),
        store=store or chosen.store,
        owner=chosen.user,
    )
    _check_store_place(folder)
    opened = open_store(folder.store)
    if not dry_run:
        records = open_records(chosen)
        records.check()
        probe(opened)
        folder, wrote = create(folder, opened)
        records.projects.add(folder)
    else:
        wrote = ()
    return InitResult(_assemble(folder, chosen).info(), True, wrote, dry_run)


def _assemble(folder: ProjectFolder, settings: Settings) -> Project:
    repository = Repository.open(open_store(folder.store), folder.id)
    if folder.kind is ProjectKind.GIT:
        rules, writable = GitRules(folder.root), f"{ARTIFACTS}/"
    else:
        rules, writable = DominoRules(folder.root), ""
    tree = WorkingTree(folder.root, repository, rules=rules, writable=writable)

    def open_jobs(project: Project) -> "Jobs":
        raise NotImplementedError(project)

    return Project(folder, repository, tree, user=settings.user, open_jobs=open_jobs)


def _existing(root: Path, *, name: str | None, store: str | None, settings: Settings) -> InitResult:
    project = open_project(root, settings)
    folder = project.folder
    if (name or folder.name, store or folder.store) != (folder.name, folder.store):
        raise Conflict(
            f"{root} is the project {folder.name!r} in the store {folder.store} already: "
            "leave --name and --store out, or choose another folder.",
            code="project-exists",
            details={"path": str(root), "name": folder.name, "store": folder.store},
        )
    return InitResult(project.info(), False, ())


def _settle(folder: ProjectFolder, settings: Settings) -> ProjectFolder:
    """Enter a moved tree at its new place; one that was copied becomes a copy."""
    before = Path(folder.registered)
    if _is_same_project(before, folder):
        return write_folder(replace(folder, role=Role.COPY))
    open_records(settings).projects.move(folder.id, str(folder.root))
    return write_folder(folder)


def _is_same_project(root: Path, folder: ProjectFolder) -> bool:
    try:
        return read_folder(root).id == folder.id
    except (DominoError, OSError):
        return False


def _no_project(start: Path, settings: Settings) -> NotFound:
    """What to say when there is no project: perhaps there was one."""
    if not start.exists():
        return NotFound(
            f"The folder {start} is not there: give one that is.",
            code="project-not-found",
            details={"path": str(start)},
        )
    return NotFound(
        f"There is no project at {start} or above it: make one with 'jupyter domino init', or "
        "go to a project's folder.",
        code="project-not-found",
        details={"path": str(start)},
    )


def _check_store_place(folder: ProjectFolder) -> None:
    """A store inside the tree would sync itself."""
    parts = urlsplit(folder.store)
    place = Path(os.path.realpath(unquote(parts.path)))
    if parts.scheme == "file" and (place == folder.root or folder.root in place.parents):
        raise Invalid(
            f"The store {folder.store} lies inside the project {folder.root}: "
            "choose a folder outside it.",
            code="bad-store-url",
            details={"url": folder.store},
        )

"""The only module that sees everything: settings to adapters to a `Project`.

Technologies are imported where they are chosen, so that a verb loads only what it uses.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from jupyter_domino.errors import Conflict, Damaged, DominoError, Invalid, NotFound
from jupyter_domino.names import project_name, suggested_name
from jupyter_domino.projects.creation import (
    check_place,
    chosen_project,
    create,
    new_folder,
    probe,
)
from jupyter_domino.projects.folder import (
    ARTIFACTS,
    OWN_FOLDER,
    ProjectFolder,
    ProjectKind,
    Role,
    find_root,
    read_folder,
    write_folder,
)
from jupyter_domino.projects.jobs.notebooks import Notebooks
from jupyter_domino.projects.project import Project
from jupyter_domino.projects.values import InitResult, RestoreResult
from jupyter_domino.records.values import ProjectRecord
from jupyter_domino.settings import Settings, load_tiers, settings_from
from jupyter_domino.storage import DominoRules, GitRules, Repository, WorkingTree
from jupyter_domino.storage.os_errors import file_errors
from jupyter_domino.store import ObjectStore

if TYPE_CHECKING:
    from jupyter_domino.compute.run_folder import RunFolder
    from jupyter_domino.projects.jobs.jobs import Jobs
    from jupyter_domino.projects.jobs.stages import JobStages
    from jupyter_domino.records.database import Records


def environment_settings() -> Settings:
    """The settings that this process's environment asks for."""
    return settings_from(os.environ)


def open_store(url: str, *, create: bool = False) -> ObjectStore:
    """The store at a URL; nothing is asked of it yet.

    Args:
        url: `file:///folder` or `s3://bucket/prefix`.
        create: make the folder of a `file://` store if it is missing. Buckets are never made.

    Raises:
        Invalid: `bad-store-url`.
    """
    scheme = urlsplit(url).scheme
    if scheme == "file":
        from jupyter_domino.adapters.directory import DirectoryStore

        directory = DirectoryStore.from_url(url)
        if create:
            directory.create()
        return directory
    if scheme == "s3":
        from jupyter_domino.adapters.s3 import S3Store

        return S3Store.from_url(url)
    raise Invalid(
        "A store's URL begins with file:/// or s3://: give file:///folder or s3://bucket/prefix.",
        code="bad-store-url",
    )


def open_notebooks() -> Notebooks:
    """What reads notebooks."""
    from jupyter_domino.adapters.papermill_notebooks import PapermillNotebooks

    return PapermillNotebooks()


def open_records(settings: Settings) -> "Records":
    """The records of projects and jobs, one object a process; connects on first use."""
    return _records(settings.database)


@cache
def _records(url: str) -> "Records":
    from jupyter_domino.records.database import Records

    return Records(url)


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
    if dry_run:
        open_store(folder.store)
        return InitResult(folder.info(), True, (), dry_run)
    _make_home(chosen.home)
    opened = open_store(folder.store, create=True)
    try:
        return _made(folder, opened, chosen)
    except FileExistsError:
        return _existing(root, name=name, store=store, settings=chosen)


def _make_home(home: Path) -> None:
    """Nobody else may enter it: in it are copies of all files, and the logs of jobs."""
    with file_errors(str(home)):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)


def _made(folder: ProjectFolder, store: ObjectStore, settings: Settings) -> InitResult:
    """Try all that the project will need, then make it."""
    records = open_records(settings)
    # Also tells now, rather than half-way, when the database does not answer.
    records.projects.find(folder.id)
    probe(store)
    written, wrote = create(folder, store)
    records.projects.add(_record(written))
    return InitResult(written.info(), True, wrote)


def restore_project(
    directory: Path,
    *,
    store: str | None = None,
    project: str | None = None,
    dry_run: bool = False,
    settings: Settings | None = None,
) -> RestoreResult:
    """Rebuild a project from its store alone: its folder's registration, its records, its jobs.

    An empty or missing folder also gets the files of the newest revision. Files that are
    there are left alone. `project` is a name or an id, needed when the store has several.

    Raises:
        NotFound: `project-not-found`: the store has no such project.
        Invalid: no store is given and the folder names none, or several projects fit.
    """
    chosen = settings or environment_settings()
    root = Path(os.path.realpath(directory))
    folder = _restored_folder(root, store=store, project=project, settings=chosen)
    empty = _assemble(folder, chosen)
    head = None if _has_files(root) else empty.repository.head()
    if dry_run:
        from jupyter_domino.projects.jobs.archive import JobArchive

        kept = JobArchive(open_store(folder.store), folder.id).jobs()
        return RestoreResult(empty.info(), head.files if head else 0, len(list(kept)), True)
    root.mkdir(parents=True, exist_ok=True)
    files = empty.tree.hydrate(head.id).files_written if head else 0
    folder = write_folder(folder)
    open_records(chosen).projects.add(_record(folder))
    restored = _assemble(folder, chosen)
    return RestoreResult(restored.info(), files, restored.jobs.restore())


def job_stages(run: "RunFolder") -> "JobStages":
    """What a job does before and after its command, for the job of a run folder."""
    from jupyter_domino.projects.jobs.archive import JobArchive
    from jupyter_domino.projects.jobs.stages import JobStages, StageServices

    settings = environment_settings()
    services = StageServices(
        repository=lambda folder: Repository.open(open_store(folder.store), folder.id),
        archive=lambda folder: JobArchive(open_store(folder.store), folder.id),
        records=lambda: open_records(settings),
    )
    return JobStages(run, services)


def _assemble(folder: ProjectFolder, settings: Settings) -> Project:
    repository = Repository.open(open_store(folder.store), folder.id)
    # A job's volume is no checkout, also that of a git project: all in it is the job's.
    if folder.kind is ProjectKind.GIT and folder.role is Role.TREE:
        rules = GitRules(folder.root)
        tree = WorkingTree(folder.root, repository, rules=rules, writable=f"{ARTIFACTS}/")
    else:
        tree = WorkingTree(folder.root, repository, rules=DominoRules(folder.root))

    return Project(
        folder,
        repository,
        tree,
        settings=settings,
        open_jobs=lambda project: _open_jobs(project, settings),
        open_notebooks=open_notebooks,
    )


def _open_jobs(project: Project, settings: Settings) -> "Jobs":
    """The project's jobs; a project that the records have lost is entered again, with them."""
    from jupyter_domino.adapters.processes import LocalProcesses
    from jupyter_domino.compute.tiers import with_settings
    from jupyter_domino.projects.jobs.archive import JobArchive
    from jupyter_domino.projects.jobs.jobs import Jobs
    from jupyter_domino.projects.jobs.services import JobServices

    folder = project.folder
    records = open_records(settings)
    services = JobServices(
        records=records,
        runner=LocalProcesses(settings.jobs),
        notebooks=open_notebooks,
        archive=JobArchive(open_store(folder.store), folder.id),
        tiers=with_settings(load_tiers(settings.tiers_file)),
        settings=settings,
    )
    jobs = Jobs(project, services)
    if folder.role is not Role.VOLUME and records.projects.find(folder.id) is None:
        records.projects.add(_record(folder))
        jobs.restore()
    return jobs


def _restored_folder(
    root: Path, *, store: str | None, project: str | None, settings: Settings
) -> ProjectFolder:
    """What the project folder must say: from itself if it can, else from the store."""
    known: ProjectFolder | None = None
    if find_root(root) == root:
        try:
            known = read_folder(root)
        except Damaged:
            if store is None:
                raise
    else:
        check_place(root, settings.home)
    if (
        known is not None
        and store in (None, known.store)
        and project in (None, known.id, known.name)
    ):
        return known
    if store is None:
        raise Invalid(
            f"{root} does not say which store its project is in: give --store URL.",
            details={"path": str(root)},
        )
    return replace(chosen_project(open_store(store), project), root=root, store=store)


def _has_files(root: Path) -> bool:
    return root.exists() and any(name.name != OWN_FOLDER for name in root.iterdir())


def _record(folder: ProjectFolder) -> ProjectRecord:
    return ProjectRecord(
        id=folder.id,
        name=folder.name,
        owner=folder.owner,
        root=str(folder.root),
        store=folder.store,
        kind=folder.kind.value,
        created=datetime.now(UTC),
    )


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
    """Enter a moved tree at its new place; one that was copied becomes a copy.

    Nobody waits for it: where the folder or the records cannot be written, the next
    opening tries again.
    """
    try:
        if _is_same_project(Path(folder.registered), folder):
            return write_folder(replace(folder, role=Role.COPY))
        open_records(settings).projects.move(folder.id, str(folder.root))
        return write_folder(folder)
    except (DominoError, OSError):
        return folder


def _is_same_project(root: Path, folder: ProjectFolder) -> bool:
    try:
        return read_folder(root).id == folder.id
    except (DominoError, OSError):
        return False


def _no_project(start: Path, settings: Settings) -> NotFound:
    """What to say when there is no project: perhaps there was one, and is elsewhere now."""
    there = Path(os.path.realpath(start))
    for record in _recorded(settings):
        root = Path(record.root)
        if there != root and root not in there.parents:
            continue
        return NotFound(
            f"The project {record.name!r} was in {root} and is not there any more: go to the "
            "folder it was moved to, or bring it back with "
            f"'jupyter domino restore-index --store {record.store} --project {record.id} DIR'.",
            code="project-moved",
            details={"path": str(start), "project": record.id, "store": record.store},
        )
    if not there.exists():
        return NotFound(
            f"There is no folder {start}: check the path.",
            code="project-not-found",
            details={"path": str(start)},
        )
    return NotFound(
        f"There is no project at {start} or above it: make one with 'jupyter domino init', or "
        "go to a project's folder.",
        code="project-not-found",
        details={"path": str(start)},
    )


def _recorded(settings: Settings) -> list[ProjectRecord]:
    """The projects on record; none where there are no records, or none that answer."""
    file = settings.database.removeprefix("sqlite:///")
    if file != settings.database and not os.path.exists(file):
        return []  # to look is no reason to make a database
    try:
        return open_records(settings).projects.list()
    except DominoError:
        return []


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

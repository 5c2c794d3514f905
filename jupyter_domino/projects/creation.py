"""How a folder becomes a project, and how a store tells which projects it holds.

The store has one object a project under `catalogue/`, written once: it is what finds
the project again when nothing but the store is left.
"""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from jupyter_domino.errors import Conflict, Damaged, Invalid, NotFound, Unavailable
from jupyter_domino.projects.folder import (
    ARTIFACTS,
    IGNORE_TEMPLATE,
    ProjectFolder,
    ProjectKind,
    Role,
    find_root,
    write_folder,
)
from jupyter_domino.storage import Repository
from jupyter_domino.store import ObjectStore

CATALOGUE = "catalogue/"


def check_place(root: Path, home: Path) -> None:
    """A project may begin at `root`.

    Raises:
        Invalid: it is no folder, or it holds the data home or lies inside it.
        Conflict: `project-exists`: it lies inside another project.
    """
    if root.exists() and not root.is_dir():
        raise Invalid(f"{root} is not a folder: give a folder.", details={"path": str(root)})
    data = Path(os.path.realpath(home))
    if root == data or data in root.parents or root in data.parents:
        raise Invalid(
            f"{root} cannot be a project because Domino's own data is in {data}: "
            "choose a folder beside it.",
            details={"path": str(root), "home": str(data)},
        )
    outer = find_root(root)
    if outer is not None:
        raise Conflict(
            f"{root} lies inside the project {outer}: work in that one, or choose a folder "
            "outside it.",
            code="project-exists",
            details={"path": str(root), "project": str(outer)},
        )


def probe(store: ObjectStore) -> None:
    """The store can be written, read and deleted from, and decides races.

    Raises:
        Unavailable: it accepts two writers of one name, so that work would be lost.
    """
    key = f"probe/{uuid.uuid4().hex}"
    store.put(key, b"first", if_absent=True)
    try:
        store.put(key, b"second", if_absent=True)
    except Conflict:
        return
    finally:
        store.delete(key)
    raise Unavailable(
        f"The store {store.url} does not honour conditional writes, without which syncs would "
        "lose each other's work: use another store, or update its server.",
        details={"store": store.url},
    )


def create(folder: ProjectFolder, store: ObjectStore) -> tuple[ProjectFolder, tuple[str, ...]]:
    """Make `folder` a project in `store`; the folder as written and what was made in it.

    The folder becomes a project with the last write; a failure before leaves it as it
    was, but for an empty `.domino/`.

    Raises:
        FileExistsError: another was faster; the folder is that one's project.
    """
    root = folder.root
    root.mkdir(parents=True, exist_ok=True)
    Repository.create(store, folder.id)
    publish(folder, store)
    made = []
    ignore = root / ".dominoignore"
    if folder.kind is ProjectKind.FILES and not ignore.exists():
        ignore.write_text(IGNORE_TEMPLATE, encoding="ascii")
        made.append(ignore.name)
    artifacts = root / ARTIFACTS
    if folder.kind is ProjectKind.GIT and not artifacts.exists():
        artifacts.mkdir()
        made.append(f"{ARTIFACTS}/")
    try:
        return write_folder(folder, is_new=True), (*made, ".domino/")
    except FileExistsError:
        store.delete(CATALOGUE + folder.id)
        raise


def new_folder(root: Path, *, name: str, store: str, owner: str) -> ProjectFolder:
    """A project that is yet to be made at `root`, with an id of its own."""
    kind = ProjectKind.GIT if (root / ".git").exists() else ProjectKind.FILES
    return ProjectFolder(
        root=root,
        id=uuid.uuid4().hex,
        name=name,
        kind=kind,
        store=store,
        owner=owner,
        role=Role.TREE,
    )


def publish(folder: ProjectFolder, store: ObjectStore) -> None:
    """Enter the project into the store's catalogue."""
    record = {"format": 1} | {
        key: str(value)
        for key, value in asdict(folder).items()
        if key in {"id", "name", "kind", "owner"}
    }
    store.put(CATALOGUE + folder.id, json.dumps(record).encode())


def catalogue(store: ObjectStore) -> Iterator[ProjectFolder]:
    """The projects a store holds, as folders without a root."""
    for found in store.list(CATALOGUE):
        yield _entry(found.key, store)


def chosen_project(store: ObjectStore, wanted: str | None) -> ProjectFolder:
    """The store's project of that name or id; without one its only project.

    Raises:
        NotFound: `project-not-found`.
        Invalid: several fit; `details` names them.
    """
    found = [f for f in catalogue(store) if wanted in (None, f.id, f.name)]
    if not found:
        which = "any project" if wanted is None else f"the project {wanted!r}"
        raise NotFound(
            f"The store {store.url} does not hold {which}: check its URL.",
            code="project-not-found",
            details={"store": store.url},
        )
    if len(found) > 1:
        names = ", ".join(f"{f.name} ({f.id})" for f in found)
        raise Invalid(
            f"The store {store.url} holds several projects: choose one with --project: {names}.",
            details={"projects": {f.id: f.name for f in found}},
        )
    return found[0]


def _entry(key: str, store: ObjectStore) -> ProjectFolder:
    try:
        record = json.loads(store.get(key))
        return ProjectFolder(
            root=Path(),
            id=record["id"],
            name=record["name"],
            kind=ProjectKind(record["kind"]),
            store=store.url,
            owner=record["owner"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(
            f"The store's catalogue entry {key} is damaged ({error}): put it back from a copy.",
            details={"key": key},
        ) from error

"""A folder that is a project: what its `.domino/` says, and how it is found.

`.domino/project.json` makes a folder a project. It is written last when a project
is made, atomically, so that a folder is a project wholly or not at all.
"""

import json
import os
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from jupyter_domino.errors import Damaged, NotFound
from jupyter_domino.projects.values import ProjectInfo

OWN_FOLDER = ".domino"
FORMAT = 1

ARTIFACTS = "artifacts"
"""Folder of a git project that belongs to the project's store."""

IGNORE_TEMPLATE = """\
# Files that match a line here are not kept in revisions. The syntax is that of .gitignore.
.ipynb_checkpoints/
__pycache__/
.venv/
node_modules/
.cache/
.DS_Store
"""
"""`.dominoignore` of a new project: what tools make anew by themselves."""


class Role(StrEnum):
    """What a project folder is for."""

    TREE = "tree"  # where its user works; the records know where it is
    VOLUME = "volume"  # a job's
    COPY = "copy"  # another folder on the same files


class ProjectKind(StrEnum):
    """Who owns the code."""

    FILES = "files"  # all files are the project's
    GIT = "git"  # code is git's, `artifacts/` the project's


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFolder:
    """A project as its folder knows it."""

    root: Path
    """Absolute, links resolved."""
    id: str
    name: str
    kind: ProjectKind
    store: str
    """URL of the store that holds its files."""
    owner: str = ""
    role: Role = Role.TREE
    registered: str = ""
    """The root that the records were last told; another one than `root` after a move."""

    @property
    def has_moved(self) -> bool:
        """The records do not know yet that the working tree is here."""
        return self.role is Role.TREE and self.registered != str(self.root)

    def info(self) -> ProjectInfo:
        """Which project this is, for the outside."""
        return ProjectInfo(
            id=self.id,
            name=self.name,
            root=str(self.root),
            kind=self.kind.value,
            store=self.store,
            owner=self.owner,
        )


def find_root(start: Path) -> Path | None:
    """The project folder at or above `start`, links resolved; None when there is none."""
    resolved = Path(os.path.realpath(start))
    for folder in (resolved, *resolved.parents):
        if (folder / OWN_FOLDER / "project.json").is_file():
            return folder
    return None


def read_folder(root: Path) -> ProjectFolder:
    """What the project folder `root` says of itself.

    Raises:
        NotFound: `project-not-found`: it is no project folder.
        Damaged: its `project.json` is not what this program writes.
    """
    path = root / OWN_FOLDER / "project.json"
    try:
        record = json.loads(path.read_bytes())
        return _folder(root, record)
    except FileNotFoundError as error:
        raise NotFound(
            f"{root} is not a project: make it one with 'jupyter domino init'.",
            code="project-not-found",
            details={"path": str(root)},
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(
            f"{path} is damaged ({error}): put it back from a copy, or rebuild it with "
            "'jupyter domino restore-index --store URL' in this folder. Your files are untouched.",
            details={"path": str(path)},
        ) from error


def write_folder(folder: ProjectFolder, *, is_new: bool = False) -> ProjectFolder:
    """Make `folder.root` the project that `folder` describes; afterwards it is registered there.

    Also keeps git away from `.domino/`. Atomic: a crash leaves the folder as it was.

    Raises:
        FileExistsError: with `is_new`: another made it a project meanwhile. That one counts.
    """
    own = folder.root / OWN_FOLDER
    own.mkdir(exist_ok=True)
    ignore = own / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="ascii")
    written = replace(folder, registered=str(folder.root))
    record = {"format": FORMAT} | {k: str(v) for k, v in asdict(written).items() if k != "root"}
    # A name of its own per process: two writers must not share the temporary file.
    temporary = own / f"project.json.{os.getpid()}"
    try:
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(record, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        _put(temporary, own / "project.json", is_new=is_new)
    finally:
        temporary.unlink(missing_ok=True)
    return written


def _put(temporary: Path, final: Path, *, is_new: bool) -> None:
    if is_new:
        try:
            final.hardlink_to(temporary)
        except FileExistsError:
            raise
        except OSError:  # a file system without links: of two at once, the later one counts
            is_new = False
    if not is_new:
        temporary.replace(final)


def _folder(root: Path, record: dict[str, object]) -> ProjectFolder:
    if record["format"] != FORMAT:
        raise ValueError(f"format {record['format']!r} is not known to this version")

    def text(name: str, default: str | None = None) -> str:
        value = record.get(name, default)
        if not isinstance(value, str):
            raise TypeError(f"{name!r} is missing or is not a text")
        return value

    return ProjectFolder(
        root=root,
        id=text("id"),
        name=text("name"),
        kind=ProjectKind(text("kind")),
        store=text("store"),
        owner=text("owner", ""),
        role=Role(text("role")),
        registered=text("registered", ""),
    )

"""Where files for reading come from: a revision, or the folder a job runs in."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from jupyter_domino.errors import DominoError, NotFound
from jupyter_domino.frontends.server.contents import Node
from jupyter_domino.frontends.server.paths import RootedPaths
from jupyter_domino.projects.project import Project
from jupyter_domino.storage.values import Entry, Kind, Revision

OWN_FOLDER = ".domino"


class RevisionFiles:
    """The files of a revision; they never change."""

    def __init__(self, project: Project, revision: Revision) -> None:
        self._repository = project.repository
        self._revision = revision

    def find(self, path: str) -> Node:
        """The file or folder at `path`; a folder is there when something lies in it."""
        if not path:
            return self._folder("")
        try:
            return self._node(self._repository.entry(self._revision.id, path))
        except NotFound:
            if next(self._below(path), None) is None:
                raise
            return self._folder(path)

    def children(self, path: str) -> Iterator[Node]:
        """What lies directly in the folder; goes over all that lies in it at any depth."""
        start = len(path) + 1 if path else 0
        seen: set[str] = set()
        for entry in self._below(path):
            name, _, rest = entry.path[start:].partition("/")
            if name and name not in seen:
                seen.add(name)
                yield self._folder(entry.path[:start] + name) if rest else self._node(entry)

    def read(self, path: str) -> bytes:
        """The file's content, verified; of a link, its target."""
        return b"".join(self._repository.read(self._revision.id, path))

    def _below(self, path: str) -> Iterator[Entry]:
        return iter(self._repository.entries(self._revision.id, f"{path}/" if path else ""))

    def _node(self, entry: Entry) -> Node:
        modified = datetime.fromtimestamp(entry.mtime_ns // 10**9, UTC)
        return Node(entry.path, entry.kind is Kind.FOLDER, entry.size, modified)

    def _folder(self, path: str) -> Node:
        return Node(path, True, 0, self._revision.time)


class VolumeFiles:
    """The files of a folder that a job is writing into."""

    def __init__(self, volume: Path) -> None:
        self._paths = RootedPaths(volume, allow_hidden=True)

    def find(self, path: str) -> Node:
        """The file or folder at `path`; links are followed inside the volume only."""
        found = self._paths.resolve(path)
        if path.partition("/")[0] == OWN_FOLDER or not (found.is_file() or found.is_dir()):
            raise NotFound(
                f"The job has no file {path!r} by now: look at its folder for what is there.",
                code="path-not-found",
                details={"path": path},
            )
        return _node_on_disk(path, found)

    def children(self, path: str) -> Iterator[Node]:
        """What lies directly in the folder; not what leads out of the volume."""
        with os.scandir(self._paths.resolve(path)) as entries:
            names = [entry.name for entry in entries]
        for name in names:
            try:
                yield self.find(f"{path}/{name}" if path else name)
            except (DominoError, OSError):  # gone, a socket, or a link that leads out
                continue

    def read(self, path: str) -> bytes:
        """The file's content as it is now."""
        return self._paths.resolve(path).read_bytes()


def _node_on_disk(path: str, found: Path) -> Node:
    status = found.stat()
    is_folder = found.is_dir()
    modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
    return Node(path, is_folder, 0 if is_folder else status.st_size, modified)

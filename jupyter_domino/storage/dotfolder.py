"""`.domino` in a working tree: the base, the index, the lock, and the mark of a hydrate."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_domino.errors import Conflict, Damaged, NotFound
from jupyter_domino.storage.index import TreeIndex, load_index, save_index
from jupyter_domino.storage.os_errors import file_errors
from jupyter_domino.storage.root import is_revision_id
from jupyter_domino.storage.values import RevisionId

NAME = ".domino"
LOCK_WAIT_SECONDS = 10.0
POLL_SECONDS = 0.05


class DotFolder:
    """The tree's own state. What is in it is about this folder on this machine."""

    def __init__(self, root: Path) -> None:
        self.path = root / NAME

    def make(self, *, with_root: bool = False) -> None:
        """Make the folder, if it is not there; with `with_root` also the tree's.

        Raises:
            NotFound: `project-moved`: there is no tree.
        """
        with file_errors(str(self.path)):
            try:
                self.path.mkdir(parents=with_root, exist_ok=True)
            except FileNotFoundError as error:
                root = self.path.parent
                raise NotFound(
                    f"The folder {root} is not there: open the project where it is now.",
                    code="project-moved",
                    details={"path": str(root)},
                ) from error

    @property
    def base(self) -> RevisionId | None:
        """The revision that the tree is based on.

        Raises:
            Damaged: the file is there and says nothing of use.
        """
        return self._read_mark("base")

    def set_base(self, revision: RevisionId) -> None:
        """Base the tree on another revision, atomically and durably."""
        self._write_mark("base", revision)

    @property
    def hydrating(self) -> RevisionId | None:
        """The revision that a hydrate was writing when it was last heard of."""
        return self._read_mark("hydrating")

    def begin_hydrate(self, revision: RevisionId) -> None:
        """Note that the tree may hold files of `revision` from here on."""
        self._write_mark("hydrating", revision)

    def end_hydrate(self) -> None:
        """Take the note back."""
        (self.path / "hydrating").unlink(missing_ok=True)

    def load_index(self) -> TreeIndex:
        """The index; empty when it is lost."""
        return load_index(self.path / "index")

    def save_index(self, index: TreeIndex, racy_from_ns: int) -> None:
        """Write the index. It is a cache: when that fails, the next scan reads more, no more."""
        try:
            save_index(index, self.path / "index", racy_from_ns)
        except OSError:
            return

    @contextmanager
    def locked(self, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
        """Hold the tree for oneself. The lock goes with the process, however it ends.

        Raises:
            Conflict: `sync-in-progress`: somebody else holds it for longer than that.
        """
        self.make()
        with file_errors(str(self.path)):
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            _acquire(descriptor, wait_seconds, self.path.parent)
            yield
        finally:
            os.close(descriptor)

    def _read_mark(self, name: str) -> RevisionId | None:
        path = self.path / name
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            with file_errors(str(path)):
                raise
        try:
            revision = json.loads(text)["revision"]
            if is_revision_id(revision):
                return RevisionId(revision)
        except (ValueError, TypeError, KeyError):
            pass
        raise Damaged(
            f"{path} is damaged: delete it, then sync: the tree is then compared with no revision.",
            details={"path": str(path)},
        )

    def _write_mark(self, name: str, revision: RevisionId) -> None:
        path = self.path / name
        new = path.with_name(f"{name}.new")
        with file_errors(str(path)):
            with new.open("w") as file:
                file.write(json.dumps({"revision": revision}))
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)


def _acquire(descriptor: int, wait_seconds: float, root: Path) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Conflict(
                    f"Another sync, revert or hydrate of {root} is running: wait for it, then "
                    "try again.",
                    code="sync-in-progress",
                    details={"path": str(root)},
                ) from None
            time.sleep(POLL_SECONDS)
        else:
            return

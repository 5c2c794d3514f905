"""A store in a folder: one file an object, on a local disk or on NFS.

An object is written under another name, forced to disk and only then given its
own, so that nobody ever sees part of it and a crash leaves at most a file that
no key names. docs/decisions/0020 says why obstore does not do this for us.
"""

import contextlib
import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jupyter_domino.errors import Conflict, DominoError, Invalid, NotFound, Refused, Unavailable
from jupyter_domino.store import ObjectInfo, check_key, check_prefix

INCOMING = ".incoming"
"""Folder of the files that are being written. No key begins with a dot."""

ABANDONED_SECONDS = 24 * 3600
"""A file that has been coming in for longer than this belongs to a writer that died."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_LINKS = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class DirectoryStore:
    """An `ObjectStore` in the folder `root`, which must exist by the first verb.

    Args:
        root: the folder. A missing one is never made, except by `create`: it may be a disk
            that is not mounted, and a store begun in its place would look like lost work.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._root = os.path.abspath(root)
        self._incoming = os.path.join(self._root, INCOMING)
        self._is_swept = False

    @classmethod
    def from_url(cls, url: str) -> "DirectoryStore":
        """The store at a `file:///folder` URL.

        Raises:
            Invalid: `bad-store-url`.
        """
        parts = urlsplit(url)
        path = unquote(parts.path)
        stray = parts.netloc not in ("", "localhost") or parts.query or parts.fragment
        if stray or not path.startswith("/") or "\0" in path:
            raise Invalid(
                f"{url!r} does not name a folder: write file:/// and its full path, with %23 "
                "for # and %3F for ?.",
                code="bad-store-url",
                details={"url": url},
            )
        return cls(path)

    def create(self) -> None:
        """Make the store's folder, and those above it, unless they are there."""
        with self._reported(""):
            _make_folder(self._root)

    @property
    def url(self) -> str:
        """`file:///folder`."""
        return Path(self._root).as_uri()

    def put(self, key: str, data: bytes | list[bytes], *, if_absent: bool = False) -> None:
        """Write the whole object (see `ObjectStore.put`); it is on disk when this returns."""
        target = self._path(key)
        with self._reported(key):
            temporary = self._write(data if isinstance(data, list) else [data])
            try:
                self._publish(temporary, target, if_absent=if_absent)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(temporary)

    def get(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes (see `ObjectStore.get`)."""
        path = self._path(key)
        with self._reported(key), open(path, "rb", buffering=0) as file:
            file.seek(start)
            if length is None:
                return file.readall()
            content = file.read(length)
            while len(content) < length and (more := file.read(length - len(content))):
                content += more  # the system reads at most 2 GiB at a time
            return content

    def stat(self, key: str) -> ObjectInfo:
        """Key and size (see `ObjectStore.stat`)."""
        path = self._path(key)
        with self._reported(key):
            found = os.stat(path)
            if stat.S_ISDIR(found.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
            return ObjectInfo(key, found.st_size)

    def list(self, prefix: str, *, limit: int | None = None) -> Iterator[ObjectInfo]:
        """Objects in ascending order of key (see `ObjectStore.list`)."""
        check_prefix(prefix)
        return islice(self._walk(prefix), limit)

    def delete(self, key: str) -> None:
        """Remove the object; without effect when it is not there."""
        path = self._path(key)
        with self._reported(key):
            try:
                os.unlink(path)
            except (FileNotFoundError, NotADirectoryError):
                self._check_root()

    def _path(self, key: str) -> str:
        check_key(key)
        return os.path.join(self._root, key)

    def _write(self, pieces: Sequence[bytes]) -> str:
        """A new file of these bytes, on disk, that no key names; its path."""
        self._check_root()
        _make_folder(self._incoming)
        if not self._is_swept:
            self._sweep()
        path = os.path.join(self._incoming, secrets.token_hex(16))
        try:
            with open(path, "xb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(path)
            raise
        return path

    def _publish(self, temporary: str, target: str, *, if_absent: bool) -> None:
        """Give the file its name, for good."""
        name = _link if if_absent else os.replace
        try:
            name(temporary, target)
        except FileNotFoundError:
            _make_folder(os.path.dirname(target))
            name(temporary, target)
        _sync_folder(os.path.dirname(target))

    def _walk(self, prefix: str) -> Iterator[ObjectInfo]:
        """Objects under a prefix; a folder sorts as its name with the slash that keys have."""
        folder = os.path.join(self._root, prefix)
        with self._reported(prefix):
            try:
                with os.scandir(folder) as entries:
                    names = sorted(
                        f"{entry.name}/" if entry.is_dir() else entry.name
                        for entry in entries
                        if not entry.name.startswith(".")
                    )
            except (FileNotFoundError, NotADirectoryError):
                self._check_root()
                return
        for name in names:
            if name.endswith("/"):
                yield from self._walk(prefix + name)
            else:
                with contextlib.suppress(NotFound, Invalid):  # deleted meanwhile; not ours
                    yield self.stat(prefix + name)

    def _sweep(self) -> None:
        """Remove what writers that died have left."""
        self._is_swept = True
        with contextlib.suppress(FileNotFoundError), os.scandir(self._incoming) as entries:
            for entry in entries:
                if time.time() - entry.stat().st_mtime > ABANDONED_SECONDS:
                    os.unlink(entry.path)

    def _check_root(self) -> None:
        if not os.path.isdir(self._root):
            raise NotFound(
                f"The store's folder {self._root} is not there: mount its disk, put it back, or "
                "give another store.",
                code="bucket-not-found",
                details={"store": self.url},
            )

    @contextmanager
    def _reported(self, key: str) -> Iterator[None]:
        """Tell the system's errors in our words."""
        try:
            yield
        except OSError as error:
            if isinstance(error, _ABSENT):
                self._check_root()
            raise self._report(error, key) from error

    def _report(self, error: OSError, key: str) -> DominoError:
        details: dict[str, object] = {"store": self.url, "key": key}
        place, reason = self._root, error.strerror or str(error)
        if isinstance(error, _ABSENT):
            return NotFound(f"The store {place} has no object {key}.", details=details)
        if error.errno in _FULL:
            return Unavailable(
                f"No space is left for the store {place} ({reason}): free some, then try again.",
                code="disk-full",
                details=details,
            )
        if error.errno in _FORBIDDEN:
            return Refused(
                f"The store {place} may not be used by you ({reason}): ask for rights to its "
                "folder, or give another store.",
                code="permission-denied",
                details=details,
            )
        if error.errno in _NO_LINKS:
            return Refused(
                f"The file system of {place} has no hard links, which a store needs: "
                "give a store on another one.",
                code="permission-denied",
                details=details,
            )
        return Unavailable(
            f"The store {place} does not answer ({reason}): try again when its disk is well.",
            code="store-unreachable",
            details=details,
        )


def _link(temporary: str, target: str) -> None:
    """Name the file, if nothing has the name.

    Over NFS a link that was made can be reported as failed, when the first reply was lost;
    then the file has two names (open(2), 'O_EXCL').
    """
    try:
        os.link(temporary, target)
    except OSError as error:
        if os.stat(temporary).st_nlink == 2:
            return
        if isinstance(error, FileExistsError):
            message = f"The store has {os.path.basename(target)} already."
            raise Conflict(message, code="already-exists") from error
        raise


def _make_folder(path: str) -> None:
    """Make a folder and those above it, on disk, unless they are there."""
    if os.path.isdir(path):
        return
    _make_folder(os.path.dirname(path))
    with contextlib.suppress(FileExistsError):
        os.mkdir(path)
    _sync_folder(os.path.dirname(path))


def _sync_folder(path: str) -> None:
    """Force to disk which names the folder has."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

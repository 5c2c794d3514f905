"""Reading files that somebody may be writing: whole as they were at one moment, or not at all."""

import ctypes
import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, TypeVar

TRIES = 3
YOUNG_NS = 120 * 10**9
"""A file written to within it may have pages that are dirty through a shared mapping: later
writes to them do not move its times. A sync of the file makes the next one move them."""

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_LIMIT = 2**63 - 1
T = TypeVar("T")


class Stat(NamedTuple):
    """What tells that a file is as it was. Times are nanoseconds since 1970."""

    mode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Unsteady(Exception):
    """The file changed each time it was read. Internal: it becomes a `Problem`."""


class NotRegular(Exception):
    """The path became something else than a file. Internal: it becomes a `Problem`."""


class OpenFile:
    """An open regular file, read without following links.

    Raises:
        NotRegular: there is something else.
        OSError: it cannot be opened.
    """

    __slots__ = ("descriptor", "opened")

    def __init__(self, path: str) -> None:
        self.descriptor = os.open(path, _FLAGS)
        self.opened = to_stat(os.fstat(self.descriptor))
        if not stat.S_ISREG(self.opened.mode):
            self.close()
            raise NotRegular

    def stat(self) -> Stat:
        """The file's state now."""
        return to_stat(os.fstat(self.descriptor))

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        return os.read(self.descriptor, size)

    def settle(self) -> Stat:
        """Make later writes through mappings of a young file show in its times; its state."""
        if time.time_ns() - self.opened.mtime_ns >= YOUNG_NS:
            return self.opened
        with suppress(OSError):  # a file system that cannot has no dirty pages to lose either
            os.fsync(self.descriptor)
        return self.stat()

    def close(self) -> None:
        """Close it."""
        os.close(self.descriptor)


def to_stat(found: os.stat_result) -> Stat:
    """The part that counts here, in 63 bits each."""
    mtime = found.st_mtime_ns
    if not -_LIMIT <= mtime <= _LIMIT:  # a year before 1678 or after 2262
        mtime = max(-_LIMIT, min(mtime, _LIMIT))
    return Stat(found.st_mode, found.st_size, mtime, found.st_ctime_ns, found.st_ino & _LIMIT)


def read_steadily(
    path: str, take: Callable[[OpenFile, Stat], T], *, settle: bool
) -> tuple[T, Stat]:
    """What `take` makes of the file, and the state the file was in before and after.

    Raises:
        Unsteady: it changed during each of `TRIES` readings.
        NotRegular, OSError: it is no file any more, or cannot be read.
    """
    for _ in range(TRIES):
        file = OpenFile(path)
        try:
            before = file.settle() if settle else file.opened
            taken = take(file, before)
            if file.stat() == before:
                return taken, before
        except Unsteady:
            continue
        finally:
            file.close()
    raise Unsteady


def read_whole(file: OpenFile, state: Stat) -> bytes:
    """All bytes of a small file.

    Raises:
        Unsteady: it is not as long as it says.
    """
    content = file.read(state.size + 1)
    while len(content) < state.size and (piece := file.read(state.size - len(content))):
        content += piece
    if len(content) != state.size:
        raise Unsteady
    return content


def read_link(path: str) -> tuple[bytes, Stat]:
    """A symlink's target and state.

    Raises:
        NotRegular: it is no symlink any more.
        OSError: it cannot be read.
    """
    for _ in range(TRIES):
        before = to_stat(os.lstat(path))
        if not stat.S_ISLNK(before.mode):
            raise NotRegular
        target = os.fsencode(os.readlink(path))
        if to_stat(os.lstat(path)) == before:
            return target, before
    raise Unsteady


def sync_file_system(path: str) -> None:
    """Write out all that is dirty on the file system of the folder at `path`.

    Cheaper than `settle` on each of many young files.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        syncfs = getattr(ctypes.CDLL(None), "syncfs", None)
        if syncfs is None or syncfs(descriptor) != 0:
            os.sync()
    finally:
        os.close(descriptor)

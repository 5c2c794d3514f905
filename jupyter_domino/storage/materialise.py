"""Rows into files: each whole or not at all, nowhere outside the tree, never over unknown bytes.

A file is written under a temporary name beside its place and renamed. Folders are opened
one name at a time without following links, so that no link in the tree, also not one made
meanwhile, leads out of it.
"""

import errno
import os
import secrets
import stat
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial

from jupyter_domino.progress import Progress
from jupyter_domino.storage.content import contents, is_streamed, plan_fetches, raw_blocks, read
from jupyter_domino.storage.os_errors import FULL, to_domino_error
from jupyter_domino.storage.pool import Pool
from jupyter_domino.storage.rows import FOLDER, SYMLINK, Row, to_str
from jupyter_domino.storage.rules import TEMPORARY_PREFIX, TEMPORARY_SUFFIX
from jupyter_domino.storage.scan import Written
from jupyter_domino.storage.steady import Stat, to_stat
from jupyter_domino.storage.values import Problem
from jupyter_domino.storage.workers import in_order

OPEN_FOLDERS = 64
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

Expected = Mapping[bytes, Stat | None]
"""What must stand at a path for it to be replaced; None: nothing."""


class InTheWay(Exception):
    """Something else stands at the path than was expected. Internal: it becomes a `Problem`."""


class TreeWriter:
    """Writes rows below a root. Made for one operation."""

    def __init__(self, root: str, pool: Pool, progress: Progress) -> None:
        self.written: dict[bytes, Written] = {}
        """What was written, for the scan that follows."""
        self.deleted: list[bytes] = []
        self.problems: list[Problem] = []
        """Paths that could not be written or deleted."""
        self.notes: list[Problem] = []
        """What else the user should know."""
        self.in_the_way: list[bytes] = []
        """Paths that were left alone because they were not as expected."""
        self.bytes_written = 0
        self._root = root
        self._pool = pool
        self._progress = progress
        self._total = 0

    def write(self, rows: list[Row], expected: Expected) -> None:
        """Write the rows. What is not as expected is left alone and noted.

        Raises:
            Damaged: the store has not what a row needs; files written before that are whole.
            Unavailable: `disk-full`; likewise.
        """
        self._total = sum(row.size for row in rows)
        plain = [row for row in rows if len(row.blocks) == 1]
        whole = [row for row in rows if not row.blocks]
        large = [row for row in rows if is_streamed(row)]
        with _Folders(self._root) as folders:
            self._note_written([self._place(folders, row, (), expected) for row in whole])
            for row in large:
                pieces = read(self._pool, row)
                self._note_written([self._place(folders, row, pieces, expected)])
                self._report()
            # One thread writes: several would wait for each other at every call of the system.
            fetches = plan_fetches(plain)
            fetched = in_order(partial(raw_blocks, self._pool), fetches)
            for fetch, blocks in zip(fetches, fetched, strict=True):
                found = contents(self._pool, fetch, blocks)
                self._note_written(self._place(folders, row, (c,), expected) for row, c in found)
                self._report()

    def delete(self, rows: Iterable[Row], expected: Expected) -> None:
        """Delete the files, links and empty folders, then folders that became empty."""
        with _Folders(self._root) as folders:
            for row in sorted(rows, reverse=True):
                try:
                    self._delete(folders, row, expected)
                except (InTheWay, OSError) as error:
                    self._note_failed(row, error)
        for path in sorted({row.rpartition(b"/")[0] for row in self.deleted}, reverse=True):
            self._prune(path)

    def _place(
        self,
        folders: "_Folders",
        row: Row,
        pieces: Iterable[bytes | memoryview],
        expected: Expected,
    ) -> "_Done":
        try:
            return row, _place(folders, row, pieces, expected.get(row.path))
        except (InTheWay, OSError) as error:
            self._note_failed(row, error)
            return row, None

    def _note_written(self, done: "Iterable[_Done]") -> None:
        for row, written in done:
            if written is not None:
                self.written[row.path] = written
                self.bytes_written += row.size

    def _delete(self, folders: "_Folders", row: Row, expected: Expected) -> None:
        parent, _, name = row.path.rpartition(b"/")
        try:
            folder = folders.open(parent, create=False)
        except FileNotFoundError:
            return
        _check(folder, name, row, expected.get(row.path))
        try:
            if row.kind == FOLDER:
                os.rmdir(name, dir_fd=folder)
            else:
                os.unlink(name, dir_fd=folder)
        except FileNotFoundError:
            pass  # moved away, or deleted by somebody else
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise
            return  # files in it that are not tracked
        self.deleted.append(row.path)

    def _prune(self, path: bytes) -> None:
        """Remove folders that deletions have emptied, from `path` upwards."""
        while path:
            parent, _, name = path.rpartition(b"/")
            try:
                with _Folders(self._root) as folders:
                    os.rmdir(name, dir_fd=folders.open(parent, create=False))
            except OSError:
                return  # not empty, or gone
            path = parent

    def _note_failed(self, row: Row, error: InTheWay | OSError) -> None:
        name = to_str(row.path)
        if isinstance(error, InTheWay):
            self.in_the_way.append(row.path)
        elif error.errno in FULL:
            raise to_domino_error(error, name) from error
        else:
            reason = f"it could not be written: {error.strerror}"
            self.problems.append(Problem(name, reason))

    def _report(self) -> None:
        self._progress("write", self.bytes_written, self._total, "bytes")


_Done = tuple[Row, Written | None]
"""A row, and what was written of it; None: nothing, which is noted elsewhere."""


class _Folders:
    """Descriptors of the folders last used, opened without following links. For one thread."""

    def __init__(self, root: str) -> None:
        self._temporaries = 0
        self._prefix = TEMPORARY_PREFIX + secrets.token_hex(4)
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._open: OrderedDict[bytes, int] = OrderedDict()

    def __enter__(self) -> "_Folders":
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in (self._root, *self._open.values()):
            os.close(descriptor)

    def open(self, path: bytes, *, create: bool) -> int:
        """A descriptor of the folder, which stays ours."""
        if not path:
            return self._root
        found = self._open.get(path)
        if found is not None:
            self._open.move_to_end(path)
            return found
        descriptor = self._walk(path, create=create)
        self._open[path] = descriptor
        if len(self._open) > OPEN_FOLDERS:
            os.close(self._open.popitem(last=False)[1])
        return descriptor

    def temporary(self) -> bytes:
        """A name that nothing has."""
        self._temporaries += 1
        return f"{self._prefix}{self._temporaries:08x}{TEMPORARY_SUFFIX}".encode()

    def _walk(self, path: bytes, *, create: bool) -> int:
        at = os.dup(self._root)
        for name in path.split(b"/"):
            parent = at
            try:
                at = _enter(parent, name, create=create)
            finally:
                os.close(parent)
        return at


def _enter(parent: int, name: bytes, *, create: bool) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        if not create:
            raise
    except OSError as error:
        # ENOTDIR is a file, ELOOP a link: neither is the folder that the path means.
        if error.errno in (errno.ENOTDIR, errno.ELOOP):
            raise InTheWay from error
        raise
    with suppress(FileExistsError):  # somebody else's
        os.mkdir(name, dir_fd=parent)
    return os.open(name, _FOLDER, dir_fd=parent)


def _place(
    folders: _Folders, row: Row, pieces: Iterable[bytes | memoryview], expected: Stat | None
) -> Written:
    if row.kind == FOLDER:
        return _place_folder(folders, row)
    parent, _, name = row.path.rpartition(b"/")
    folder = folders.open(parent, create=True)
    temporary = folders.temporary()
    try:
        if row.kind == SYMLINK:
            written = _write_link(folder, temporary, row, b"".join(pieces))
        else:
            written = _write_file(folder, temporary, row, pieces)
        _check(folder, name, row, expected)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
        raise
    return written


def _place_folder(folders: _Folders, row: Row) -> Written:
    descriptor = folders.open(row.path, create=True)
    os.fchmod(descriptor, row.mode)
    return Written(1, 0, 0, row)


def _write_file(
    folder: int, name: bytes, row: Row, pieces: Iterable[bytes | memoryview]
) -> Written:
    descriptor = os.open(name, _NEW_FILE, row.mode, dir_fd=folder)
    try:
        for piece in pieces:
            size = os.write(descriptor, piece)
            while size < len(piece):
                size += os.write(descriptor, memoryview(piece)[size:])
        os.utime(descriptor, ns=(row.mtime_ns, row.mtime_ns))
        state = to_stat(os.fstat(descriptor))
        if stat.S_IMODE(state.mode) != row.mode:  # the umask's doing
            os.fchmod(descriptor, row.mode)
    finally:
        os.close(descriptor)
    return Written(state.inode, state.size, state.mtime_ns, row)


def _write_link(folder: int, name: bytes, row: Row, target: bytes) -> Written:
    os.symlink(target, name, dir_fd=folder)
    os.utime(name, ns=(row.mtime_ns, row.mtime_ns), dir_fd=folder, follow_symlinks=False)
    state = to_stat(os.stat(name, dir_fd=folder, follow_symlinks=False))
    return Written(state.inode, state.size, state.mtime_ns, row)


def _check(folder: int, name: bytes, row: Row, expected: Stat | None) -> None:
    """Raises `InTheWay` unless what stands at the path is what was expected."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return  # somebody deleted it: nothing can be lost
    if stat.S_ISDIR(found.st_mode):
        if row.kind != FOLDER:
            raise InTheWay
        return
    if expected is None or to_stat(found) != expected:
        raise InTheWay

"""Knowing that files changed on disk, whoever changed them, without asking again and again.

A thread a folder; it waits in the kernel. Each sub-folder is watched by itself, so
that links are not followed, folders that do not matter cost nothing, and their number
has a bound.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from watchfiles import Change, watch

STEP_MS = 50
"""Silence after which changes are told of."""

FIRST_MS = 200
"""After so long of watching it is told that before nobody watched."""

ODD_NAME = "Unable to decode path"
"""How watchfiles fails when a file changes whose name is not UTF-8: it cannot say which."""

log = logging.getLogger(__name__)


class Unwatchable(Exception):
    """There are more sub-folders than are to be watched, or the system does not allow it."""


class FolderWatch:
    """Calls `on_change` with the absolute paths that changed; with none, when it cannot know.

    It cannot know what happened before it watched, nor while it starts to watch a new
    sub-folder. After each call it waits a while, so that whoever writes without a pause does
    not keep everybody busy.
    """

    def __init__(
        self,
        root: Path,
        on_change: Callable[[frozenset[str]], None],
        *,
        skips: Callable[[], Callable[[str], bool]],
        max_folders: int,
        debounce_ms: int,
    ) -> None:
        """`skips` gives, anew for each listing of the folders, what says of a sub-folder's
        absolute path that nothing in it matters."""
        self.root = root
        self._on_change = on_change
        self._skips = skips
        self._max_folders = max_folders
        self._debounce_ms = debounce_ms
        self._stop = threading.Event()
        self._is_stale = False

    def run(self) -> None:
        """Watch until `stop`, or until the folder is gone.

        Raises:
            Unwatchable: watching is not possible here, or not any longer.
        """
        while not self._stop.is_set() and self.root.is_dir():
            self._is_stale = False
            self._watch(self._folders())

    def stop(self) -> None:
        """Make `run` return, within a second."""
        self._stop.set()

    def list_again(self) -> None:
        """Let the folders be listed anew, for call from `on_change`."""
        self._is_stale = True

    def _watch(self, folders: set[str]) -> None:
        """Tell of changes until a folder comes or goes, or until `stop`."""
        is_first = True
        for changes in self._changes(folders):
            if changes or is_first:
                self._on_change(frozenset() if is_first else frozenset(p for _, p in changes))
                self._pause()
            is_first = False
            if self._is_stale or any(self._is_folder_change(*each, folders) for each in changes):
                return
        self._pause()

    def _changes(self, folders: set[str]) -> Iterator[set[tuple[Change, str]]]:
        """Changes as they come; ends with `stop`, and when the folders must be listed again."""
        try:
            yield from watch(
                *folders,
                watch_filter=None,
                debounce=self._debounce_ms,
                step=STEP_MS,
                stop_event=self._stop,
                rust_timeout=FIRST_MS,
                yield_on_timeout=True,
                raise_interrupt=False,
                recursive=False,
                ignore_permission_denied=True,
            )
        except FileNotFoundError as error:  # a folder went away meanwhile
            log.debug("watched no longer: %s", error)
        except OSError as error:
            raise Unwatchable(str(error)) from error
        except RuntimeError as error:  # all that watchfiles raises itself
            if ODD_NAME not in str(error):
                raise Unwatchable(str(error)) from error

    def _pause(self) -> None:
        self._stop.wait(self._debounce_ms / 1000)

    def _is_folder_change(self, change: Change, path: str, folders: set[str]) -> bool:
        if path in folders:
            return change is Change.deleted
        return change is not Change.deleted and os.path.isdir(path) and not os.path.islink(path)

    def _folders(self) -> set[str]:
        found: set[str] = set()
        for folder in self._walk():
            found.add(folder)
            if len(found) > self._max_folders:
                raise Unwatchable(f"more than {self._max_folders} folders")
        return found

    def _walk(self) -> Iterator[str]:
        skip = self._skips()
        waiting = [str(self.root)]
        while waiting:
            folder = waiting.pop()
            yield folder
            try:
                with os.scandir(folder) as entries:
                    waiting.extend(
                        entry.path
                        for entry in entries
                        if entry.is_dir(follow_symlinks=False)
                        and _is_utf8(entry.path)
                        and not skip(entry.path)
                    )
            except OSError as error:  # gone, or not ours to read: the scan reports it, not we
                log.debug("not watched: %s", error)


def _is_utf8(path: str) -> bool:
    """Whether watchfiles can watch the folder; changes in others are seen by the next status."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True

"""Changes on disk are noticed, in folders that come and go too."""

import os
import queue
import shutil
import threading
import time

import pytest

from jupyter_domino.frontends.server.folder_watch import FolderWatch, Unwatchable

SECONDS = 10.0


def nothing():
    return lambda path: False


class Watched:
    """A folder that is watched in a thread; what was seen comes in order."""

    def __init__(self, root, **options):
        self.seen = queue.Queue()
        chosen = {"skips": nothing, "max_folders": 100, "debounce_ms": 50} | options
        self.watch = FolderWatch(root, self.seen.put, **chosen)
        self.thread = threading.Thread(target=self.watch.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        self.wait_until_watching()
        return self

    def __exit__(self, *_):
        self.watch.stop()
        self.thread.join(SECONDS)

    def wait_until_watching(self):
        """It says once that it cannot know what was before; from then on it knows."""
        while self.seen.get(timeout=SECONDS):
            pass

    def wait_for(self, path):
        deadline = time.monotonic() + SECONDS
        while str(path) not in (paths := self.seen.get(timeout=deadline - time.monotonic())):
            assert time.monotonic() < deadline, f"{path} was not seen"
        return paths


def test_a_file_that_is_written_is_seen(tmp_path):
    with Watched(tmp_path) as watched:
        (tmp_path / "a").write_text("1")

        watched.wait_for(tmp_path / "a")


def test_a_file_that_is_replaced_or_removed_is_seen(tmp_path):
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("2")
    with Watched(tmp_path) as watched:
        (tmp_path / "b").replace(tmp_path / "a")

        watched.wait_for(tmp_path / "a")


def test_a_file_in_a_new_folder_is_seen(tmp_path):
    with Watched(tmp_path) as watched:
        (tmp_path / "new").mkdir()
        watched.wait_for(tmp_path / "new")
        watched.wait_until_watching()

        (tmp_path / "new" / "a").write_text("1")

        watched.wait_for(tmp_path / "new" / "a")


def test_what_goes_on_in_a_folder_that_does_not_matter_is_not_seen(tmp_path):
    (tmp_path / "node_modules").mkdir()
    with Watched(tmp_path, skips=lambda: lambda path: path.endswith("node_modules")) as watched:
        (tmp_path / "node_modules" / "a").write_text("1")
        (tmp_path / "b").write_text("1")

        assert watched.wait_for(tmp_path / "b") == {str(tmp_path / "b")}


def test_a_name_that_is_not_utf8_is_a_change_that_cannot_be_named(tmp_path):
    os.mkdir(os.fsencode(tmp_path) + b"/folder\xff")
    with Watched(tmp_path) as watched:
        with open(os.fsencode(tmp_path) + b"/\xff", "wb"):
            pass
        assert watched.seen.get(timeout=SECONDS) == frozenset()

        deadline = time.monotonic() + SECONDS
        seen = frozenset()
        while str(tmp_path / "b") not in seen:  # nobody watches for a moment
            (tmp_path / "b").write_text("1")
            assert time.monotonic() < deadline
            seen = watched.seen.get(timeout=SECONDS)


def test_links_are_not_followed(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "outside")
    with Watched(tmp_path / "root") as watched:
        (tmp_path / "outside" / "a").write_text("1")
        (tmp_path / "root" / "b").write_text("1")

        assert watched.wait_for(tmp_path / "root" / "b") == {str(tmp_path / "root" / "b")}


def test_a_folder_that_goes_away_does_not_end_the_watch(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    with Watched(tmp_path) as watched:
        shutil.rmtree(tmp_path / "a")
        watched.wait_for(tmp_path / "a")
        watched.wait_until_watching()

        (tmp_path / "c").write_text("1")

        watched.wait_for(tmp_path / "c")


def test_more_folders_than_allowed_are_not_watched(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    watch = FolderWatch(tmp_path, print, skips=nothing, max_folders=2, debounce_ms=50)

    with pytest.raises(Unwatchable):
        watch.run()


def test_a_watch_ends_when_it_is_told_to(tmp_path):
    with Watched(tmp_path) as watched:
        watched.watch.stop()
        watched.thread.join(2.0)

        assert not watched.thread.is_alive()


def test_a_watch_ends_with_its_folder(tmp_path):
    (tmp_path / "root").mkdir()
    with Watched(tmp_path / "root") as watched:
        (tmp_path / "root").rmdir()
        watched.thread.join(SECONDS)

        assert not watched.thread.is_alive()

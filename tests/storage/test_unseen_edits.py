"""Edits that hide: each must be seen all the same. And files that change while they are read."""

import mmap
import os
import threading
import time
from pathlib import Path

import pytest
from plainfiles import write

from jupyter_domino.storage import Repository, WorkingTree
from jupyter_domino.storage.steady import OpenFile, Stat, Unsteady, read_steadily, read_whole


def seen(tree: WorkingTree) -> list[str]:
    return [change.path for change in tree.status().changes]


def test_same_size_with_the_time_put_back_is_seen(tree: WorkingTree) -> None:
    file = write(tree, "a", "one")
    os.utime(file, ns=(10**18, 10**18))
    tree.sync("one", author="ada")
    file.write_text("two")
    os.utime(file, ns=(10**18, 10**18))

    assert seen(tree) == ["a"]


def test_write_right_after_the_sync_is_seen(tree: WorkingTree) -> None:
    for turn in range(30):
        write(tree, "a", f"{turn:04}")
        tree.sync("turn", author="ada")
        write(tree, "a", f"{turn:04}".replace("0", "x"))
        assert seen(tree) == ["a"]


def test_replacement_of_same_size_and_time_is_seen(tree: WorkingTree) -> None:
    file = write(tree, "a", "one")
    os.utime(file, ns=(10**18, 10**18))
    tree.sync("one", author="ada")
    new = write(tree, "new", "two")
    os.utime(new, ns=(10**18, 10**18))
    new.rename(file)

    assert seen(tree) == ["a"]


def test_store_through_an_old_mapping_is_seen(tree: WorkingTree) -> None:
    """The kernel moves a file's times only at the first store into a page that is clean."""
    file = write(tree, "a", bytes(8192))
    with file.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as mapping:
        mapping[0] = 1
        tree.sync("one", author="ada")
        mapping[0] = 2

        if _is_without_write_back(file):
            pytest.skip("this file system moves no times at stores through a mapping")
        assert seen(tree) == ["a"]


def test_store_through_a_mapping_into_one_of_many_young_files_is_seen(tree: WorkingTree) -> None:
    for number in range(150):
        write(tree, f"many/{number}", "x")
    file = write(tree, "a", bytes(8192))
    with file.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as mapping:
        mapping[0] = 1
        tree.sync("one", author="ada")
        mapping[0] = 2

        if _is_without_write_back(file):
            pytest.skip("this file system moves no times at stores through a mapping")
        assert seen(tree) == ["a"]


def _is_without_write_back(file: Path) -> bool:
    """tmpfs and its like: nothing is ever written back, so no page becomes clean."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    above = [mount for mount in mounts if file.is_relative_to(mount[1])]
    return max(above, key=lambda mount: len(mount[1]))[2] in ("tmpfs", "ramfs", "overlay")


def test_index_forgets_what_may_still_change_unseen(tree: WorkingTree) -> None:
    write(tree, "a", "one")
    tree.status()

    number = next(iter(tree._tree.dot.load_index().folders.values())).stat(0)

    assert number.inode == 0


def test_file_that_changes_at_each_reading_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("0")

    def take(opened: OpenFile, state: Stat) -> bytes:
        content = read_whole(opened, state)
        file.write_text(content.decode() + "+")
        return content

    with pytest.raises(Unsteady):
        read_steadily(str(file), take, settle=False)


def test_file_that_changes_once_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("one")
    turns = []

    def take(opened: OpenFile, state: Stat) -> bytes:
        content = read_whole(opened, state)
        if not turns:
            file.write_text("two!")
        turns.append(content)
        return content

    content, state = read_steadily(str(file), take, settle=False)

    assert (content, state.size) == (b"two!", 4)


def test_busy_file_is_stored_whole_or_reported(tree: WorkingTree, repository: Repository) -> None:
    """Each version is one letter repeated, so a torn one would show."""
    file = write(tree, "busy", b"A" * 3_000_000)
    stop = threading.Event()

    def rewrite() -> None:
        letter = 0
        with file.open("r+b", buffering=0) as opened:
            while not stop.is_set():
                letter = (letter + 1) % 26
                os.pwrite(opened.fileno(), bytes([65 + letter]) * 3_000_000, 0)
                time.sleep(0.02)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        for _ in range(5):
            result = tree.sync("busy", author="ada")
            held = list(repository.entries(result.revision))
            assert held or result.problems
            for entry in held:
                content = b"".join(repository.read(result.revision, entry.path))
                assert len(set(content)) == 1
    finally:
        stop.set()
        writer.join()


def test_reported_busy_file_keeps_its_last_row(tree: WorkingTree, repository: Repository) -> None:
    write(tree, "quiet", "q")
    file = write(tree, "busy", b"first")
    tree.sync("one", author="ada")
    stop = threading.Event()

    def rewrite() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            file.write_bytes(b"%d" % number * 500_000)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        result = tree.sync("two", author="ada")
    finally:
        stop.set()
        writer.join()

    paths = [entry.path for entry in repository.entries(result.revision)]
    assert paths == ["busy", "quiet"]

"""Names are bytes: all that a file system takes comes back."""

import os
from pathlib import Path

import pytest
from plainfiles import files, write

from jupyter_domino.storage import Repository, WorkingTree

NAMES = [
    "new\nline", "-leading-dash", "question?", "star*", "back\\slash", "n" * 255, "é" * 127,
    " space ", "\udcff\udcfe", "\udced\udca0\udcbd", "\u00e9", "e\u0301", "Case", "case", "~",
    "...", ".hidden", "tab\t", "'quote\"", "r1", "a.conflict-r1", "\x01\x7f",
]  # fmt: skip


def test_odd_names_come_back(tree: WorkingTree, other: WorkingTree) -> None:
    for name in NAMES:
        write(tree, name, name.encode("utf-8", "surrogateescape"))
        write(tree, f"folder {name[:100]}/{name}", "deep")

    result = tree.sync("odd", author="ada")
    other.hydrate(result.revision)

    assert result.files_added == 2 * len(NAMES)
    assert files(other) == files(tree)
    assert other.status().is_clean


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_can_be_read_and_reverted(
    tree: WorkingTree, repository: Repository, name: str
) -> None:
    write(tree, name, "one")
    first = tree.sync("one", author="ada").revision
    write(tree, name, "two")
    tree.sync("two", author="ada")

    tree.revert(first, [name], author="ada")

    assert (tree.root / name).read_text() == "one"
    assert b"".join(repository.read(first, name)) == b"one"
    assert [entry.path for entry in repository.entries(first, name)] == [name]


def test_modes_times_and_links_come_back(tree: WorkingTree, other: WorkingTree) -> None:
    script = write(tree, "run.sh", "#!/bin/sh\n")
    script.chmod(0o751)
    os.utime(script, ns=(10**18, 10**18 + 1))
    write(tree, "read-only", "x").chmod(0o400)
    (tree.root / "dangling").symlink_to("nowhere/at all")
    (tree.root / "outward").symlink_to("/etc/passwd")
    (tree.root / "to-folder").symlink_to("empty")
    (tree.root / "empty").mkdir(mode=0o700)
    old = 1_000_000_001
    os.utime(tree.root / "dangling", ns=(old, old), follow_symlinks=False)

    other.hydrate(tree.sync("one", author="ada").revision)

    copy = other.root
    assert (copy / "run.sh").stat().st_mode & 0o777 == 0o751
    assert (copy / "run.sh").stat().st_mtime_ns == 10**18 + 1
    assert (copy / "read-only").stat().st_mode & 0o777 == 0o400
    assert (copy / "dangling").lstat().st_mtime_ns == old
    assert os.readlink(copy / "outward") == "/etc/passwd"
    assert (copy / "empty").stat().st_mode & 0o777 == 0o700
    assert files(other) == files(tree)
    assert other.status().is_clean


def test_times_before_1970_and_after_2262_do_not_stop_a_sync(
    tree: WorkingTree, other: WorkingTree
) -> None:
    os.utime(write(tree, "old", "x"), (-86400, -86400))
    os.utime(write(tree, "new", "x"), (2**33, 2**33))

    other.hydrate(tree.sync("one", author="ada").revision)

    assert (other.root / "old").stat().st_mtime == -86400
    assert other.status().is_clean


def test_deep_path_comes_back(tree: WorkingTree, other: WorkingTree) -> None:
    write(tree, "/".join(["deep"] * 60) + "/file", "x")

    other.hydrate(tree.sync("one", author="ada").revision)

    assert files(other) == files(tree)


def test_sizes_around_block_chunk_and_window_come_back(
    tree: WorkingTree, other: WorkingTree, tmp_path: Path
) -> None:
    seed = os.urandom(1 << 16)
    for size in (
        0,
        1,
        131_071,
        131_072,
        131_073,
        1_048_575,
        1_048_576,
        1_048_577,
        8_388_608,
        9_000_001,
    ):
        write(tree, f"random-{size}", (seed * (size // len(seed) + 1))[:size])
        write(tree, f"zeros-{size}", bytes(size))

    other.hydrate(tree.sync("one", author="ada").revision)

    assert files(other) == files(tree)


def test_file_whose_chunks_repeat_comes_back(tree: WorkingTree, other: WorkingTree) -> None:
    chunk = os.urandom(3 << 20)
    write(tree, "repeats", chunk + bytes(6 << 20) + chunk + bytes(6 << 20) + chunk)

    result = tree.sync("one", author="ada")
    other.hydrate(result.revision)

    assert result.bytes_stored < 8 << 20
    assert files(other) == files(tree)

"""What a store in a folder promises beyond the port: crashes, full disks, folders that go away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_domino.adapters.directory import ABANDONED_SECONDS, DirectoryStore
from jupyter_domino.errors import Invalid, NotFound, Refused, Unavailable

CODE_OF_A_LIMITED_WRITER = """
import resource, sys
from jupyter_domino.adapters.directory import DirectoryStore
from jupyter_domino.errors import DominoError
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    DirectoryStore(sys.argv[1]).put("a/b", bytes(200_000), if_absent=sys.argv[2] == "if-absent")
except DominoError as error:
    print(error.code, error)
"""

CODE_OF_A_KILLED_WRITER = """
import os, sys
from jupyter_domino.adapters.directory import DirectoryStore
def die(event, arguments):
    if event == sys.argv[2]:
        os._exit(9)
sys.addaudithook(die)
DirectoryStore(sys.argv[1]).put("a/b", b"whole", if_absent=sys.argv[2] == "os.link")
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def all_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_missing_folder_is_said_and_never_made(tmp_path: Path):
    store = DirectoryStore(tmp_path / "not mounted")

    for verb in (
        lambda: store.get("a"),
        lambda: store.stat("a"),
        lambda: list(store.list("")),
        lambda: store.delete("a"),
        lambda: store.put("a", b"x"),
        lambda: store.put("a", b"x", if_absent=True),
    ):
        with pytest.raises(NotFound) as error:
            verb()
        assert error.value.code == "bucket-not-found"
        assert str(tmp_path / "not mounted") in str(error.value)
    assert not (tmp_path / "not mounted").exists()


def test_a_folder_that_goes_away_is_said(tmp_path: Path, directory_store: DirectoryStore):
    directory_store.put("a/b", b"x")
    (tmp_path / "store").rename(tmp_path / "elsewhere")

    with pytest.raises(NotFound) as error:
        directory_store.get("a/b")

    assert error.value.code == "bucket-not-found"


def test_making_the_folder_twice_is_harmless(tmp_path: Path):
    store = DirectoryStore(tmp_path / "deep" / "er")
    store.create()
    store.put("a", b"x")

    store.create()

    assert store.get("a") == b"x"


def test_objects_are_plain_files_under_their_keys(tmp_path: Path, directory_store: DirectoryStore):
    directory_store.put("a/b", [b"1", b"2"], if_absent=True)
    directory_store.put("a/b", b"12")

    assert all_files(tmp_path) == [tmp_path / "store" / "a" / "b"]
    assert (tmp_path / "store" / "a" / "b").read_bytes() == b"12"


@pytest.mark.parametrize("mode", ["if-absent", "replace"])
def test_a_write_that_finds_no_space_says_so_and_leaves_nothing(
    tmp_path: Path, directory_store: DirectoryStore, mode: str
):
    result = run(CODE_OF_A_LIMITED_WRITER, str(tmp_path / "store"), mode)

    assert result.stdout.startswith("disk-full No space is left for the store"), result.stderr
    assert all_files(tmp_path) == []


def test_a_folder_one_may_not_write_to_is_refused():
    # Nobody may make a folder there: not a user, nor root.
    store = DirectoryStore("/sys/kernel")

    with pytest.raises(Refused) as error:
        store.put("a", b"x")

    assert error.value.code == "permission-denied"
    assert "/sys/kernel" in str(error.value)


def test_a_folder_one_may_not_make_is_refused():
    with pytest.raises(Refused) as error:
        DirectoryStore("/sys/kernel/store").create()

    assert error.value.code == "permission-denied"


def test_a_file_in_place_of_the_folder_is_not_a_store(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"x")

    with pytest.raises(NotFound) as error:
        DirectoryStore(tmp_path / "file").put("a", b"x")

    assert error.value.code == "bucket-not-found"


@pytest.mark.parametrize("event", ["os.link", "os.rename"])
def test_a_writer_that_dies_leaves_nothing_that_anybody_sees(
    tmp_path: Path, directory_store: DirectoryStore, event: str
):
    assert run(CODE_OF_A_KILLED_WRITER, str(tmp_path / "store"), event).returncode == 9

    assert len(all_files(tmp_path)) == 1
    assert list(directory_store.list("")) == []
    with pytest.raises(NotFound):
        directory_store.get("a/b")
    directory_store.put("a/b", b"whole", if_absent=True)


def test_what_a_dead_writer_left_is_removed_after_a_day(
    tmp_path: Path, directory_store: DirectoryStore
):
    directory_store.put("a", b"x")
    old, new = (tmp_path / "store" / ".incoming" / name for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    long_ago = new.stat().st_mtime - ABANDONED_SECONDS - 60
    os.utime(old, (long_ago, long_ago))

    DirectoryStore(tmp_path / "store").put("b", b"y")

    assert (old.exists(), new.exists()) == (False, True)


def test_files_of_other_programs_in_the_folder_are_not_listed(
    tmp_path: Path, directory_store: DirectoryStore
):
    directory_store.put("a/b", b"x")
    (tmp_path / "store" / "a" / ".nfs0001").write_bytes(b"")
    (tmp_path / "store" / ".snapshot").mkdir()
    (tmp_path / "store" / "Read me.txt").write_bytes(b"")

    assert [info.key for info in directory_store.list("")] == ["a/b"]


@pytest.mark.parametrize(
    "url",
    [
        "file://server/share",
        "file:relative",
        "file:///a?query",
        "file:///a#b",
        "file:///a%00b",
        "file://",
    ],
)
def test_a_url_that_names_no_folder_here_is_refused(url: str):
    with pytest.raises(Invalid) as error:
        DirectoryStore.from_url(url)

    assert error.value.code == "bad-store-url"


def test_a_url_names_any_folder(tmp_path: Path):
    url = (tmp_path / "sp ce#é?%").as_uri()

    store = DirectoryStore.from_url(url)
    store.create()
    store.put("a", b"x")

    assert (tmp_path / "sp ce#é?%" / "a").read_bytes() == b"x"
    assert store.url == url


def test_unavailable_is_said_when_a_disk_fails(tmp_path: Path, directory_store: DirectoryStore):
    # Reading a process's own memory at address 0 is an I/O error on every Linux.
    (tmp_path / "store" / "failing").symlink_to("/proc/self/mem")

    with pytest.raises(Unavailable) as error:
        directory_store.get("failing", length=10)

    assert error.value.code == "store-unreachable"

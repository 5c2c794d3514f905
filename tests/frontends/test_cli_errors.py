"""Bad input, and what it gets: an exit code, a stable code, one sentence, and nothing lost."""

import fcntl
import json
import os
import resource
import shutil
import socket
import subprocess
import sys

import pytest


def small_files_only():
    """No file may grow above 64 KiB: to a writer the same as a disk that is full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))


@pytest.mark.parametrize("spec", ["r9", "abcdef", "no-such-branch", "0" * 40])
def test_unknown_revision(history, spec):
    code, name, message = history.fails("show", spec)

    assert (code, name) == (4, "revision-not-found")
    assert spec[:10] in message


@pytest.mark.parametrize(
    "words",
    [["revert", "r1", "../x"], ["status", "--why", "/etc/passwd"], ["run", "../fit.py"],
     ["log", ".."]],
)  # fmt: skip
def test_path_outside_the_project(history, words):
    code, name, _ = history.fails(*words)

    assert (code, name) == (2, "path-outside-project")


@pytest.mark.parametrize("words", [["show", "r9"], ["sync"], ["log", ".."]])
def test_failure_is_one_sentence_on_standard_error(history, words):
    outcome = history(*words)

    assert outcome.code == history.fails(*words)[0]
    assert outcome.out == ""
    assert outcome.err == history.fails(*words)[2] + "\n"
    assert outcome.err.count("\n") == 1


def test_path_that_the_revision_lacks(history):
    code, name, message = history.fails("revert", "r1", "nope.txt")

    assert (code, name) == (4, "path-not-found")
    assert "nope.txt" in message


def test_folder_that_is_no_project(domino):
    code, name, message = domino.fails("status")

    assert (code, name) == (4, "project-not-found")
    assert "jupyter domino init" in message


def test_folder_that_is_not_there(domino):
    code, name, message = domino.fails("status", "-C", "nowhere")

    assert (code, name) == (4, "project-not-found")
    assert "There is no folder" in message


def test_words_that_cannot_be_understood(domino):
    assert domino.fails("frobnicate")[:2] == (2, "usage")
    assert domino.fails("sync")[:2] == (2, "usage")
    assert "required: REV. See" in domino.fails("revert")[2]


def test_init_inside_a_project(project, folder):
    code, name, message = project.fails("init", "data")

    assert (code, name) == (5, "project-exists")
    assert str(folder) in message


def test_init_with_another_name_than_before(project):
    assert project.fails("init", "--name", "other")[:2] == (5, "project-exists")


def test_init_around_the_data_home(domino, tmp_path, home):
    assert domino.fails("init", str(home))[:2] == (2, "invalid")
    assert domino.fails("init", str(tmp_path))[:2] == (2, "invalid")


@pytest.mark.parametrize("url", ["ftp://x/y", "not a url", "file://churn/store"])
def test_store_that_no_url_names(domino, folder, url):
    assert domino.fails("init", "--store", url)[:2] == (2, "bad-store-url")
    assert os.listdir(folder) == []


def test_store_inside_the_project(domino, folder):
    url = (folder / "store").as_uri()

    assert domino.fails("init", "--store", url)[:2] == (2, "bad-store-url")
    assert os.listdir(folder) == []


@pytest.mark.xdist_group("s3")
def test_store_that_does_not_answer(domino, folder, s3_environment):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # and never listens
        port = held.getsockname()[1]
        url = f"s3://bucket/p?endpoint_url=http://127.0.0.1:{port}"

        outcome = domino("init", "--store", url, "--json", env=s3_environment)

    assert (outcome.code, outcome.error["code"]) == (7, "store-unreachable")
    assert os.listdir(folder) == []


@pytest.mark.xdist_group("s3")
def test_wrong_credentials(domino, folder, s3_url, s3_environment):
    wrong = s3_environment | {"AWS_SECRET_ACCESS_KEY": "wrong"}

    outcome = domino("init", "--store", s3_url, "--json", env=wrong)

    assert (outcome.code, outcome.error["code"]) == (6, "credentials-refused")
    assert "wrong" not in outcome.error["message"]
    assert os.listdir(folder) == []


@pytest.mark.xdist_group("s3")
def test_a_bucket_keeps_a_project(domino, folder, s3_url):
    (folder / "a.txt").write_text("a")

    domino.json("init", "--store", s3_url)
    domino.json("sync", "-m", "first")

    assert domino.json("status")["changes"] == []
    assert [r["message"] for r in domino.json("log")["revisions"]] == ["first"]


def test_store_that_was_removed(history, home):
    shutil.rmtree(home / "store")

    code, name, message = history.fails("sync", "-m", "more")

    assert (code, name) == (4, "bucket-not-found")
    assert str(home / "store") in message


def test_full_disk_stops_a_sync_and_loses_nothing(history, folder):
    content = os.urandom(1 << 20)
    (folder / "big.bin").write_bytes(content)

    outcome = history("sync", "-m", "big", "--json", preexec_fn=small_files_only)
    after = history.json("sync", "-m", "big, again")

    assert (outcome.code, outcome.error["code"]) == (7, "disk-full")
    assert (after["number"], after["files_added"]) == (3, 1)
    assert (folder / "big.bin").read_bytes() == content


def test_full_disk_stops_a_revert_and_leaves_each_file_whole(history, folder):
    (folder / "big.bin").write_bytes(b"1" * (1 << 20))
    history.json("sync", "-m", "one")
    (folder / "big.bin").write_bytes(b"2" * (1 << 20))
    history.json("sync", "-m", "two")

    outcome = history("revert", "r3", "big.bin", "--json", preexec_fn=small_files_only)

    assert (outcome.code, outcome.error["code"]) == (7, "disk-full")
    assert (folder / "big.bin").read_bytes() == b"2" * (1 << 20)
    assert history.json("revert", "r3", "big.bin")["number"] == 5
    assert (folder / "big.bin").read_bytes() == b"1" * (1 << 20)


def test_corrupt_pack_is_noticed_before_a_byte_of_it_is_written(history, folder, home, tmp_path):
    (folder / "big.bin").write_bytes(os.urandom(1 << 20))
    history.json("sync", "-m", "big")
    pack = max((p for p in (home / "store").rglob("*") if p.is_file()), key=os.path.getsize)
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 1
    pack.chmod(0o644)
    pack.write_bytes(content)

    code, name, message = history.fails("hydrate", "HEAD", str(tmp_path / "copy"))

    assert (code, name) == (8, "damaged")
    assert "big.bin" in message
    assert not (tmp_path / "copy" / "big.bin").exists()


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"garbage"])
def test_half_written_cache_costs_time_and_nothing_else(history, folder, content):
    (folder / "notes.md").write_text("changed\n")
    before = history.json("status")["changes"]

    (folder / ".domino" / "index").write_bytes(content)

    assert history.json("status")["changes"] == before
    assert history.json("sync", "-m", "after")["files_changed"] == 1


def test_two_syncs_of_one_folder(history, folder):
    (folder / "notes.md").write_text("mine\n")
    with (folder / ".domino" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        outcome = history("sync", "-m", "second", "--json")

    assert (outcome.code, outcome.error["code"]) == (5, "sync-in-progress")
    assert history.json("sync", "-m", "second")["number"] == 3


def test_syncs_of_two_folders_at_once_keep_both(history, folder, tmp_path):
    copy = tmp_path / "copy"
    history.json("hydrate", "HEAD", str(copy))
    (folder / "here.txt").write_text("here\n")
    (copy / "there.txt").write_text("there\n")

    running = [history.start("sync", "-m", str(at), "--json", cwd=at) for at in (folder, copy)]
    results = [json.loads(process.communicate(timeout=60)[0]) for process in running]

    assert sorted(result["number"] for result in results) == [3, 4]
    changes = history.json("diff", "r2", "HEAD")["changes"]
    assert [c["path"] for c in changes] == ["here.txt", "there.txt"]


def test_moved_project_goes_on_at_its_new_place(history, folder, tmp_path):
    moved = tmp_path / "moved"
    folder.rename(moved)
    folder.mkdir()

    status = history.json("status", cwd=moved)
    code, name, message = history.fails("status", cwd=folder)

    assert (status["root"], status["changes"]) == (str(moved), [])
    assert (code, name) == (4, "project-not-found")
    assert "jupyter domino init" in message


def test_moved_project_goes_on_also_while_the_records_do_not_answer(history, folder, tmp_path):
    moved = tmp_path / "moved"
    folder.rename(moved)
    broken = {"JUPYTER_DOMINO_DATABASE": "sqlite:////proc/no-such-folder/x"}

    assert history.json("status", cwd=moved, env=broken)["changes"] == []
    assert history.json("jobs", cwd=moved)["jobs"] == []


def test_copied_project_is_a_second_folder_of_it(history, folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, symlinks=True)
    (copy / "there.txt").write_text("there")

    synced = history.json("sync", "-m", "from the copy", cwd=copy)
    here = history.json("sync", "-m", "bring it")

    assert synced["number"] == 3
    assert [c["path"] for c in here["incoming"]] == ["there.txt"]


def test_place_that_a_project_was_moved_from_says_so(history, folder, tmp_path):
    folder.rename(tmp_path / "moved")
    folder.mkdir()

    code, name, message = history.fails("status", cwd=folder)

    assert (code, name) == (4, "project-moved")
    assert "restore-index" in message


def test_current_folder_that_was_removed(domino, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'rmdir "$PWD"; exec "$0" -m jupyter_domino.frontends.cli status --json'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable],
        check=False,
        cwd=gone,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 4
    assert json.loads(done.stdout)["error"]["code"] == "project-moved"


def test_broken_project_file_is_told_and_can_be_rebuilt(history, folder, home):
    (folder / ".domino" / "project.json").write_text('{"format": 1')

    code, name, message = history.fails("status")
    history.json("restore-index", "--store", (home / "store").as_uri())

    assert (code, name) == (8, "damaged")
    assert "restore-index" in message
    assert history.json("status")["changes"] == []


@pytest.mark.parametrize("url", ["no-such-dialect://x", "sqlite:////proc/none/x", "no url"])
def test_records_that_cannot_be_used(project, url):
    outcome = project("jobs", "--json", env={"JUPYTER_DOMINO_DATABASE": url})

    assert (outcome.code, outcome.error["code"]) == (7, "records-unavailable")
    assert "JUPYTER_DOMINO_DATABASE" in outcome.error["message"]


@pytest.mark.parametrize("seconds", [0.05, 0.1, 0.2, 0.4])
def test_ctrl_c_prints_no_traceback_also_while_the_program_loads(project, folder, seconds):
    for number in range(300):
        (folder / f"{number}.txt").write_text(str(number))
    # The program must be past Python's own start, which prints what it likes.
    script = "import signal, sys;"
    script += "signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT));"
    script += "signal.setitimer(signal.ITIMER_REAL, float(sys.argv.pop(1)));"
    # Nor may the alarm ring in Python's own end, when its handler is gone.
    script += "from jupyter_domino.frontends.cli import main; code = main();"
    script += "signal.signal(signal.SIGALRM, signal.SIG_IGN); sys.exit(code)"
    words = [sys.executable, "-c", script, str(seconds), "sync", "-m", "x"]

    done = subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True)

    assert done.returncode in (0, 130)
    assert "Traceback" not in done.stderr

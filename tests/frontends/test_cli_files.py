"""The verbs about files, from a terminal."""

import json
import os
import stat

import pytest


def test_init_makes_a_project_and_says_so_again(domino, folder, home):
    first = domino.json("init")
    second = domino.json("init")

    assert first["created"]
    assert not second["created"]
    assert first["project"] == second["project"]
    assert first["project"]["name"] == "churn"
    assert first["project"]["owner"] == "ada"
    assert first["project"]["store"] == (home / "store").as_uri()
    assert sorted(os.listdir(folder)) == [".domino", ".dominoignore"]
    assert (folder / ".domino" / ".gitignore").read_text() == "*\n"


def test_data_home_is_closed_to_others(project, home):
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_init_takes_a_folder_a_name_and_a_store(domino, tmp_path):
    store = (tmp_path / "my store").as_uri()

    made = domino.json("init", "--name", "other", "--store", store, "sub/deep")

    assert made["project"]["name"] == "other"
    assert made["project"]["store"] == store
    assert made["project"]["root"] == str(tmp_path / "churn" / "sub" / "deep")


def test_init_dry_run_writes_nothing(domino, folder, home):
    made = domino.json("init", "--dry-run")

    assert made["dry_run"]
    assert os.listdir(folder) == []
    assert not home.exists()


def test_two_inits_at_once_make_one_project(domino, folder):
    running = [domino.start("init", "--json") for _ in range(3)]
    results = [json.loads(process.communicate(timeout=60)[0]) for process in running]

    assert len({result["project"]["id"] for result in results}) == 1
    assert sum(result["created"] for result in results) == 1
    assert domino.json("status")["project"] == "churn"


def test_status_counts_what_a_sync_would_store(project):
    found = project.json("status")

    assert [(c["path"], c["kind"]) for c in found["changes"]] == [
        (".dominoignore", "added"),
        ("data/train.csv", "added"),
        ("train.py", "added"),
    ]
    assert found["base"] is None
    assert found["project"] == "churn"


def test_status_says_which_rule_ignores_a_path(project, folder):
    (folder / ".dominoignore").write_text("# big ones\n*.csv\n")

    ignored = project.json("status", "--why", "train.csv", cwd=folder / "data")
    tracked = project.json("status", "--why", "train.py")

    assert ignored["path"] == "data/train.csv"
    assert (ignored["tracked"], ignored["source"]) == (False, ".dominoignore:2")
    assert tracked["tracked"]


def test_sync_answers_with_the_keys_that_scripts_read(project):
    first = project.json("sync", "-m", "first model")
    again = project.json("sync", "-m", "nothing new")

    assert {
        "revision", "parent", "files_added", "files_changed", "files_deleted", "bytes_stored",
        "seconds",
    } <= set(first)  # fmt: skip
    assert (first["number"], first["parent"], first["files_added"]) == (1, None, 3)
    assert first["created"]
    assert not again["created"]
    assert again["revision"] == first["revision"]


def test_sync_dry_run_makes_no_revision(project):
    assert project.json("sync", "-m", "first", "--dry-run")["files_added"] == 3
    assert project.json("log")["revisions"] == []


def test_log_is_newest_first_and_can_be_cut_and_filtered(history, folder):
    log = history.json("log")["revisions"]

    assert [r["message"] for r in log] == ["second model", "first model"]
    assert [r["number"] for r in log] == [2, 1]
    assert [r["author"] for r in log] == ["ada", "ada"]
    assert [r["number"] for r in history.json("log", "-n", "1")["revisions"]] == [2]
    by_path = history.json("log", "train.csv", cwd=folder / "data")["revisions"]
    assert [r["number"] for r in by_path] == [2, 1]
    assert [r["number"] for r in history.json("log", "notes.md")["revisions"]] == [2]


@pytest.mark.parametrize("spec", ["r2", "HEAD", "main"])
def test_show_answers_with_a_revision_and_its_changes(history, spec):
    shown = history.json("show", spec)

    assert shown["revision"]["number"] == 2
    assert [(c["path"], c["kind"]) for c in shown["changes"]] == [
        ("data/train.csv", "changed"),
        ("notes.md", "added"),
    ]


def test_a_revision_is_found_by_the_beginning_of_its_id(history):
    identifier = history.json("show", "r1")["revision"]["id"]

    assert history.json("show", identifier[:8])["revision"]["id"] == identifier


def test_diff_compares_revisions_and_the_files_as_they_are(history, folder):
    (folder / "notes.md").unlink()
    (folder / "train.py").write_text("print('again')\n")

    def paths(*words):
        return [(c["path"], c["kind"]) for c in history.json("diff", *words)["changes"]]

    assert paths("r1", "r2") == [("data/train.csv", "changed"), ("notes.md", "added")]
    assert paths() == [("notes.md", "deleted"), ("train.py", "changed")]
    assert paths("r1") == [("data/train.csv", "changed"), ("train.py", "changed")]


def test_diff_shows_lines_when_asked(history):
    text = history("diff", "r1", "r2", "--patch").out

    assert "--- a/data/train.csv\n+++ b/data/train.csv\n" in text
    assert "\n-1,2\n+1,3\n" in text
    assert history.json("diff", "r1", "r2")["patches"] == []


def test_revert_takes_one_file_back_as_a_new_revision(history, folder):
    result = history.json("revert", "r1", "train.csv", cwd=folder / "data")

    assert (folder / "data" / "train.csv").read_text() == "a,b\n1,2\n"
    assert (folder / "notes.md").exists()
    assert [c["path"] for c in result["changes"]] == ["data/train.csv"]
    assert result["number"] == 3
    assert history.json("status")["changes"] == []


@pytest.mark.parametrize("words", [["r1"], ["r1", "."]])
def test_revert_without_a_path_takes_everything_back(history, folder, words):
    history.json("revert", *words)

    assert (folder / "data" / "train.csv").read_text() == "a,b\n1,2\n"
    assert not (folder / "notes.md").exists()


def test_revert_dry_run_changes_nothing(history, folder):
    result = history.json("revert", "r1", "--dry-run")

    assert sorted(c["path"] for c in result["changes"]) == ["data/train.csv", "notes.md"]
    assert (folder / "notes.md").exists()
    assert len(history.json("log")["revisions"]) == 2


def test_revert_keeps_edits_that_are_not_synced_unless_told(history, folder):
    (folder / "data" / "train.csv").write_text("mine\n")

    code, name, message = history.fails("revert", "r1", "data")
    forced = history.json("revert", "r1", "data", "--force")

    assert (code, name) == (5, "unsynced-changes")
    assert "data/train.csv" in message
    assert (folder / "data" / "train.csv").read_text() == "a,b\n1,2\n"
    saved = history.json("diff", forced["saved_as"], "r2")["changes"]
    assert [c["path"] for c in saved] == ["data/train.csv"]


def test_hydrate_writes_a_revision_into_a_second_folder_of_the_project(history, tmp_path):
    copy = tmp_path / "copy"

    result = history.json("hydrate", "r1", str(copy))

    assert result["files_written"] == 3
    assert (copy / "data" / "train.csv").read_text() == "a,b\n1,2\n"
    assert not (copy / "notes.md").exists()
    there = history.json("status", cwd=copy)
    assert (there["project"], there["base"]["number"], there["changes"]) == ("churn", 1, [])


def test_odd_names_are_shown_on_one_line(project, folder):
    for name in (b"new\nline", b"-dash", b"\xff\xfe", b"quo'te ?"):
        with open(os.path.join(os.fsencode(folder), name), "w") as file:
            file.write("x")

    text = project("status").out
    paths = [c["path"] for c in project.json("status")["changes"]]

    assert "new\\nline" in text
    assert "\\udcff\\udcfe" in text
    assert b"\xff\xfe".decode("utf-8", "surrogateescape") in paths


def test_json_error_is_the_only_output(project):
    outcome = project("show", "r9", "--json")

    assert outcome.code == 4
    assert outcome.error["code"] == "revision-not-found"
    assert outcome.err == ""


def test_help_of_a_verb_is_no_error(domino):
    outcome = domino("sync", "--help")

    assert outcome.code == 0
    assert "example:" in outcome.out


def test_reader_that_goes_away_is_no_error(history):
    read, write = os.pipe()
    os.close(read)

    outcome = history("log", stdout=write)
    os.close(write)

    assert (outcome.code, outcome.err) == (141, "")


def test_hydrate_dry_run_leaves_no_trace(history, tmp_path):
    result = history.json("hydrate", "r1", str(tmp_path / "copy"), "--dry-run")

    assert (result["files_written"], result["dry_run"]) == (3, True)
    assert not (tmp_path / "copy").exists()


def test_hydrate_refuses_a_folder_with_other_files_and_leaves_it_as_it_was(history, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("mine")

    assert history.fails("hydrate", "r1", str(other))[:2] == (5, "target-not-empty")
    assert os.listdir(other) == ["a.txt"]


def test_hydrate_refuses_the_project_and_domino_s_own_folders(history, folder, home):
    for target in (".", "data", "..", str(home), str(home / "store")):
        assert history.fails("hydrate", "r1", target, "--force")[:2] == (2, "invalid")
    assert not (home / "store" / ".domino").exists()


def test_hydrate_again_writes_only_what_differs(history, tmp_path):
    copy = str(tmp_path / "copy")
    history.json("hydrate", "r1", copy)

    result = history.json("hydrate", "r2", copy)

    assert (result["files_written"], result["files_unchanged"]) == (2, 2)

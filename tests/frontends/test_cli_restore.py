"""The store alone rebuilds a project."""

import shutil


def test_empty_folder_becomes_the_project_with_its_files_and_jobs(history, folder, home, tmp_path):
    history.json("run", "--wait", "--title", "greet", "--", "echo", "hello")
    store = (home / "store").as_uri()
    shutil.move(home / "store", tmp_path / "kept")
    shutil.rmtree(home)
    shutil.rmtree(folder)
    home.mkdir()
    shutil.move(tmp_path / "kept", home / "store")
    folder.mkdir()

    result = history.json("restore-index", "--store", store)

    assert result["project"]["name"] == "churn"
    assert (result["files_written"], result["jobs"]) == (4, 1)
    assert (folder / "data" / "train.csv").read_text() == "a,b\n1,3\n"
    assert [r["number"] for r in history.json("log")["revisions"]] == [2, 1]
    status = history.json("status")
    assert (status["changes"], status["incoming"]) == ([], [])
    assert [(j["job"], j["title"]) for j in history.json("jobs")["jobs"]] == [(1, "greet")]
    assert history("logs", "1").out == "hello\n"
    assert history.json("run", "--wait", "--", "true")["job"] == 2


def test_files_that_are_there_are_left_alone(history, folder, home):
    shutil.rmtree(folder / ".domino")
    (folder / "notes.md").write_text("mine\n")

    result = history.json("restore-index", "--store", (home / "store").as_uri())

    assert result["files_written"] == 0
    assert (folder / "notes.md").read_text() == "mine\n"


def test_several_projects_in_a_store_must_be_told_apart(history, folder, home, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    history.json("init", cwd=other)
    shutil.rmtree(folder)
    folder.mkdir()
    store = (home / "store").as_uri()

    code, name, message = history.fails("restore-index", "--store", store)
    result = history.json("restore-index", "--store", store, "--project", "churn")

    assert (code, name) == (2, "invalid")
    assert "other" in message
    assert result["project"]["name"] == "churn"


def test_store_without_such_a_project(history, folder, home, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    store = (home / "store").as_uri()

    code, name, _ = history.fails("restore-index", "--store", store, "--project", "nope", cwd=empty)

    assert (code, name) == (4, "project-not-found")
    assert list(empty.iterdir()) == []


def test_folder_that_names_no_store_must_be_told(domino):
    assert domino.fails("restore-index")[:2] == (2, "invalid")


def test_records_that_were_lost_come_back_with_the_first_look(history, home):
    history.json("run", "--wait", "--", "echo", "hello")
    for file in home.glob("records.sqlite3*"):
        file.unlink()

    jobs = history.json("jobs")["jobs"]

    assert [(job["job"], job["state"]) for job in jobs] == [(1, "Succeeded")]
    assert history("logs", "1").out == "hello\n"


def test_a_dry_run_tells_what_would_come_back_and_writes_nothing(history, folder, home):
    history.json("run", "--wait", "--", "echo", "hello")
    store = (home / "store").as_uri()
    shutil.rmtree(folder)
    folder.mkdir()

    result = history.json("restore-index", "--store", store, "--dry-run")

    assert (result["files_written"], result["jobs"], result["dry_run"]) == (4, 1, True)
    assert list(folder.iterdir()) == []

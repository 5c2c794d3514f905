"""Files and revisions over REST, on real projects in real stores."""

import base64
import json
import os

import nbformat
import pytest

from jupyter_domino import wiring

NASTY = [
    "../outside",
    "..",
    "/etc",
    "study/../../outside",
    "study\0",
    "x" * 300,
    "a/" * 3000,
    ".ssh",
]


def head(project):
    return project.repository.head()


async def test_status_tells_what_a_sync_would_keep(client, project):
    (project.root / "train.py").write_text("print('two')\n")
    (project.root / "new.txt").write_text("new")
    (project.root / "data" / "a.csv").unlink()

    status = await client.get("status", path="study")

    assert [(c["path"], c["kind"]) for c in status["changes"]] == [
        ("data", "added"),  # empty now
        ("data/a.csv", "deleted"),
        ("new.txt", "added"),
        ("train.py", "changed"),
    ]
    assert status["counts"] == {"added": 2, "changed": 1, "deleted": 1, "mode": 0, "type": 0}
    assert (status["root"], status["is_clean"]) == ("study", False)
    assert status["base"]["number"] == status["head"]["number"] == 1


async def test_status_comes_in_pages(client, project):
    for name in ("a", "b", "c"):
        (project.root / name).write_text(name)

    first = await client.get("status", path="study", limit=2)
    second = await client.get("status", path="study", limit=2, after=first["next"])

    assert [c["path"] for c in first["changes"]] == ["a", "b"]
    assert [c["path"] for c in second["changes"]] == ["c"]
    assert (first["total"], first["next"], second["next"]) == (3, "b", None)


async def test_a_sync_keeps_the_tree_as_a_revision(client, project):
    (project.root / "new.txt").write_text("new")

    result = await client.post("sync", {"path": "study", "message": "second"})
    status = await client.get("status", path="study")

    assert result.status == 200
    assert (result["number"], result["files_added"], result["created"]) == (2, 1, True)
    assert status["is_clean"] is True
    assert head(project).id == result["revision"]
    assert head(project).message == "second"


async def test_a_dry_sync_keeps_nothing(client, project):
    (project.root / "new.txt").write_text("new")

    result = await client.post("sync", {"path": "study", "message": "m", "dry_run": True})

    assert (result["dry_run"], result["files_added"]) == (True, 1)
    assert head(project).number == 1


async def test_why_says_which_rule_decides(client, project):
    (project.root / ".dominoignore").write_text("*.log\n")

    verdict = await client.get("why", path="study", file="train.log")

    assert (verdict["tracked"], verdict["source"]) == (False, ".dominoignore:1")


async def test_why_wants_a_file(client, project):
    answer = await client.get("why", path="study")

    assert (answer.status, answer["details"]) == (422, {"fields": ["file"]})


async def test_the_history_comes_in_pages_newest_first(client, project):
    for number in (2, 3):
        (project.root / "train.py").write_text(f"print({number})\n")
        project.sync(f"no {number}")

    first = await client.get("revisions", path="study", limit=2)
    second = await client.get("revisions", path="study", limit=2, before=first["next"])

    assert [r["message"] for r in first["revisions"]] == ["no 3", "no 2"]
    assert [r["number"] for r in second["revisions"]] == [1]
    assert (first["next"], second["next"]) == (2, None)


async def test_the_history_of_a_file_leaves_out_the_rest(client, project):
    (project.root / "other.txt").write_text("x")
    project.sync("other")

    answer = await client.get("revisions", path="study", file="train.py")

    assert [r["number"] for r in answer["revisions"]] == [1]


@pytest.mark.parametrize("name", ["r1", "HEAD", "main"])
async def test_a_revision_is_shown_with_what_it_changed(client, project, name):
    answer = await client.get(f"revisions/{name}", path="study")

    assert answer["revision"]["id"] == head(project).id
    assert [c["path"] for c in answer["changes"]] == [".dominoignore", "data/a.csv", "train.py"]
    assert {c["kind"] for c in answer["changes"]} == {"added"}


@pytest.mark.parametrize("name", ["r99", "deadbeef", "no-such-branch"])
async def test_an_unknown_revision_is_404(client, project, name):
    answer = await client.get(f"revisions/{name}", path="study")

    assert (answer.status, answer["code"]) == (404, "revision-not-found")


async def test_files_of_a_revision_come_in_pages(client, project):
    first = await client.get("revisions/r1/files", path="study", limit=2)
    second = await client.get("revisions/r1/files", path="study", limit=2, after=first["next"])

    assert [e["path"] for e in first["entries"]] == [".dominoignore", "data/a.csv"]
    assert [e["path"] for e in second["entries"]] == ["train.py"]
    assert (first["next"], second["next"]) == ("data/a.csv", None)


@pytest.mark.parametrize("prefix", ["data", "data/", "data/a.csv"])
async def test_files_below_a_folder_can_be_asked_for(client, project, prefix):
    (project.root / "data2").mkdir()
    (project.root / "data2" / "b.csv").write_text("x")
    project.sync("second")

    answer = await client.get("revisions/r2/files", path="study", prefix=prefix)

    assert [e["path"] for e in answer["entries"]] == ["data/a.csv"]


async def test_an_old_file_is_shown_as_it_was(client, project):
    (project.root / "train.py").write_text("print('two')\n")
    project.sync("second")

    model = await client.get("revisions/r1/contents/train.py", path="study")

    assert (model["content"], model["format"]) == ("print('one')\n", "text")
    assert model["writable"] is False


async def test_an_old_binary_file_is_shown_as_it_was(client, project):
    (project.root / "a.png").write_bytes(b"\x89PNG\xff")
    project.sync("second")

    model = await client.get("revisions/r2/contents/a.png", path="study")

    assert (model["format"], model["mimetype"]) == ("base64", "image/png")
    assert base64.b64decode(model["content"]) == b"\x89PNG\xff"


async def test_an_old_notebook_is_json(client, project):
    nbformat.write(nbformat.v4.new_notebook(), project.root / "n.ipynb")
    project.sync("second")

    model = await client.get("revisions/r2/contents/n.ipynb", path="study")

    assert (model["type"], model["format"]) == ("notebook", "json")


@pytest.mark.parametrize("route", ["revisions/r1/contents", "revisions/r1/contents/"])
async def test_a_revisions_folders_can_be_browsed(client, project, route):
    root = await client.get(route.rstrip("/"), path="study")
    data = await client.get("revisions/r1/contents/data", path="study")

    assert [(m["path"], m["type"]) for m in root["content"]] == [
        (".dominoignore", "file"),
        ("data", "directory"),
        ("train.py", "file"),
    ]
    assert [m["path"] for m in data["content"]] == ["data/a.csv"]


@pytest.mark.parametrize("file", ["gone.txt", "dat", "data/a.csv/b", "%2e%2e/%2e%2e/etc/passwd"])
async def test_a_file_that_a_revision_lacks_is_404(client, project, file):
    answer = await client.get(f"revisions/r1/contents/{file}", path="study")

    assert (answer.status, answer["code"]) == (404, "path-not-found")


async def test_a_difference_between_revisions_is_listed(client, project):
    (project.root / "train.py").write_text("print('two')\n")
    project.sync("second")

    answer = await client.get("diff", path="study", a="r1", b="r2")

    assert [(c["path"], c["kind"]) for c in answer["changes"]] == [("train.py", "changed")]
    assert answer["b"] == head(project).id


async def test_without_ends_the_folder_is_compared_with_its_base(client, project):
    (project.root / "train.py").write_text("print('two')\n")

    answer = await client.get("diff", path="study")

    assert (answer["a"], answer["b"]) == (head(project).id, None)
    assert [c["path"] for c in answer["changes"]] == ["train.py"]


async def test_a_files_difference_is_a_unified_diff(client, project):
    (project.root / "train.py").write_text("print('two')\n")

    answer = await client.get("diff/train.py", path="study")

    assert "-print('one')\n+print('two')\n" in answer["text"]


async def test_a_file_is_taken_back(client, project):
    (project.root / "train.py").write_text("print('two')\n")
    project.sync("second")

    body = {"path": "study", "revision": "r1", "paths": ["train.py"]}
    result = await client.post("revert", body)

    assert (project.root / "train.py").read_text() == "print('one')\n"
    assert (result["number"], [c["path"] for c in result["changes"]]) == (3, ["train.py"])


async def test_unsynced_edits_are_not_overwritten_unless_it_is_said(client, project):
    (project.root / "train.py").write_text("print('mine')\n")
    body = {"path": "study", "revision": "r1", "paths": ["train.py"]}

    refused = await client.post("revert", body)
    forced = await client.post("revert", body | {"force": True})

    assert (refused.status, refused["code"]) == (409, "unsynced-changes")
    assert refused["details"]["paths"] == ["train.py"]
    assert forced["overwritten"] == ["train.py"]
    saved = b"".join(project.read(forced["saved_as"], "train.py"))
    assert saved == b"print('mine')\n"


async def test_a_dry_revert_writes_nothing(client, project):
    (project.root / "train.py").write_text("print('two')\n")
    project.sync("second")

    body = {"path": "study", "revision": "r1", "paths": [], "dry_run": True}
    result = await client.post("revert", body)

    assert [c["path"] for c in result["changes"]] == ["train.py"]
    assert (project.root / "train.py").read_text() == "print('two')\n"
    assert head(project).number == 2


async def test_a_revision_is_written_into_another_folder(client, project, jp_root_dir):
    result = await client.post(
        "hydrate", {"path": "study", "revision": "r1", "directory": "copies/one"}
    )

    assert (result["directory"], result["files_written"]) == ("copies/one", 3)
    assert (jp_root_dir / "copies" / "one" / "train.py").read_text() == "print('one')\n"


@pytest.mark.parametrize("directory", NASTY)
async def test_nothing_is_written_outside_the_servers_root(client, project, directory):
    body = {"path": "study", "revision": "r1", "directory": directory}

    answer = await client.post("hydrate", body)

    assert answer.status in {404, 422}


@pytest.mark.parametrize("path", NASTY)
async def test_no_project_is_found_outside_the_servers_root(client, project, path):
    answer = await client.get("status", path=path)

    assert answer.status in {404, 422}
    assert len(answer["message"]) < 500


@pytest.mark.parametrize("route", ["diff", "parameters"])
@pytest.mark.parametrize(
    "file",
    ["%2e%2e/outside.ipynb", "/etc/passwd", "%2Fetc%2Fpasswd", "door/outside.ipynb", "a%00b"],
)
async def test_no_file_outside_the_project_is_read(client, project, jp_root_dir, route, file):
    (jp_root_dir / "outside.ipynb").write_text("secret")
    (project.root / "door").symlink_to(jp_root_dir)

    answer = await client.get(f"{route}/{file}", path="study")

    assert answer.status == 422
    assert answer["code"] in {"path-outside-project", "bad-name"}
    assert "secret" not in json.dumps(answer.body)


async def test_a_link_out_of_the_project_is_compared_but_not_followed(client, project):
    (project.root / "door").symlink_to("/etc/passwd")

    answer = await client.get("diff/door", path="study")

    assert "+/etc/passwd" in answer["text"]
    assert "root:" not in answer["text"]


async def test_half_a_surrogate_pair_is_no_text(client, project):
    answer = await client.post("sync", b'{"path": "study", "message": "\\ud800"}')

    assert answer.status == 400


@pytest.mark.parametrize("paths", [["../x"], ["/etc/passwd"], ["a\0b"]])
async def test_no_file_outside_the_project_is_reverted(client, project, paths):
    body = {"path": "study", "revision": "r1", "paths": paths}

    answer = await client.post("revert", body)

    assert answer.status in {404, 422}


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "10001"}, {"limit": "x"}, {"limit": "-1"}, {"limit": "²"}]
)
async def test_a_limit_is_a_number_within_bounds(client, project, query):
    answer = await client.get("status", path="study", **query)

    assert (answer.status, answer["details"]) == (422, {"fields": ["limit"]})


async def test_a_body_that_is_no_json_is_400(client, project):
    answer = await client.post("sync", b"{")

    assert (answer.status, answer["code"]) == (400, "invalid")


async def test_a_field_that_nobody_knows_is_refused(client, project):
    answer = await client.post("sync", {"path": "study", "message": "m", "force": True})

    assert (answer.status, answer["details"]) == (422, {"fields": ["force"]})


async def test_a_name_that_is_not_utf8_goes_there_and_back(client, project):
    (project.root / os.fsdecode(b"\xff.txt")).write_text("odd")
    project.sync("second")

    listed = await client.get("revisions/r2/files", path="study")
    model = await client.get("revisions/r2/contents/%FF.txt", path="study")

    assert "\udcff.txt" in [e["path"] for e in listed["entries"]]
    assert (model["path"], model["content"]) == ("\udcff.txt", "odd")


async def test_two_projects_keep_apart(client, project, jp_root_dir):
    (jp_root_dir / "other").mkdir()
    (jp_root_dir / "other" / "b.txt").write_text("b")
    wiring.init_project(jp_root_dir / "other")
    await client.post("sync", {"path": "other", "message": "theirs"})

    ours = await client.get("revisions", path="study")
    theirs = await client.get("revisions", path="other")

    assert [r["message"] for r in ours["revisions"]] == ["first"]
    assert [r["message"] for r in theirs["revisions"]] == ["theirs"]


async def test_a_store_that_is_gone_is_503(client, project, home):
    (home / "store").rename(home / "away")

    answer = await client.get("revisions/r1", path="study")

    assert answer.status in {404, 503}
    assert answer["code"] in {"bucket-not-found", "store-unreachable", "revision-not-found"}


async def test_a_defect_is_500_and_only_the_log_tells_what_it_is(client, project, server, caplog):
    server.web_app.settings["jupyter_domino_contents_bytes"] = "not a number"

    answer = await client.get("revisions/r1/contents/train.py", path="study")

    assert (answer.status, answer["code"]) == (500, "internal")
    assert "Traceback" not in json.dumps(answer.body)
    assert "TypeError" not in json.dumps(answer.body)
    assert "TypeError" in caplog.text


async def test_a_request_with_unknown_types_is_refused(client, project):
    answer = await client.get("revisions/r1/contents/train.py", path="study", type="movie")

    assert (answer.status, answer["details"]["fields"]) == (422, ["type"])

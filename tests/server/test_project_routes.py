"""Projects over REST."""

import pytest
import yaml

from jupyter_domino import wiring


async def test_a_folder_becomes_a_project(client, jp_root_dir):
    (jp_root_dir / "study").mkdir()

    made = await client.post("projects", {"path": "study", "name": "Churn"})

    assert made.status == 201
    assert (made["name"], made["root"], made["kind"]) == ("Churn", "study", "files")
    assert wiring.open_project(jp_root_dir / "study").id == made["id"]


async def test_a_project_is_made_only_once(client, project):
    again = await client.post("projects", {"path": "study"})

    assert again.status == 200
    assert again["id"] == project.id


async def test_a_store_that_does_not_answer_is_503_and_no_project_is_made(
    client, jp_root_dir, s3_environment
):
    (jp_root_dir / "study").mkdir()
    store = "s3://bucket/prefix?endpoint_url=http://127.0.0.1:1"

    answer = await client.post("projects", {"path": "study", "store": store})

    assert (answer.status, answer["code"]) == (503, "store-unreachable")
    assert (await client.get("project", path="study")).status == 404


@pytest.mark.parametrize("store", ["ftp://x", "nowhere", "s3://"])
async def test_a_store_that_cannot_be_meant_is_422(client, jp_root_dir, store):
    (jp_root_dir / "study").mkdir()

    answer = await client.post("projects", {"path": "study", "store": store})

    assert (answer.status, answer["code"]) == (422, "bad-store-url")


async def test_a_project_in_a_project_is_refused(client, project):
    answer = await client.post("projects", {"path": "study/data"})

    assert (answer.status, answer["code"]) == (409, "project-exists")


async def test_a_project_is_found_from_any_of_its_files(client, project):
    answers = [
        await client.get("project", path=path)
        for path in ("study", "study/data", "study/data/a.csv", "study/not/yet/there")
    ]

    assert {answer["id"] for answer in answers} == {project.id}
    assert {answer["root"] for answer in answers} == {"study"}


async def test_where_no_project_is_it_says_how_to_make_one(client):
    answer = await client.get("project", path="")

    assert (answer.status, answer["code"]) == (404, "project-not-found")
    assert "init" in answer["message"]


async def test_a_project_that_begins_above_the_servers_root_is_not_served(
    client, jp_root_dir, tmp_path_factory, monkeypatch
):
    monkeypatch.setenv("JUPYTER_DOMINO_HOME", str(tmp_path_factory.mktemp("elsewhere")))
    wiring.init_project(jp_root_dir.parent)

    answer = await client.get("status", path="")

    assert (answer.status, answer["code"]) == (404, "project-not-found")
    assert "above" in answer["message"]


async def test_the_projects_under_the_root_are_listed_and_no_others(
    client, project, jp_root_dir, tmp_path
):
    (jp_root_dir / "another").mkdir()
    wiring.init_project(jp_root_dir / "another")
    (tmp_path / "elsewhere").mkdir()
    wiring.init_project(tmp_path / "elsewhere")

    first = await client.get("projects", limit=1)
    second = await client.get("projects", limit=1, after=first["next"])

    assert [p["root"] for p in first["projects"]] == ["another"]
    assert [p["root"] for p in second["projects"]] == ["study"]
    assert (first["next"], second["next"]) == ("another", None)


async def test_a_project_that_was_moved_is_found_at_its_new_place(client, project, jp_root_dir):
    (jp_root_dir / "study").rename(jp_root_dir / "moved")

    gone = await client.get("status", path="study")
    there = await client.get("project", path="moved")
    listed = await client.get("projects")

    assert gone.status == 404
    assert (there["id"], there["root"]) == (project.id, "moved")
    assert [p["root"] for p in listed["projects"]] == ["moved"]


async def test_the_configuration_says_what_the_page_must_know(client, home, project):
    answer = await client.get("config")

    assert answer["home"] == str(home)
    assert answer["projects_here"] is True
    assert answer["watching"] == "events"


async def test_the_document_is_served_as_it_is(
    server, http_server_client, jp_auth_header, jp_base_url, openapi
):
    response = await http_server_client.fetch(
        f"{jp_base_url}jupyter-domino/api/v1/openapi.yaml", headers=jp_auth_header
    )

    assert response.headers["Content-Type"] == "application/yaml"
    assert yaml.safe_load(response.body) == openapi

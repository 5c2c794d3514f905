"""The routes are those of the OpenAPI document, and nobody passes who may not."""

import json
import re

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError
from tornado.web import RequestHandler

from jupyter_domino import errors
from jupyter_domino.errors import DominoError
from jupyter_domino.frontends.server import file_routes, job_routes, project_routes
from jupyter_domino.frontends.server.contract import Contract, MalformedBody
from jupyter_domino.frontends.server.handler import STATUS, http_status

VERBS = ("get", "head", "post", "put", "patch", "delete")
ROUTES = [*project_routes.ROUTES, *file_routes.ROUTES, *job_routes.ROUTES]
DOCUMENT = Contract().document
SAMPLES = {"{rev}": "r1", "{n}": "1", "{file}": "data/a.csv"}


def sample(template):
    for name, value in SAMPLES.items():
        template = template.replace(name, value)
    return template.removeprefix("/")


OPERATIONS = sorted(
    (sample(template), verb) for template, verbs in DOCUMENT["paths"].items() for verb in verbs
)


class Picky(Authorizer):
    """Refuses what a test says."""

    refused: tuple[str, str] = ("", "")

    def is_authorized(self, handler, user, action, resource):
        return (action, resource) != Picky.refused


@pytest.fixture
def jp_server_config(jp_server_config):
    jp_server_config["ServerApp"]["authorizer_class"] = Picky
    return jp_server_config


@pytest.fixture
def ask(server, http_server_client, jp_base_url, jp_auth_header):
    async def status_of(route, verb, headers=None):
        try:
            response = await http_server_client.fetch(
                f"{jp_base_url}jupyter-domino/api/v1/{route}",
                method=verb.upper(),
                headers=jp_auth_header if headers is None else headers,
                body="{}" if verb in {"post", "put", "patch"} else None,
            )
        except HTTPClientError as error:
            response = error.response
        return response.code, response.body

    return status_of


def is_implemented(handler, verb):
    return getattr(handler, verb) is not getattr(RequestHandler, verb)


def matching(route):
    return [handler for pattern, handler in ROUTES if re.fullmatch(pattern, route)]


@pytest.mark.parametrize(("route", "verb"), OPERATIONS)
def test_what_the_document_has_is_routed_to_one_handler(route, verb):
    handlers = matching(route)

    assert len(handlers) == 1
    assert is_implemented(handlers[0], verb)


def test_every_route_and_verb_is_in_the_document():
    routed = {
        (handler, verb) for _, handler in ROUTES for verb in VERBS if is_implemented(handler, verb)
    }
    documented = {(handler, verb) for route, verb in OPERATIONS for handler in matching(route)}

    assert routed == documented


@pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong"}])
async def test_without_the_token_nothing_is_answered(ask, headers):
    answers = {(route, verb): (await ask(route, verb, headers))[0] for route, verb in OPERATIONS}

    assert set(answers.values()) == {403}


@pytest.mark.parametrize("resource", ["projects", "files", "jobs"])
@pytest.mark.parametrize(("verb", "action"), [("get", "read"), ("post", "write")])
async def test_an_authorizer_is_asked_for_the_resource_of_each_route(ask, resource, verb, action):
    # All routes once before, and again: a decorator must not remember what another asked for.
    Picky.refused = ("", "")
    for route, each in OPERATIONS:
        assert (await ask(route, each))[0] != 403

    Picky.refused = (action, f"jupyter_domino:{resource}")
    refused = {(route, each) for route, each in OPERATIONS if (await ask(route, each))[0] == 403}

    Picky.refused = ("", "")
    expected = {
        (route, each)
        for route, each in OPERATIONS
        if each == verb and matching(route)[0].auth_resource == f"jupyter_domino:{resource}"
    }
    assert refused == expected


def test_each_area_has_a_resource_of_its_own():
    modules = (project_routes, file_routes, job_routes)

    assert [{handler.auth_resource for _, handler in module.ROUTES} for module in modules] == [
        {"jupyter_domino:projects"},
        {"jupyter_domino:files"},
        {"jupyter_domino:jobs"},
    ]


async def test_a_verb_that_is_not_there_is_405_and_json(ask):
    status, body = await ask("status", "delete")

    assert status == 405
    assert json.loads(body)["code"] == "invalid"


async def cookies_of(http_server_client, jp_base_url, token):
    response = await http_server_client.fetch(
        f"{jp_base_url}lab-is-not-there?token={token}", raise_error=False
    )
    pairs = [
        cookie.split(";")[0].split("=", 1) for cookie in response.headers.get_list("Set-Cookie")
    ]
    return dict(pairs)


async def test_a_post_with_a_cookie_needs_the_xsrf_token(
    ask, server, http_server_client, jp_base_url
):
    cookies = await cookies_of(http_server_client, jp_base_url, server.identity_provider.token)
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())

    refused, _ = await ask("sync", "post", {"Cookie": header})
    passed, _ = await ask(
        "sync", "post", {"Cookie": header, "X-XSRFToken": cookies.get("_xsrf", "")}
    )

    assert (refused, passed) == (403, 422)


def categories(error):
    for child in error.__subclasses__():
        yield child
        yield from categories(child)


@pytest.mark.parametrize("category", sorted(set(categories(DominoError)), key=str), ids=str)
def test_every_category_of_errors_has_a_status(category):
    assert any(parent in STATUS for parent in category.__mro__)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("x"), 404),
        (errors.Conflict("x"), 409),
        (errors.Invalid("x"), 422),
        (MalformedBody("x"), 400),
        (errors.Refused("x"), 403),
        (errors.Unavailable("x"), 503),
        (errors.Unavailable("x", code="disk-full"), 507),
        (errors.Damaged("x"), 500),
        (errors.DominoError("x"), 500),
    ],
)
def test_an_error_has_the_status_of_what_a_caller_can_do_about_it(error, status):
    assert http_status(error) == status


async def test_reading_does_not_count_as_a_users_activity(ask, server):
    server.web_app.settings.pop("api_last_activity", None)

    await ask("tiers", "get")
    assert "api_last_activity" not in server.web_app.settings

    await ask("sync", "post")
    assert "api_last_activity" in server.web_app.settings

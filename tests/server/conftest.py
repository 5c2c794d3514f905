"""A real Jupyter server with the extension, real projects below its root, real stores.

The fixtures of pytest-jupyter are taken here rather than in the root's conftest: its
automatic ones make a server application for each test, which the other tests do not need.
"""

import asyncio
import json
import os
import re
import time
from urllib.parse import quote, urlencode

import pytest
from jsonschema import Draft202012Validator
from jupyter_events.pytest_plugin import *  # noqa: F403
from pytest_jupyter.jupyter_server import *  # noqa: F403
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from tornado.httpclient import HTTPClientError

from jupyter_domino import wiring
from jupyter_domino.frontends.server.contract import Contract

API = "jupyter-domino/api/v1/"
SECONDS = 20.0
URI = "urn:openapi"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A data home of the test's own, as the environment says it."""
    folder = tmp_path / "domino-home"
    monkeypatch.setenv("JUPYTER_DOMINO_HOME", str(folder))
    monkeypatch.delenv("JUPYTER_DOMINO_STORE", raising=False)
    monkeypatch.delenv("JUPYTER_DOMINO_DATABASE", raising=False)
    return folder


@pytest.fixture
def extension_config():
    """Traits of the extension that a test wants otherwise."""
    return {}


@pytest.fixture
def jp_server_config(jp_event_handler, extension_config):
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_domino": True, "jupyter_server_terminals": False},
            "allow_unauthenticated_access": False,
            "reraise_server_extension_failures": True,
        },
        "EventLogger": {"handlers": [jp_event_handler]},
        "DominoApp": {"watch_debounce": 50} | extension_config,
    }


@pytest.fixture
def server(jp_serverapp, jp_asyncio_loop):
    """The server with its extensions started, as after `jupyter server`; stopped at the end."""
    extensions = jp_serverapp.extension_manager
    jp_asyncio_loop.run_until_complete(extensions.start_all_extensions())
    yield jp_serverapp
    jp_asyncio_loop.run_until_complete(extensions.stop_all_extensions())


@pytest.fixture(scope="session")
def openapi():
    return Contract().document


class Answer:
    """What the server said."""

    def __init__(self, status, body):
        self.status = status
        self.body = body

    def __getitem__(self, name):
        return self.body[name]


class Client:
    """Asks the server, and holds each answer against the OpenAPI document."""

    def __init__(self, fetch, base_url, openapi):
        self._fetch = fetch
        self._base_url = base_url
        self._openapi = openapi
        resource = DRAFT202012.create_resource(openapi)
        self._registry = Registry().with_resource(URI, resource)

    async def get(self, route, **query):
        return await self._ask("GET", route, query, None)

    async def post(self, route, body):
        return await self._ask("POST", route, {}, body)

    async def _ask(self, verb, route, query, body):
        data = body if isinstance(body, bytes) or body is None else json.dumps(body)
        named = {name: value for name, value in query.items() if value is not None}
        path = f"{API}{route}?{urlencode(named, errors='surrogateescape')}"
        try:
            response = await self._fetch(self._base_url + path, method=verb, body=data)
        except HTTPClientError as error:
            response = error.response
        answer = json.loads(response.body)
        self._check(verb, route, response.code, answer)
        return Answer(response.code, answer)

    def _check(self, verb, route, status, answer):
        template = self._template(route)
        responses = self._openapi["paths"][template][verb.lower()]["responses"]
        known = str(status) if str(status) in responses else "default"
        assert known != "default" or status >= 400
        pointer = "/".join(
            part.replace("~", "~0").replace("/", "~1")
            for part in ("paths", template, verb.lower(), "responses", known)
        )
        target = self._openapi["paths"][template][verb.lower()]["responses"][known]
        pointer = target.get("$ref", f"#/{pointer}").removeprefix("#/")
        schema = {"$ref": f"{URI}#/{pointer}/content/application~1json/schema"}
        Draft202012Validator(schema, registry=self._registry).validate(answer)

    def _template(self, route):
        found = [path for path in self._openapi["paths"] if pattern(path).fullmatch(f"/{route}")]
        assert found, f"{route} is not in the OpenAPI document"
        return min(found, key=lambda path: path.count("{"))


def pattern(template):
    """What matches the paths that a template of the OpenAPI document stands for."""
    escaped = re.escape(template).replace(r"\{file\}", ".+")
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", escaped))


@pytest.fixture
def client(server, http_server_client, jp_auth_header, jp_base_url, openapi):
    async def fetch(path, **options):
        return await http_server_client.fetch(
            path, headers=dict(jp_auth_header), request_timeout=SECONDS, **options
        )

    return Client(fetch, jp_base_url, openapi)


@pytest.fixture
def project(jp_root_dir, home):
    """A project in the folder `study` with one revision of two files."""
    root = jp_root_dir / "study"
    (root / "data").mkdir(parents=True)
    (root / "train.py").write_text("print('one')\n")
    (root / "data" / "a.csv").write_text("a,b\n1,2\n")
    wiring.init_project(root)
    opened = wiring.open_project(root)
    opened.sync("first")
    return opened


@pytest.fixture
def events(server, jp_read_emitted_events):
    return Events(jp_read_emitted_events)


class Events:
    """What was emitted, in order."""

    def __init__(self, read):
        self._read = read
        self.seen = []

    def forget(self):
        """Leave out what was emitted so far."""
        self._read()
        self.seen = []

    def of(self, topic):
        """All events of a topic so far."""
        self.seen.extend(self._read() or [])
        ends = f"/{topic}/v1"
        return [event for event in self.seen if event["__schema__"].endswith(ends)]

    async def wait_for(self, topic, **fields):
        """The first event of a topic that has these fields."""
        deadline = time.monotonic() + SECONDS
        while True:
            for event in self.of(topic):
                if all(event.get(name) == value for name, value in fields.items()):
                    return event
            assert time.monotonic() < deadline, f"no {topic} event {fields} among {self.seen}"
            await asyncio.sleep(0.02)


def quoted(path):
    """A path as part of a URL, its slashes kept."""
    return quote(os.fsencode(path))

"""What every handler of ours does alike: read what was asked, call in a thread, answer, fail.

A verb is decorated in its concrete class, never here: `authorized` keeps the first
`auth_resource` it sees, so that one decorated method in two classes would ask for the
first one's resource on behalf of both.
"""

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from http import HTTPStatus
from types import TracebackType
from typing import TypeVar

from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado.web import HTTPError

from jupyter_domino.errors import (
    Conflict,
    Damaged,
    DominoError,
    Invalid,
    NotFound,
    Refused,
    Unavailable,
)
from jupyter_domino.frontends.server.contents import FORMATS, TYPES, Wish
from jupyter_domino.frontends.server.contract import Contract, MalformedBody
from jupyter_domino.frontends.server.events import Announcer
from jupyter_domino.frontends.server.site import Site
from jupyter_domino.frontends.server.views import Page, finite
from jupyter_domino.frontends.wire import Json, to_json
from jupyter_domino.projects.project import Project

PROJECTS = "jupyter_domino:projects"
FILES = "jupyter_domino:files"
JOBS = "jupyter_domino:jobs"
"""What an authorizer is asked for, with `read` for GET and `write` for POST."""

MAX_PAGE = 10_000
"""Items; what a page asks for at most."""

STATUS: Mapping[type[DominoError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    MalformedBody: HTTPStatus.BAD_REQUEST,
    Refused: HTTPStatus.FORBIDDEN,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    Damaged: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""One line a category; a test checks that every error falls under one."""

CODE_STATUS: Mapping[str, HTTPStatus] = {"disk-full": HTTPStatus.INSUFFICIENT_STORAGE}
"""Codes for which HTTP has a word of its own."""

HTTP_CODES: Mapping[int, str] = {403: "refused", 404: "not-found", 405: "invalid", 400: "invalid"}
"""Our codes for what tornado and Jupyter refuse before we are asked."""

Body = TypeVar("Body")
Result = TypeVar("Result")


def http_status(error: DominoError) -> HTTPStatus:
    """The status of the error's nearest category."""
    if error.code in CODE_STATUS:
        return CODE_STATUS[error.code]
    for category in type(error).__mro__:
        if category in STATUS:
            return STATUS[category]
    return HTTPStatus.INTERNAL_SERVER_ERROR


class DominoHandler(ExtensionHandlerMixin, APIHandler):
    """A route: its verbs read, call `answer` and are done."""

    def initialize(
        self, name: str, site: Site, announcer: Announcer, contract: Contract, workers: Executor
    ) -> None:
        """Take what the routes hand over; `workers` are threads for all that may wait."""
        super().initialize(name)
        self.site = site
        self.announcer = announcer
        self.contract = contract
        self._workers = workers

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """A part of the URL; bytes that are not UTF-8 become surrogates, as in file names."""
        return os.fsdecode(value)

    def text(self, name: str) -> str | None:
        """A field of the query, byte for byte; None when it is not there."""
        values = self.request.query_arguments.get(name)
        return os.fsdecode(values[-1]) if values else None

    def number(self, name: str, *, low: int = 0, high: int = 1 << 62) -> int | None:
        """A whole number of the query.

        Raises:
            Invalid: it is none, or not within `low` and `high`.
        """
        text = self.text(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdecimal() and low <= int(text[:20]) <= high):
            raise Invalid(
                f"'{name}' must be a whole number from {low} to {high}.", details={"fields": [name]}
            )
        return int(text)

    def page(self) -> Page:
        """Which part of a list is wanted."""
        return Page(self.number("limit", low=1, high=MAX_PAGE) or 1000, self.text("after"))

    def body(self, kind: type[Body]) -> Body:
        """The request's body.

        Raises:
            MalformedBody, Invalid: as `Contract.read`.
        """
        return self.contract.read(kind, self.request.body)

    def wish(self) -> Wish:
        """How a file's content is wanted, as in Jupyter's contents API.

        Raises:
            Invalid: no file can be had like that.
        """
        kind, form = self.text("type") or None, self.text("format") or None
        for name, value, known in (("type", kind, TYPES), ("format", form, FORMATS)):
            if value is not None and value not in known:
                raise Invalid(
                    f"'{name}' is one of {', '.join(known)}.",
                    details={"fields": [name], "valid": list(known)},
                )
        content = self.number("content", high=1) != 0
        return Wish(content, kind, form, self.settings["jupyter_domino_contents_bytes"])

    async def work(self, call: Callable[[], Result]) -> Result:
        """What `call` returns; it runs in a thread, so that it may wait."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, call)

    async def answer(self, call: Callable[[], object], status: HTTPStatus = HTTPStatus.OK) -> None:
        """Send what `call` returns as JSON; it runs in a thread, and so does the encoding."""
        data = await self.work(lambda: _encode(to_json(call())))
        self.set_status(status)
        await self.finish(data)

    async def answer_of(
        self,
        call: Callable[[Project], object],
        *,
        path: str | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> None:
        """As `answer`, for the project at the API path `path`, by default the query's."""
        where = self.text("path") or "" if path is None else path
        await self.answer(lambda: call(self.site.project(where)), status)

    def update_api_activity(self) -> None:
        """Count as a user's activity what changes something.

        Reading is mostly the page's answer to events; it must not keep an idle server alive.
        """
        if self.request.method != "GET":
            super().update_api_activity()

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """The error as JSON; of a defect nothing but that there is one."""
        match kwargs.get("exc_info"):
            case (_, DominoError() as error, _):
                self.set_status(http_status(error))
                body = error.to_dict()
            case (_, HTTPError() as error, _):
                body = {
                    "message": error.log_message % error.args
                    if error.log_message
                    else HTTPStatus(status_code).phrase,
                    "code": HTTP_CODES.get(status_code, "internal"),
                    "details": {},
                }
            case _:
                body = {
                    "message": "Something failed in jupyter_domino that should not have: "
                    "the server's log tells what.",
                    "code": "internal",
                    "details": {},
                }
        self.finish(_encode(to_json(body | {"reason": None})))

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a defect with its traceback, and what lies outside in a line."""
        if isinstance(value, Damaged | Unavailable):
            self.log.warning("%s %s: %s", self.request.method, self.request.path, value)
        elif not isinstance(value, DominoError):
            super().log_exception(typ, value, tb)


def _encode(value: Json) -> bytes:
    try:
        text = json.dumps(value, allow_nan=False)
    except ValueError:  # NaN or an infinity, which notebooks and statistics may hold
        text = json.dumps(finite(value), allow_nan=False)
    return text.encode("ascii")

"""`DominoApp`: the extension's settings, and what it starts and ends with the server."""

import asyncio
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_events import EventLogger
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from traitlets import Bool, Float, Int

from jupyter_domino import wiring
from jupyter_domino.frontends.server import file_routes, job_routes, project_routes
from jupyter_domino.frontends.server.contract import Contract
from jupyter_domino.frontends.server.events import SCHEMAS, Announcer
from jupyter_domino.frontends.server.job_watch import JobWatch
from jupyter_domino.frontends.server.paths import RootedPaths
from jupyter_domino.frontends.server.site import Site
from jupyter_domino.frontends.server.watching import Watching, WatchOptions

API = r"/jupyter-domino/api/v1/"
WORKERS = 16
"""Requests that may wait for files or stores at the same time; the others queue."""

CONTENTS_EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"


class DominoApp(ExtensionApp):
    """Projects and jobs over REST and events, for the folders under the server's root."""

    name = "jupyter_domino"
    extension_url = "/lab"
    load_other_extensions = True

    watch = Bool(
        True,
        help="Whether changes by other processes (terminals, kernels, jobs) are noticed and told "
        "to the page at once. Without, the page learns of them when it asks.",
    ).tag(config=True)

    watch_debounce = Int(
        500, help="Milliseconds; changes that come closer together are told of together."
    ).tag(config=True)

    watch_max_folders = Int(
        20_000,
        help="Folders of one project that are watched at most; each takes one of the system's "
        "inotify watches. A larger project is looked at from time to time instead.",
    ).tag(config=True)

    watch_rescan = Float(
        60.0, help="Seconds between two looks at a project that cannot be watched."
    ).tag(config=True)

    watch_store = Float(
        30.0,
        help="Seconds between two looks at the stores of the projects in use, for revisions made "
        "on other machines.",
    ).tag(config=True)

    contents_bytes = Int(
        32 << 20,
        help="Bytes of the largest file of a revision or a job that is shown in the page.",
    ).tag(config=True)

    def initialize_settings(self) -> None:
        """Make what the handlers work with; nothing is started, nothing is read from disk."""
        server = self._server()
        for schema in SCHEMAS:
            self._events().register_event_schema(schema)
        contents = server.contents_manager
        # API paths are relative to the contents manager's root, where it has one of its own
        root = getattr(contents, "root_dir", None) or server.root_dir
        paths = RootedPaths(
            Path(os.path.expanduser(root)), allow_hidden=bool(contents.allow_hidden)
        )
        self.announcer = Announcer(self._emit, paths)
        self.watching = Watching(self.announcer, self._watch_options())
        self.site = Site(wiring.environment_settings(), paths, on_use=self.watching.follow)
        self.workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="jupyter_domino")
        self.settings.update(
            {
                "jupyter_domino_watching": lambda: self.watching.mode,
                "jupyter_domino_contents_bytes": self.contents_bytes,
            }
        )

    def initialize_handlers(self) -> None:
        """Route what is below `/jupyter-domino/api/v1/`."""
        collaborators = {
            "site": self.site,
            "announcer": self.announcer,
            "contract": Contract(),
            "workers": self.workers,
        }
        for module in (project_routes, file_routes, job_routes):
            self.handlers.extend(
                (API + pattern, handler, collaborators) for pattern, handler in module.ROUTES
            )

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Begin to watch, now that the event loop runs; look what has become of the jobs."""
        self._events().add_listener(schema_id=CONTENTS_EVENTS, listener=self._contents_changed)
        self.watching.start()
        jobs = JobWatch(self.site, self.announcer, debounce_ms=self.watch_debounce)
        self.watching.run("jobs", jobs.run if self.watch else jobs.look_at_all, jobs.stop)

    async def stop_extension(self) -> None:
        """End all threads; afterwards only a request that is under way may send an event."""
        self._events().remove_listener(listener=self._contents_changed)
        await asyncio.to_thread(self.watching.stop)
        self.workers.shutdown(wait=False, cancel_futures=True)

    def _watch_options(self) -> WatchOptions:
        return WatchOptions(
            is_on=self.watch,
            debounce_ms=self.watch_debounce,
            max_folders=self.watch_max_folders,
            rescan_seconds=self.watch_rescan,
            head_seconds=self.watch_store,
        )

    def _emit(self, schema: str, data: Mapping[str, object]) -> None:
        """Send an event, from any thread: the event logger is for the loop's thread only."""
        emit = self._events().emit
        self._server().io_loop.add_callback(emit, schema_id=schema, data=dict(data))

    async def _contents_changed(
        self, logger: EventLogger, schema_id: str, data: Mapping[str, object]
    ) -> None:
        """A file was written, moved or removed by way of this server."""
        if data["action"] != "get":
            self.watching.saved(self.site.paths.root / str(data["path"]).strip("/"))

    def _events(self) -> EventLogger:
        events = self._server().event_logger
        if events is None:
            raise RuntimeError("the server has no event logger yet")
        return events

    def _server(self) -> ServerApp:
        if self.serverapp is None:
            raise RuntimeError("the extension is not linked to a server")
        return self.serverapp

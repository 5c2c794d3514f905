"""Seeing how the jobs of this machine go on: their supervisors write into run folders."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from jupyter_domino.compute.lifecycle import FINAL
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.errors import DominoError
from jupyter_domino.frontends.server.events import Announcer
from jupyter_domino.frontends.server.folder_watch import FolderWatch, Unwatchable
from jupyter_domino.frontends.server.site import Site

log = logging.getLogger(__name__)

MAX_JOBS = 5000
"""Unfinished jobs whose folders are watched at most."""

RESCAN_SECONDS = 2.0
"""Between two looks at the unfinished jobs, for what the watch has missed: a few small files
each."""


class JobWatch:
    """Tells of the states, the progress and the logs of jobs, whoever started them.

    To look at a job also brings its record up to date, and a job whose supervisor was
    killed to its end.
    """

    def __init__(self, site: Site, announcer: Announcer, *, debounce_ms: int) -> None:
        self._site = site
        self._announcer = announcer
        self._jobs = site.settings.jobs
        self._live: set[str] = set()
        """Jobs last seen unfinished: their end may be on record before it was seen here."""
        self._stop = threading.Event()
        self._folders = FolderWatch(
            self._jobs,
            self._changed,
            skips=self._skips,
            max_folders=MAX_JOBS,
            debounce_ms=debounce_ms,
        )

    def run(self) -> None:
        """Look at all unfinished jobs, then watch until `stop`.

        All are also looked at every `RESCAN_SECONDS`: the watch of a folder that was just made
        may begin after the last change in it.
        """
        again = threading.Thread(target=self._look_again, name="jupyter_domino looks", daemon=True)
        again.start()
        try:
            self._jobs.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folders.run()
        except (Unwatchable, OSError) as error:
            log.warning("The folders of jobs cannot be watched (%s): they are looked at.", error)
        again.join()

    def _look_again(self) -> None:
        while not self._stop.wait(RESCAN_SECONDS):
            self.look_at_all()

    def look_at_all(self) -> None:
        """Look once at all unfinished jobs of the projects under the server's root."""
        self._changed(frozenset())

    def stop(self) -> None:
        """Make `run` return soon."""
        self._stop.set()
        self._folders.stop()

    def _changed(self, paths: frozenset[str]) -> None:
        """Look at the jobs whose folders the paths lie in; at all unfinished ones without."""
        start = len(str(self._jobs)) + 1
        found = {path[start:].partition("/")[0] for path in paths} - {""}
        for job in sorted(found if paths else self._unfinished().union(self._live)):
            try:
                self._look(job)
            except (DominoError, OSError) as error:
                log.info("The job %s was not looked at: %s", job, error)

    def _skips(self) -> Callable[[str], bool]:
        """A job is put on record before its folder is made, so that no new one is left out."""
        unfinished = self._unfinished()
        return lambda folder: Path(folder).name not in unfinished

    def _unfinished(self) -> frozenset[str]:
        try:
            return self._site.unfinished()
        except (DominoError, OSError) as error:
            log.info("The records do not say which jobs go on: %s", error)
            return frozenset()

    def _look(self, job_id: str) -> None:
        folder = RunFolder(self._jobs / job_id)
        details = folder.details()
        record, of_project = details.get("record"), details.get("project")
        if not isinstance(record, dict) or not isinstance(of_project, dict):
            return  # being made
        project = self._site.find(str(of_project["id"]))
        if project is None:
            return  # not below this server's root
        job = project.jobs.get(int(record["job"]))
        size = folder.log.stat().st_size  # after `get`: the log of a final job is whole
        self._announcer.log(project, job, size)
        self._announcer.job(project, job)
        if job.state in FINAL:
            self._live.discard(job_id)
            self._announcer.look(project)
        else:
            self._live.add(job_id)

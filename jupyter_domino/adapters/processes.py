"""`Runner` of local processes: one detached supervisor and one run folder a job."""

import contextlib
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from jupyter_domino.compute.process import (
    FOLDER_VARIABLE,
    JOB_MARK,
    SUPERVISOR_MARK,
    is_alive,
    send,
)
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.compute.runner import Observation, RunSpec
from jupyter_domino.compute.supervisor import command
from jupyter_domino.errors import Unavailable

START_SECONDS = 30.0
"""For a supervisor to be on record; it takes 40 ms on an idle machine."""


class LocalProcesses:
    """Runs jobs below a folder, `<jobs>/<job id>/`; any process of the user may watch them."""

    def __init__(self, jobs: Path) -> None:
        self._jobs = jobs

    @property
    def place(self) -> str:
        """An id that the folder of all jobs has for ever, whoever mounts it."""
        try:
            return self._place()
        except OSError as error:
            raise _unusable(self._jobs, error) from error

    def start(self, spec: RunSpec) -> None:
        """Begin; returns when a supervisor is on record."""
        if not sys.platform.startswith("linux"):
            raise Unavailable("Jobs need Linux: nothing here tells one process from another.")
        folder = self._folder(spec.job)
        try:
            folder.create(spec)
        except OSError as error:
            raise _unusable(folder.path, error) from error
        try:
            self._launch(spec.job, "start")
        except Unavailable:
            # One that comes up late finds that it is not wanted any more.
            folder.request_stop(discard=True)
            raise

    def observe(self, job: str) -> Observation:
        """What the run folder says."""
        return self._folder(job).observe()

    def stop(self, job: str, *, discard: bool) -> None:
        """Ask the supervisor to end the command, harder each time."""
        folder = self._folder(job)
        if not folder.path.exists():
            raise Unavailable(
                f"The job does not run on this machine: there is no {folder.path}. "
                "Stop it where it was started."
            )
        folder.request_stop(discard=discard)
        supervisor = folder.supervisor()
        if is_alive(supervisor):
            send(int(supervisor["pid"]), signal.SIGUSR1)

    def recover(self, job: str) -> None:
        """Start a supervisor that ends and finishes what another left."""
        self._launch(job, "recover")

    def read_log(self, job: str, offset: int, size: int) -> bytes | None:
        """From the log file."""
        return self._folder(job).read_log(offset, size)

    def _place(self) -> str:
        file = self._jobs / "place"
        if not file.exists():
            self._jobs.mkdir(mode=0o700, parents=True, exist_ok=True)
            drawn = file.with_name(f"place.{uuid4().hex}")
            drawn.write_text(drawn.suffix[1:], encoding="ascii")
            with contextlib.suppress(FileExistsError):  # another was faster: that one counts
                file.hardlink_to(drawn)
            drawn.unlink()
        return file.read_text(encoding="ascii")

    def _folder(self, job: str) -> RunFolder:
        return RunFolder(self._jobs / job)

    def _launch(self, job: str, verb: str) -> None:
        # A job may start jobs: what marks its own processes must not mark theirs.
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in {JOB_MARK, FOLDER_VARIABLE} and not name.startswith("DOMINO_")
        }
        path = self._jobs / job
        try:
            with (path / "supervisor.log").open("ab") as messages:
                subprocess.run(
                    command(str(path), verb),
                    env=inherited | {SUPERVISOR_MARK: job},
                    stdin=subprocess.DEVNULL,
                    stdout=messages,
                    stderr=messages,
                    cwd=path,
                    check=True,
                    timeout=START_SECONDS,
                    start_new_session=True,
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise Unavailable(
                f"The job's supervisor could not be started ({error}): see {path}/supervisor.log."
            ) from error


def _unusable(folder: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"The folder {folder} of jobs cannot be used ({error.strerror}): make space or mend "
        "the rights there, then run again.",
        code="disk-full" if error.errno == errno.ENOSPC else "unavailable",
    )

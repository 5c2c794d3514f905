"""Real projects with real jobs: a folder, a store, records and run folders of their own."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from jupyter_domino import wiring
from jupyter_domino.compute.run_folder import RunFolder
from jupyter_domino.compute.values import Job, JobRequest, JobState, Json
from jupyter_domino.projects.project import Project
from jupyter_domino.settings import Settings, settings_from

SECONDS = 90
"""A job on a busy machine takes a few; one that takes this long hangs."""


class Workshop:
    """One project, and short ways to run jobs in it."""

    def __init__(self, folder: Path, store: str | None = None, **environment: str) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        self.settings: Settings = settings_from(
            {
                "JUPYTER_DOMINO_HOME": str(folder / "home"),
                "JUPYTERHUB_USER": "ann",
                **environment,
            }
        )
        wiring.init_project(self.root, name="demo", store=store, settings=self.settings)
        self.project = self.open()

    def open(self) -> Project:
        """The project as a new process would open it."""
        return wiring.open_project(self.root, self.settings)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def notebook(self, path: str, *cells: str, parameters: str | None = None, **meta: Json) -> None:
        """A Python notebook of code cells; the first may be its parameters."""
        sources = [(parameters, ["parameters"])] if parameters is not None else []
        sources += [(cell, []) for cell in cells]
        metadata: Json = {"kernelspec": {"name": "python3", "language": "python"}}
        content = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {**metadata, **meta},
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"c{number}",
                    "source": source,
                    "metadata": {"tags": tags},
                    "outputs": [],
                    "execution_count": None,
                }
                for number, (source, tags) in enumerate(sources)
            ],
        }
        self.write(path, json.dumps(content))

    def start(self, *command: str, **options: object) -> Job:
        """Start a command line."""
        return self.project.jobs.submit(JobRequest(target=command, **options))

    def start_file(self, path: str, **options: object) -> Job:
        """Start a file of the project."""
        return self.project.jobs.submit(JobRequest(target=path, **options))

    def end(self, job: Job) -> Job:
        """The job at its end."""
        ended = self.project.jobs.wait(job.job, timeout=SECONDS)
        assert ended.ended is not None, (ended, self.log(job))
        return ended

    def run(self, *command: str, **options: object) -> Job:
        """A command line's job at its end."""
        return self.end(self.start(*command, **options))

    def run_file(self, path: str, **options: object) -> Job:
        """A file's job at its end."""
        return self.end(self.start_file(path, **options))

    def until(self, job: Job, holds: Callable[[Job], bool]) -> Job:
        """The job as soon as something holds of it."""
        deadline = time.monotonic() + SECONDS
        while not holds(now := self.project.jobs.get(job.job)):
            assert time.monotonic() < deadline, (now, self.log(job))
            time.sleep(0.02)
        return now

    def running(self, job: Job, file: str = "up") -> Path:
        """The volume of a job whose command has written a file."""
        volume = Path(job.volume or "")
        self.until(job, lambda now: now.state is JobState.RUNNING and (volume / file).exists())
        return volume

    def log(self, job: Job) -> str:
        return self.project.jobs.logs(job.job).text

    def read(self, revision: str | None, path: str) -> str:
        return b"".join(self.project.read(revision or "", path)).decode()

    def paths(self, revision: str | None) -> Sequence[str]:
        return [entry.path for entry in self.project.entries(revision or "")]

    def run_folder(self, job: Job) -> RunFolder:
        return RunFolder(self.settings.jobs / job.id)

    def supervisor(self, job: Job) -> int:
        return int(self.run_folder(job).supervisor()["pid"])

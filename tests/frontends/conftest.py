"""The command line as its users meet it: real processes, a data home of the test's own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_domino import wiring

SECONDS = 120
"""A verb that takes longer hangs."""


@dataclass
class Outcome:
    """What a finished process left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one document it must be."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error of the document."""
        return self.json["error"]


class CommandLine:
    """Runs `jupyter domino` in a folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)

    def start(self, *words: str, **options: Any) -> subprocess.Popen[bytes]:
        """The process, running."""
        return subprocess.Popen(
            [sys.executable, "-m", "jupyter_domino.frontends.cli", *words],
            cwd=options.pop("cwd", self.folder),
            env=os.environ | self.environment | options.pop("env", {}),
            stdin=subprocess.DEVNULL,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.PIPE),
            **options,
        )

    def __call__(self, *words: str, **options: Any) -> Outcome:
        """The outcome of the finished process."""
        process = self.start(*words, **options)
        out, err = process.communicate(timeout=SECONDS)
        return Outcome(process.returncode, (out or b"").decode(), err.decode())

    def json(self, *words: str, **options: Any) -> Any:
        """The document of a verb that must succeed."""
        outcome = self(words[0], "--json", *words[1:], **options)
        assert (outcome.code, outcome.err) == (0, ""), outcome
        return outcome.json

    def fails(self, *words: str, **options: Any) -> tuple[int, str, str]:
        """Exit code, error code and message of a verb that must fail."""
        outcome = self(words[0], "--json", *words[1:], **options)
        assert outcome.err == ""
        return outcome.code, outcome.error["code"], outcome.error["message"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A data home, also for what runs in this process."""
    folder = tmp_path / "home"
    monkeypatch.setenv("JUPYTER_DOMINO_HOME", str(folder))
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    monkeypatch.delenv("JUPYTER_DOMINO_DATABASE", raising=False)
    monkeypatch.delenv("JUPYTER_DOMINO_STORE", raising=False)
    return folder


@pytest.fixture
def folder(tmp_path, home):
    """An empty folder that is no project."""
    made = tmp_path / "churn"
    made.mkdir()
    return made


@pytest.fixture
def domino(folder):
    """The command line, in the folder."""
    return CommandLine(folder, {})


@pytest.fixture
def project(domino, folder):
    """The command line in a project with two files and no revision."""
    (folder / "data").mkdir()
    (folder / "data" / "train.csv").write_text("a,b\n1,2\n")
    (folder / "train.py").write_text("print('trained')\n")
    wiring.init_project(folder)
    return domino


@pytest.fixture
def history(project, folder):
    """The command line in a project with two revisions."""
    opened = wiring.open_project(folder)
    opened.sync("first model")
    (folder / "data" / "train.csv").write_text("a,b\n1,3\n")
    (folder / "notes.md").write_text("better\n")
    opened.sync("second model")
    return project

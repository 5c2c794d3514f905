"""From what a user asks for to the command line that is run."""

import json
import sys
from collections.abc import Mapping
from pathlib import PurePosixPath

from jupyter_domino.compute.values import Command, CommandKind, JobRequest, Json
from jupyter_domino.errors import Invalid
from jupyter_domino.projects.folder import ARTIFACTS, ProjectKind

_NOTEBOOK_RUNNER = "jupyter_domino.frontends.notebook_run"
_STAGE_RUNNER = "jupyter_domino.frontends.job_stage"

_SHELL_CHARACTERS = set(" \t\n;&|<>()$`*?~#\"'\\")


def target_file(request: JobRequest) -> str | None:
    """The path of the file to run, in plain form; None for a shell command.

    Raises:
        Invalid: `path-outside-project`.
    """
    if isinstance(request.target, tuple):
        return None
    path = PurePosixPath(request.target)
    parts = [part for part in path.parts if part != "."]
    if path.is_absolute() or ".." in parts or not parts:
        raise Invalid(
            f"{request.target!r} is no path inside the project: a job runs files of the project, "
            "or any command after '--'.",
            code="path-outside-project",
            details={"path": request.target},
        )
    return "/".join(parts)


def command_for(request: JobRequest, parameters: Mapping[str, Json]) -> Command:
    """The command of a request whose parameters have been checked.

    A notebook is run by papermill with the engine `domino`. To a script its parameters are
    arguments, `--name=value`, a list or dict as JSON. One word with blanks or shell characters
    in it is a line for `sh`; more than one word is a program and its arguments.

    Raises:
        Invalid: a file that nobody knows how to run, or parameters for a shell command.
    """
    file = target_file(request)
    if file is None:
        return _shell(tuple(request.target), parameters)
    suffix = PurePosixPath(file).suffix.lower()
    if suffix == ".ipynb":
        argv = (*python_module(_NOTEBOOK_RUNNER), file)
        return Command(CommandKind.NOTEBOOK, file, argv, dict(parameters))
    program = {".py": sys.executable, ".sh": "bash", ".r": "Rscript", ".jl": "julia"}.get(suffix)
    if program is None:
        raise Invalid(
            f"It is not clear how to run {file}: notebooks (.ipynb), .py, .sh, .R and .jl files "
            "are known; any other after '--', as in 'run -- ./program'.",
            details={"path": file},
        )
    arguments = tuple(f"--{name}={_argument(value)}" for name, value in parameters.items())
    return Command(CommandKind.SCRIPT, file, (program, file, *arguments), dict(parameters))


def stage_command(stage: str) -> tuple[str, ...]:
    """The program that prepares or finishes a job."""
    return (*python_module(_STAGE_RUNNER), stage)


def python_module(name: str) -> tuple[str, ...]:
    """A module of ours as a command; -P keeps files of the working folder from shadowing it."""
    return (sys.executable, "-P", "-m", name)


def executed_notebook(file: str, number: int, kind: ProjectKind) -> str:
    """Where the executed copy of a notebook is written; never over the notebook itself."""
    prefix = f"{ARTIFACTS}/" if kind is ProjectKind.GIT else ""
    return f"{prefix}results/job-{number}/{PurePosixPath(file).name}"


def _shell(words: tuple[str, ...], parameters: Mapping[str, Json]) -> Command:
    if parameters:
        raise Invalid(
            "Parameters go with a notebook or a script: write those of a command into it.",
            code="unknown-parameter",
            details={"unknown": list(parameters), "parameters": []},
        )
    if len(words) == 1 and _SHELL_CHARACTERS & set(words[0]):
        words = ("sh", "-c", words[0])
    return Command(CommandKind.SHELL, None, words)


def _argument(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value)

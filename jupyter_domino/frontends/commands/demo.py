"""The verb that shows the main job on real input: the sample project, from nothing to a result."""

import argparse
import csv
import os
import shlex
import sys
from importlib.resources import files
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from jupyter_domino.compute.values import Job, JobRequest
from jupyter_domino.errors import Conflict, Unavailable
from jupyter_domino.frontends.commands.answers import DemoResult, RevisionList
from jupyter_domino.frontends.commands.context import Context
from jupyter_domino.projects.folder import find_root
from jupyter_domino.projects.project import Project
from jupyter_domino.projects.values import InitResult
from jupyter_domino.wiring import init_project, open_project

NOTEBOOK = "train.ipynb"
DATA = "data/train.csv"
ALPHA = 0.3
"""Another penalty than the notebook's own, so that the job's parameters can be seen."""


def demo(arguments: argparse.Namespace, context: Context) -> DemoResult:
    """Make the sample project in a folder, sync it, run its notebook, bring in the results.

    May be called again on the same folder: it then syncs and runs once more.

    Raises:
        Conflict: `target-not-empty`: the folder has something else in it.
        Unavailable: the sample's own packages are not installed.
    """
    folder = Path(os.path.abspath(context.directory / os.path.expanduser(arguments.folder)))
    _check(folder)
    context.note(f"Making the sample project in {folder}.")
    init = _make(folder, context)
    project = open_project(folder, context.settings)
    first = project.sync("The sample as it comes", progress=context.progress)
    context.note(f"Running {NOTEBOOK} as a job with alpha={ALPHA}; this takes some ten seconds.")
    job = _run(project, context)
    second = project.sync("Take in the job's results", progress=context.progress)
    return DemoResult(init, first, job, second, RevisionList(project.log()), _lab(folder))


def _check(folder: Path) -> None:
    if find_root(folder) != folder and folder.exists() and any(folder.iterdir()):
        raise Conflict(
            f"{folder} has something in it that is not the sample: name a new folder.",
            code="target-not-empty",
            details={"path": str(folder)},
        )


def _make(folder: Path, context: Context) -> InitResult:
    """The project with the sample's files; those that are there stay as they are."""
    sample = {
        NOTEBOOK: (files("jupyter_domino") / "sample" / NOTEBOOK).read_bytes(),
        DATA: _diabetes().encode(),
    }
    init = init_project(folder, settings=context.settings)
    for name, content in sample.items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            target.write_bytes(content)
    return init


def _diabetes() -> str:
    """The diabetes data that ships inside scikit-learn, as CSV."""
    missing = [name for name in ("matplotlib", "pandas", "sklearn") if find_spec(name) is None]
    if missing:
        raise Unavailable(
            f"The sample needs {', '.join(missing)}, which is not installed: "
            "run pip install 'jupyter-domino[sample]'."
        )
    from sklearn.datasets import load_diabetes  # noqa: PLC0415 - an extra, for this verb only

    data = load_diabetes(scaled=False)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*data.feature_names, "target"])
    for measured, target in zip(data.data.tolist(), data.target.tolist(), strict=True):
        writer.writerow([*measured, target])
    return text.getvalue()


def _run(project: Project, context: Context) -> Job:
    job = project.jobs.submit(JobRequest(target=NOTEBOOK, parameters={"alpha": ALPHA}))
    return project.jobs.wait(job.job, progress=context.progress)


def _lab(folder: Path) -> str:
    """The command that opens JupyterLab of this very environment on the folder."""
    jupyter = Path(sys.executable).with_name("jupyter")
    root = ["--allow-root"] if os.geteuid() == 0 else []
    return shlex.join([str(jupyter), "lab", *root, str(folder / NOTEBOOK)])

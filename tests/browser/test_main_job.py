"""The main job in the page: sync, look back, take back, run as a job, open what came of it."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from lab import JupyterLab
from panel import DominoPage
from playwright.sync_api import Page, expect
from project import NOTEBOOK, write_project

from conftest import Shoot  # isort: skip

TABLE = "data/iris.csv"


def test_a_user_syncs_reverts_and_runs_a_notebook(
    page: Page, lab: JupyterLab, shoot: Shoot
) -> None:
    domino = DominoPage(page)
    folder = lab.root / "irises"
    write_project(folder)

    initialise(domino, shoot)
    sync_twice(domino, folder, shoot)
    look_at_the_diff(domino, shoot)
    take_one_file_back(domino, folder, shoot)
    # a short path, since it is in the pictures
    with TemporaryDirectory(prefix="irises-") as gates:
        run_as_job(domino, Path(gates) / "go", shoot)
    open_the_executed_notebook(domino, shoot)
    find_all_again_in_the_dark(domino, lab, shoot)


def initialise(domino: DominoPage, shoot: Shoot) -> None:
    domino.open_folder("irises")
    domino.show_panel()
    expect(domino.panel).to_contain_text("/irises")
    shoot("no-project-light")
    domino.panel.get_by_role("button", name="Initialise project here").click()
    expect(domino.change(NOTEBOOK)).to_contain_text("added")
    expect(domino.status).to_contain_text("not synced")


def sync_twice(domino: DominoPage, folder: Path, shoot: Shoot) -> None:
    domino.sync("Irises and a first notebook")
    expect(domino.revision(1)).to_contain_text("Irises and a first notebook")
    expect(domino.changes.get_by_role("listitem")).to_have_count(0)

    # edited by something else than JupyterLab: only an event can tell the page
    table = folder / TABLE
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join([*lines[:3], "9.9,9.9,9.9,9.9,9\n", *lines[4:]]))
    expect(domino.change(TABLE)).to_contain_text("changed")
    expect(domino.status).to_contain_text("r1 · 1 changed")
    shoot("changes-light")
    domino.sync("A doubtful measurement")
    expect(domino.revision(2)).to_be_visible()


def look_at_the_diff(domino: DominoPage, shoot: Shoot) -> None:
    domino.open_revision(2)
    files = domino.history.get_by_role("list", name="Differing files")
    files.get_by_title(TABLE, exact=True).click()
    expect(domino.diff).to_contain_text("r1 → r2")
    expect(domino.diff.locator("tr[data-kind='added']")).to_contain_text("9.9,9.9")
    shoot("diff-light")


def take_one_file_back(domino: DominoPage, folder: Path, shoot: Shoot) -> None:
    domino.open_folder("data")
    domino.open_file("iris.csv")
    first_row = (folder / TABLE).read_text().splitlines()[3]
    assert first_row.startswith("9.9")
    domino.choose_in_browser("iris.csv", "Revert to…")
    domino.dialog.get_by_text("r1", exact=True).click()
    domino.dialog.get_by_role("button", name="Continue").click()
    expect(domino.dialog).to_contain_text("1 file will be written")
    shoot("revert-light")
    domino.dialog.get_by_role("button", name="Revert", exact=True).click()
    domino.notice("Reverted 1 file; the result is r3.").wait_for()
    assert "9.9,9.9" not in (folder / TABLE).read_text()
    domino.show_panel()
    expect(domino.revision(3)).to_be_visible()


def run_as_job(domino: DominoPage, gate: Path, shoot: Shoot) -> None:
    domino.page.locator("#filebrowser").get_by_title("irises").first.wait_for(state="attached")
    domino.page.get_by_role("tab", name="File Browser").click()
    domino.page.locator(".jp-BreadCrumbs-item", has_text="irises").click()
    domino.open_file(NOTEBOOK)
    domino.page.get_by_role("button", name="Run this notebook or script").click()
    form = domino.panel.get_by_role("form", name="Run as job")
    expect(form.get_by_label("alpha")).to_have_value("0.1")
    form.get_by_label("alpha").fill("0.3")
    form.get_by_label("wait_for").fill(str(gate))
    shoot("panel-light")
    form.get_by_role("button", name="Run as job").click()

    expect(domino.job.get_by_role("region", name="Log")).to_contain_text("epoch 3 of 3")
    expect(domino.job).to_contain_text("Running")
    expect(domino.job.get_by_role("progressbar", name=re.compile(r"cell \d of \d"))).to_be_visible()
    expect(domino.status).to_contain_text("1 job running")
    shoot("job-live-light")
    domino.job.get_by_role("button", name="Open notebook live").click()
    notebook = domino.page.locator(".jp-NotebookPanel:visible")
    expect(notebook).to_contain_text("epoch 3 of 3")
    gate.touch()
    # the open notebook goes on by itself
    expect(notebook.locator("img")).to_be_visible()


def open_the_executed_notebook(domino: DominoPage, shoot: Shoot) -> None:
    expect(domino.job_row(1)).to_contain_text("Succeeded")
    domino.job_row(1).get_by_role("button").first.click()
    expect(domino.job).to_contain_text("alpha=0.3")
    expect(domino.job).to_contain_text("loss=0.09")
    expect(domino.job.get_by_title("weights.csv", exact=True)).to_be_visible()
    shoot("job-light")
    domino.job.get_by_role("button", name="Open executed notebook").click()
    expect(domino.page.locator(".jp-NotebookPanel:visible img")).to_be_visible()
    shoot("notebook-light")


def find_all_again_in_the_dark(domino: DominoPage, lab: JupyterLab, shoot: Shoot) -> None:
    """After a reload panel, job and diff stand where they stood, in the other theme."""
    lab.set_theme("JupyterLab Dark")
    executed = f"notebook:domino:@irises/jobs/1/results/job-1/{NOTEBOOK}"
    lab.await_layout("jupyter-domino-job:irises:1", f'"current":"{executed}"')
    domino.page.reload()
    expect(domino.panel).to_be_visible()
    expect(domino.revision(3)).to_be_visible()
    domino.tab("iris.csv (diff)").click()
    expect(domino.diff.locator("tr[data-kind='added']")).to_be_visible()
    shoot("diff-dark")
    domino.tab("Job 1").click()
    expect(domino.job).to_contain_text("Succeeded")
    shoot("job-dark")
    domino.open_revision(3)
    domino.history.get_by_role("button", name="Revert all…").wait_for()
    shoot("history-dark")
    lab.set_theme("JupyterLab Light")

"""What the panel shows and does beside the main job, each rule in a project of its own."""

from pathlib import Path

from lab import TOKEN, JupyterLab
from panel import DominoPage
from playwright.sync_api import Browser, Page, expect

SLOW = "import time\n\nprint('begun', flush=True)\ntime.sleep(600)\n"
FAILING = "print('about to fail', flush=True)\nraise ValueError('no such species')\n"


def test_edits_that_no_revision_has_are_kept_when_all_is_reverted(
    page: Page, lab: JupyterLab
) -> None:
    folder = lab.project("edits", {"notes.txt": "first\n", "other.txt": "as it was\n"})
    domino = DominoPage(page)
    domino.open_folder("edits")
    domino.open_file("notes.txt")
    editor = page.locator(".jp-FileEditor:visible .cm-content")
    editor.fill("typed and not saved")

    domino.open_revision(1)
    domino.history.get_by_role("button", name="Revert all…").click()
    # nothing differs on disk, and what is typed is not the disk's
    domino.notice("The files are already as they were then.").wait_for()

    page.keyboard.press("Control+s")
    (folder / "other.txt").write_text("edited elsewhere\n")
    expect(domino.changes.get_by_role("listitem")).to_have_count(2)
    domino.history.get_by_role("button", name="Revert all…").click()
    expect(domino.dialog).to_contain_text("2 of them have edits that no revision holds")
    domino.dialog.get_by_role("button", name="Sync edits and revert").click()

    expect(editor).to_have_text("first")
    expect(domino.revision(3)).to_be_visible()
    assert (folder / "other.txt").read_text() == "as it was\n"
    lab.command(folder, "revert", "r2")
    assert (folder / "notes.txt").read_text().strip() == "typed and not saved"


def test_what_is_done_in_a_terminal_is_seen_at_once(page: Page, lab: JupyterLab) -> None:
    folder = lab.project("terminal", {"fail.py": FAILING})
    domino = DominoPage(page)
    domino.open_folder("terminal")
    domino.show_panel()
    expect(domino.revision(1)).to_be_visible()

    (folder / "new.txt").write_text("new")
    lab.command(folder, "sync", "-m", "From a terminal")
    expect(domino.revision(2)).to_contain_text("From a terminal")
    lab.command(folder, "run", "fail.py")
    expect(domino.job_row(1)).to_contain_text("Failed")

    domino.job_row(1).get_by_role("button").first.click()
    expect(domino.job.get_by_role("alert")).to_contain_text("no such species")
    expect(domino.job.get_by_role("region", name="Log")).to_contain_text("about to fail")
    expect(domino.notice("Job 1 (fail.py): Failed")).to_be_visible()


def test_a_job_can_be_stopped_from_the_running_panel(page: Page, lab: JupyterLab) -> None:
    lab.project("stopping", {"slow.py": SLOW})
    domino = DominoPage(page)
    domino.open_folder("stopping")
    domino.open_file("slow.py")
    domino.show_panel()
    domino.panel.get_by_text("Run slow.py").click()
    domino.panel.get_by_role("button", name="Run as job").click()
    expect(domino.job.get_by_role("region", name="Log")).to_contain_text("begun")

    page.get_by_role("tab", name="Running Terminals and Kernels").click()
    item = page.locator(".jp-RunningSessions-item", has_text="slow.py (job 1)")
    item.hover()
    item.get_by_title("Stop").click()
    expect(domino.job.locator(".jp-domino-state")).to_have_text("Stopped")


def test_a_file_of_a_revision_opens_as_it_was(page: Page, lab: JupyterLab) -> None:
    folder = lab.project("reading", {"notes.txt": "the first words\n"})
    (folder / "notes.txt").write_text("other words\n")
    domino = DominoPage(page)
    domino.open_folder("reading")
    domino.open_revision(1)
    row = domino.history.locator("[data-path='notes.txt']").first
    row.hover()
    row.get_by_role("button", name="Open as in r1").click()
    content = page.locator(".jp-FileEditor:visible .cm-content")
    expect(content).to_have_text("the first words")


def test_ten_thousand_changes_are_listed_and_filtered(page: Page, lab: JupyterLab) -> None:
    folder = lab.project("many", {"notes.txt": "first\n"})
    (folder / "parts").mkdir()
    for number in range(10_000):
        (folder / "parts" / f"{number:05}.csv").write_text("")
    domino = DominoPage(page)
    domino.open_folder("many")
    domino.show_panel()
    expect(domino.panel).to_contain_text("10000 changed files")
    assert domino.changes.get_by_role("listitem").count() < 50
    domino.panel.get_by_role("searchbox", name="Filter by path").fill("09876")
    expect(domino.changes.get_by_role("listitem")).to_have_count(1)
    expect(domino.change("parts/09876.csv")).to_be_visible()


def test_a_server_without_the_extension_is_told(browser: Browser, tmp_path: Path) -> None:
    server = JupyterLab(tmp_path, "--ServerApp.jpserver_extensions=jupyter_domino=False")
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(f"{server.url}/lab?token={TOKEN}")
        page.get_by_role("tab", name="Domino").click()
        panel = DominoPage(page).panel
        expect(panel).to_contain_text("The Domino server extension does not answer.")
    finally:
        context.close()
        server.stop()

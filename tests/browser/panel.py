"""The Domino panel as a user sees it: what can be read in it and done with it."""

import re

from playwright.sync_api import Locator, Page, expect


class DominoPage:
    """JupyterLab with our panel, by the words that stand on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("#jupyter-domino-panel")
        self.changes = self.panel.get_by_role("list", name="Changed files")
        self.history = self.panel.get_by_role("region", name="History")
        self.jobs = self.panel.get_by_role("region", name="Jobs")
        self.status = page.locator(".jp-domino-status")
        self.diff = page.locator(".jp-domino-diff:visible")
        self.job = page.locator(".jp-domino-job-view:visible")
        self.dialog = page.get_by_role("dialog")

    def show_panel(self) -> None:
        if not self.panel.is_visible():
            self.page.get_by_role("tab", name="Domino").click()
        expect(self.panel).to_be_visible()

    def open_folder(self, name: str) -> None:
        self._show_browser()
        self._browser_item(name).dblclick()

    def open_file(self, name: str) -> None:
        self._show_browser()
        self._browser_item(name).dblclick()
        expect(self.tab(name)).to_be_visible()

    def choose_in_browser(self, name: str, item: str) -> None:
        """Choose from the context menu of a file in the file browser."""
        self._show_browser()
        self._browser_item(name).click(button="right")
        self.page.get_by_role("menuitem", name=item).click()

    def sync(self, message: str) -> None:
        self.show_panel()
        box = self.panel.get_by_role("textbox", name="Message of the revision")
        box.fill(message)
        box.press("Control+Enter")
        expect(box).to_have_value("")
        self.notice("Synced").wait_for()

    def revision(self, number: int) -> Locator:
        """The row of a revision in the history."""
        return self.history.get_by_role("button", name=re.compile(rf"^r{number}\b"))

    def open_revision(self, number: int) -> None:
        self.show_panel()
        if self.revision(number).get_attribute("aria-expanded") != "true":
            self.revision(number).click()

    def job_row(self, number: int) -> Locator:
        return self.jobs.locator(f"[data-job='{number}']")

    def notice(self, text: str) -> Locator:
        return self.page.get_by_role("alert").get_by_text(text).first

    def change(self, path: str) -> Locator:
        """The row of a changed file."""
        return self.changes.locator(f"[data-path='{path}']")

    def tab(self, name: str) -> Locator:
        return self.page.locator("#jp-main-dock-panel").get_by_role("tab", name=name, exact=True)

    def _show_browser(self) -> None:
        if not self.page.locator("#filebrowser").is_visible():
            self.page.get_by_role("tab", name="File Browser").click()

    def _browser_item(self, name: str) -> Locator:
        listing = self.page.locator("#filebrowser .jp-DirListing-item")
        return listing.filter(has_text=re.compile(rf"^{re.escape(name)}"))

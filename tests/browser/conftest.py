"""JupyterLab in Debian's Chromium; what the page says and asks is watched in every test."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lab import TOKEN, JupyterLab
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    expect,
    sync_playwright,
)

BROWSER = os.environ.get("JUPYTER_DOMINO_BROWSER") or shutil.which("chromium")

SCREENSHOTS = os.environ.get("JUPYTER_DOMINO_SCREENSHOTS")
"""A folder to keep the pictures in; without it they go with the test's own folder."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

WAIT_MS = 30_000

Shoot = Callable[[str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if BROWSER is None:
        pytest.fail("No chromium on the PATH: install it or name it in JUPYTER_DOMINO_BROWSER.")
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """One server for all; each test has a folder of its own below its root."""
    server = JupyterLab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


class Watch:
    """What a page met that it should not: errors, and requests to other machines."""

    def __init__(self, page: Page) -> None:
        self.troubles: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", self._fail)
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        # a folder without a project is an answer, which Chromium logs as an error
        expected = "/jupyter-domino/api/v1/project?" in message.location.get("url", "")
        if message.type == "error" and not expected:
            self.troubles.append(f"{message.text} ({message.location.get('url')})")

    def _fail(self, error: Error) -> None:
        # the widgets' own extension takes for granted that every notebook has a kernel
        if "/extensions/@jupyter-widgets/" not in (error.stack or ""):
            self.troubles.append(error.stack or error.message)

    def _see(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host not in ("127.0.0.1", None):
            self.troubles.append(f"a request to {host}")


@pytest.fixture
def page(browser: Browser, lab: JupyterLab, tmp_path: Path) -> Iterator[Page]:
    """An open JupyterLab; fails a test whose page met an error or asked another machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    opened = context.new_page()
    opened.set_default_timeout(WAIT_MS)
    watch = Watch(opened)
    opened.goto(f"{lab.url}/lab?token={TOKEN}&reset")
    opened.get_by_role("tab", name="Domino").wait_for()
    yield opened
    opened.screenshot(path=tmp_path / "last.png")  # what a failed test saw
    context.close()
    assert watch.troubles == []


@pytest.fixture
def shoot(page: Page, tmp_path: Path) -> Shoot:
    """Keep a picture of the page, under a name."""
    folder = Path(SCREENSHOTS) if SCREENSHOTS else tmp_path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def take(name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return take

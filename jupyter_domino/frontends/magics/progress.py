"""Progress in a notebook: one output that changes, and goes when the work is done.

Plain HTML, no widget: it also works where nothing draws widgets, as under papermill.
"""

import threading
import time
import uuid
from types import TracebackType
from typing import Self

from IPython.core.displaypub import DisplayPublisher

from jupyter_domino.frontends.rendering.words import shown, size

DELAY_SECONDS = 0.5
"""Work that ends so soon after its first report shows nothing."""

INTERVAL_SECONDS = 0.2


class ProgressDisplay:
    """A `Progress` in the output of the running cell."""

    def __init__(self, publisher: DisplayPublisher) -> None:
        self._publisher = publisher
        self._id = uuid.uuid4().hex
        self._is_drawn = False
        self._next: float | None = None
        # Work reports from many threads at once.
        self._lock = threading.Lock()

    def __call__(self, phase: str, done: int, total: int | None, unit: str) -> None:
        """Draw it, at most every `INTERVAL_SECONDS`."""
        if self._next is None:
            self._next = time.monotonic() + DELAY_SECONDS
        if time.monotonic() < self._next or not self._lock.acquire(blocking=False):
            return
        try:
            self._next = time.monotonic() + INTERVAL_SECONDS
            self._draw(_bundle(phase, done, total, unit))
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._next = float("inf")
            if self._is_drawn:
                self._draw({"text/plain": "", "text/html": ""})

    def _draw(self, bundle: dict[str, str]) -> None:
        transient = {"display_id": self._id}
        self._publisher.publish(bundle, transient=transient, update=self._is_drawn)
        self._is_drawn = True


def _bundle(phase: str, done: int, total: int | None, unit: str) -> dict[str, str]:
    def amount(number: int) -> str:
        return size(number) if unit == "bytes" else f"{number:,}"

    of = "" if total is None else f" of {amount(total)}"
    what = "" if unit == "bytes" else f" {unit}"
    text = shown(f"{phase}: {amount(done)}{of}{what}")
    scale = "" if total is None else f' value="{done}" max="{max(total, 1)}"'
    html = (
        '<div style="color: var(--jp-ui-font-color2, #616161)">'
        f'<progress{scale} aria-label="{phase}"></progress> {text}</div>'
    )
    return {"text/plain": text, "text/html": html}

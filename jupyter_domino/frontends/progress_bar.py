"""Progress as a bar on a terminal's standard error."""

import threading
from types import TracebackType
from typing import NoReturn, Self, TextIO

from tqdm import tqdm

DELAY_SECONDS = 0.4
"""Work that ends sooner shows no bar."""


class ProgressBar:
    """A `Progress` that draws one bar a phase and leaves nothing behind when it is closed."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._phase = ""
        self._bar: tqdm[NoReturn] | None = None
        # Work reports from many threads at once.
        self._lock = threading.Lock()

    def __call__(self, phase: str, done: int, total: int | None, unit: str) -> None:
        """Move the bar; another phase begins another bar."""
        with self._lock:
            if self._bar is None or phase != self._phase:
                self._close()
                self._phase = phase
                self._bar = self._begun(phase, unit)
            self._bar.total = total
            self._bar.update(done - self._bar.n)

    def _begun(self, phase: str, unit: str) -> "tqdm[NoReturn]":
        return tqdm(
            desc=phase,
            unit="B" if unit == "bytes" else f" {unit}",
            unit_scale=unit == "bytes",
            delay=DELAY_SECONDS,
            disable=None,  # only a terminal can take a bar back
            leave=False,
            file=self._file,
            dynamic_ncols=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

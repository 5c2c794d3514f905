"""How long work tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Called from the working thread, often; it must be quick and must not raise."""

    def __call__(self, phase: str, done: int, total: int | None, unit: str) -> None:
        """Report `done` of `total` (None: unknown) in `unit` ('files' or 'bytes') of `phase`.

        Phases are plain words such as 'scan', 'read', 'upload', 'write'.
        """
        ...


def silent(phase: str, done: int, total: int | None, unit: str) -> None:
    """Report to nobody."""

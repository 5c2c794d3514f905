"""Small files of a run folder: whole or absent, and a lock that ends with its holder.

Standard library only: the supervisor is made of this.
"""

import fcntl
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read_json(path: str) -> dict[str, Any]:
    """The object that a file holds; empty when there is no file or no object in it."""
    try:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
    except (FileNotFoundError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: str, value: Mapping[str, object]) -> None:
    """Replace the file, whole or not at all, readable by its owner only."""
    _replace(f"{path}.{os.getpid()}", path, json.dumps(value))


def write_text(path: Path, text: str) -> None:
    """Replace a file of the user, whole or not at all; only one process may write it."""
    _replace(str(temporary_name(path)), str(path), text, mode=0o666)


def temporary_name(path: Path) -> Path:
    """Where `write_text` prepares a file: a name that revisions leave out (FORMAT.md, 12)."""
    return path.with_name(f".domino-{path.name}.tmp")


def _replace(temporary: str, path: str, text: str, *, mode: int = 0o600) -> None:
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def take_lock(folder: str, seconds: float) -> int | None:
    """The descriptor of the run folder's lock, held; None when another keeps it that long."""
    lock = os.open(os.path.join(folder, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(lock)
                return None
            time.sleep(0.02)
        else:
            return lock

"""Small files of a run folder: whole or absent, and a lock that ends with its holder.

Standard library only: the supervisor is made of this.
"""

import fcntl
import json
import os
import time
from collections.abc import Mapping
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
    temporary = f"{path}.{os.getpid()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file)
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

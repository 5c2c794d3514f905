"""Python's collector of cycles, put off while millions of rows are made that have none."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_users = 0
_was_enabled = False


@contextmanager
def collection_put_off() -> Iterator[None]:
    """Within it the collector does not go through all objects again and again.

    That takes a fifth of the first sync of 100,000 files. Safe for threads: the last one to
    leave turns the collector on again, if it was on.
    """
    global _users, _was_enabled  # noqa: PLW0603 - the collector is one for the whole process
    with _lock:
        if _users == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0 and _was_enabled:
                gc.enable()

"""Work spread over threads, its results in order.

Threads, not processes: a process forked after the store's client has run hangs for ever, and
hashing, compressing and all input and output run outside the interpreter's lock.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

CORES = max(2, min(8, os.cpu_count() or 1))
"""Threads for work that keeps a core busy."""

REQUESTS = 16
"""Requests in flight to a store that is far away: one connection gives 100 MB/s at most."""


def in_order(work: Callable[[T], R], items: Iterable[T], *, threads: int = CORES) -> Iterator[R]:
    """`work` of each item, in the order of the items; at most `2 * threads` wait at a time.

    An error is raised in its item's turn; what has not begun by then is dropped. Whoever stops
    asking does not wait for what has begun.
    """
    waiting: deque[Future[R]] = deque()
    executor = ThreadPoolExecutor(threads, thread_name_prefix="domino")
    is_wanted = True
    try:
        for item in items:
            waiting.append(executor.submit(work, item))
            if len(waiting) >= 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except GeneratorExit:
        # Perhaps the garbage collector's, in the midst of anything: a thread that it interrupts
        # while that starts holds a lock which joining a thread needs, and would wait for itself.
        is_wanted = False
        raise
    finally:
        executor.shutdown(wait=is_wanted, cancel_futures=True)

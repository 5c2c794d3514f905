"""A store that fails at a chosen write: before it, after it, or half-way."""

import threading
from collections.abc import Iterator
from enum import StrEnum

from jupyter_domino.errors import Conflict, Unavailable
from jupyter_domino.store import ObjectInfo, ObjectStore


class Fault(StrEnum):
    """What happens at the write."""

    DIES_BEFORE = "dies before"
    DIES_AFTER = "dies after"
    TEARS = "dies, and a write that is not conditional leaves half of its bytes"
    FAILS_BEFORE = "refuses"
    FAILS_AFTER = "lands and reports a failure"
    LOSES_REPLY = "lands, loses the reply, and finds its own object at the second try"


DEATHS = (Fault.DIES_BEFORE, Fault.DIES_AFTER, Fault.TEARS)


class Died(BaseException):
    """The process is as good as dead; no handler for errors may catch it."""


class FaultyStore:
    """`inner`, but for its `at`-th write (from 1). After a death nothing answers any more.

    `writes` counts; with `at=0` nothing fails, so that a dry run tells how many there are.
    """

    def __init__(self, inner: ObjectStore, *, at: int = 0, fault: Fault = Fault.DIES_BEFORE):
        self._inner = inner
        self._at = at
        self._fault = fault
        self._is_dead = False
        self._lock = threading.Lock()
        self.writes = 0

    @property
    def url(self) -> str:
        return self._inner.url

    def put(self, key: str, data: bytes | list[bytes], *, if_absent: bool = False) -> None:
        if not self._is_due():
            self._inner.put(key, data, if_absent=if_absent)
        elif self._fault is Fault.FAILS_BEFORE:
            raise Unavailable("The test's store fails.", code="store-unreachable")
        elif self._fault is Fault.DIES_BEFORE or (self._fault is Fault.TEARS and if_absent):
            self._die()
        else:
            content = b"".join(data) if isinstance(data, list) else data
            if self._fault is Fault.TEARS:
                content = content[: len(content) // 2]
            self._inner.put(key, content, if_absent=if_absent)
            self._answer(key, if_absent=if_absent)

    def get(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        self._check_alive()
        return self._inner.get(key, start=start, length=length)

    def stat(self, key: str) -> ObjectInfo:
        self._check_alive()
        return self._inner.stat(key)

    def list(self, prefix: str, *, limit: int | None = None) -> Iterator[ObjectInfo]:
        self._check_alive()
        return self._inner.list(prefix, limit=limit)

    def delete(self, key: str) -> None:
        self._check_alive()
        self._inner.delete(key)

    def _is_due(self) -> bool:
        with self._lock:
            self._check_alive()
            self.writes += 1
            return self.writes == self._at

    def _answer(self, key: str, *, if_absent: bool) -> None:
        """What the caller hears of a write that has landed."""
        if self._fault in DEATHS:
            self._die()
        if self._fault is Fault.FAILS_AFTER:
            raise Unavailable("The test's store lost the reply.", code="store-unreachable")
        if if_absent:
            raise Conflict(f"The store has {key} already.", code="already-exists")

    def _die(self) -> None:
        self._is_dead = True
        raise Died

    def _check_alive(self) -> None:
        if self._is_dead:
            raise Died

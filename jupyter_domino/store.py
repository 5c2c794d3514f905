"""The `ObjectStore` port: keys to bytes, somewhere, and what every store promises.

A key is ASCII, `/`-separated, relative, without `.` or `..` segments. All that
is durable goes through these five verbs, and only `put` with `if_absent`
decides a race: no store is asked for locks, clocks or overwrites.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object's key and its size in bytes."""

    key: str
    size: int


class ObjectStore(Protocol):
    """Keys to bytes. Implementations may be called from many threads at once.

    Every verb raises `Unavailable` (`store-unreachable`, `disk-full`) when the
    store does not answer or is full, `Refused` (`credentials-refused`,
    `permission-denied`) when it will not, and retries by itself what a retry can
    help; a caller does not retry.
    """

    @property
    def url(self) -> str:
        """Where the store is; without credentials, fit for logs."""
        ...

    def put(self, key: str, data: bytes | list[bytes], *, if_absent: bool = False) -> None:
        """Write the whole object, atomically and durably.

        A list is written as its concatenation. Without `if_absent` an object that is
        there is replaced by equal bytes (callers use it for content-addressed names
        only). With `if_absent` exactly one of many racing writers returns.

        Raises:
            Conflict: `already-exists`, with `if_absent`: an object is there. It may be
                one's own, whose reply was lost: read it back before believing in a loss.
                Nothing was written.
        """
        ...

    def get(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes, or `length` of them from `start`; fewer only at its end.

        Sees every write that returned before.

        Raises:
            NotFound: there is no such object.
        """
        ...

    def stat(self, key: str) -> ObjectInfo:
        """Key and size.

        Raises:
            NotFound: there is no such object.
        """
        ...

    def list(self, prefix: str, *, limit: int | None = None) -> Iterator[ObjectInfo]:
        """Objects whose key starts with `prefix`, in ascending order of key, at most `limit`.

        `prefix` ends with `/` or is empty. Sees every write that returned before.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove the object; without effect when it is not there."""
        ...

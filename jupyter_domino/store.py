"""The `ObjectStore` port: keys to bytes, somewhere, and what every store promises.

A key is segments joined by `/`; `check_key` says which. No key is the folder of
another: where `a` is, `a/b` is not. All that is durable goes through these five
verbs, and only `put` with `if_absent` decides a race: no store is asked for
locks, clocks or overwrites.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from jupyter_domino.errors import Invalid

KEY_LENGTH = 700
"""Characters. S3 allows 1,024 with the prefix; a folder's path must fit in 4,096."""

_KEY = re.compile(r"(?:[A-Za-z0-9_=@+,~-][A-Za-z0-9_=@+,~.-]{0,254}/)*", re.ASCII)
"""Segments, each with its slash. None begins with a dot: no `..` leads out of a store,
and a store may keep its own files under names with a dot."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object's key and its size in bytes."""

    key: str
    size: int


def check_key(key: str) -> None:
    """Let a key pass that every store can hold.

    Raises:
        Invalid: `bad-name`.
    """
    if len(key) > KEY_LENGTH or key == "" or not _KEY.fullmatch(f"{key}/"):
        raise Invalid(f"{key!r} cannot be the key of an object in a store.", code="bad-name")


def check_prefix(prefix: str) -> None:
    """Let a prefix pass that is empty, or segments of a key each with its slash.

    Raises:
        Invalid: `bad-name`.
    """
    if len(prefix) > KEY_LENGTH or not _KEY.fullmatch(prefix):
        raise Invalid(f"{prefix!r} cannot be listed in a store.", code="bad-name")


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

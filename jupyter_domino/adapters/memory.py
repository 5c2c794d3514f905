"""A store in this process's memory: for trying things out, and as the port's simplest reading."""

import threading
from collections.abc import Iterator

from jupyter_domino.errors import Conflict, NotFound
from jupyter_domino.store import ObjectInfo, check_key, check_prefix


class MemoryStore:
    """An `ObjectStore` that is gone with the process."""

    def __init__(self, name: str = "store") -> None:
        self._name = name
        self._objects: dict[str, bytes] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """`memory:name`; no other process can open it."""
        return f"memory:{self._name}"

    def put(self, key: str, data: bytes | list[bytes], *, if_absent: bool = False) -> None:
        """Write the whole object (see `ObjectStore.put`)."""
        check_key(key)
        content = b"".join(data) if isinstance(data, list) else bytes(data)
        with self._lock:
            if if_absent and key in self._objects:
                raise Conflict(f"{self.url} has {key} already.", code="already-exists")
            self._objects[key] = content

    def get(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes (see `ObjectStore.get`)."""
        content = self._find(key)
        return content[start : None if length is None else start + length]

    def stat(self, key: str) -> ObjectInfo:
        """Key and size (see `ObjectStore.stat`)."""
        return ObjectInfo(key, len(self._find(key)))

    def list(self, prefix: str, *, limit: int | None = None) -> Iterator[ObjectInfo]:
        """Objects in ascending order of key (see `ObjectStore.list`)."""
        check_prefix(prefix)
        with self._lock:
            found = sorted(
                (key, len(content))
                for key, content in self._objects.items()
                if key.startswith(prefix)
            )
        return iter([ObjectInfo(key, size) for key, size in found[:limit]])

    def delete(self, key: str) -> None:
        """Remove the object; without effect when it is not there."""
        check_key(key)
        with self._lock:
            self._objects.pop(key, None)

    def _find(self, key: str) -> bytes:
        check_key(key)
        with self._lock:
            content = self._objects.get(key)
        if content is None:
            raise NotFound(f"{self.url} has no object {key}.")
        return content

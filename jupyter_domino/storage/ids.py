"""Digests and ids: keyed BLAKE3, one key a store, one derived key a purpose (FORMAT.md, 4)."""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from blake3 import blake3

from jupyter_domino.errors import Conflict, Damaged, NotFound, Unavailable
from jupyter_domino.storage.lookup import find_object
from jupyter_domino.store import ObjectStore

FORMAT_VERSION = 0
STORE_KEY = "store.json"
ID_SIZE = 20
"""Bytes of a pack's, bundle's, page's or revision's id."""

DIGEST_SIZE = 32
NO_DIGEST = bytes(DIGEST_SIZE)
"""A folder's."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one store: what its digests and ids are made with."""

    content: bytes
    pack: bytes
    bundle: bytes
    page: bytes
    revision: bytes

    @classmethod
    def derive(cls, hash_key: bytes) -> Self:
        """All purposes' keys, from the store's."""
        purposes = ("content", "pack", "bundle", "page", "revision")
        return cls(*(blake3(name.encode(), key=hash_key).digest() for name in purposes))

    def digest(self, content: bytes | memoryview) -> bytes:
        """A file's, link's or chunk's digest."""
        return blake3(content, key=self.content).digest()

    def hasher(self) -> blake3:
        """For content that comes in pieces."""
        return blake3(key=self.content)


def object_id(key: bytes, data: bytes | memoryview) -> bytes:
    """Id of an object of the purpose whose `key` it is."""
    return blake3(data, key=key).digest()[:ID_SIZE]


def load_keys(store: ObjectStore, *, create: bool) -> Keys:
    """The store's keys; makes `store.json` if there is none and `create` is set.

    Raises:
        NotFound: there is no `store.json`, and it was not to be made.
        Unavailable: `format-unsupported`: a newer version made the store.
        Damaged: `store.json` is not what it should be.
    """
    data = find_object(store, STORE_KEY)
    if data is None:
        if not create:
            raise NotFound(
                f"{store.url} holds no projects: check the store's URL.",
                code="project-not-found",
            )
        data = _create(store)
    return _parse(data, store.url)


def _create(store: ObjectStore) -> bytes:
    document = {"format": FORMAT_VERSION, "hash_key": secrets.token_hex(32), "requires": []}
    # Somebody else's, or ours with its reply lost: what is there counts.
    with suppress(Conflict):
        store.put(STORE_KEY, json.dumps(document).encode(), if_absent=True)
    return store.get(STORE_KEY)


def _parse(data: bytes, url: str) -> Keys:
    try:
        document = json.loads(data)
        version = int(document["format"])
        requires = list(document["requires"])
        if version > FORMAT_VERSION or requires:
            raise Unavailable(
                f"{url} was written by a newer version of jupyter-domino: upgrade this one.",
                code="format-unsupported",
                details={"format": version, "requires": requires},
            )
        hash_key = bytes.fromhex(document["hash_key"])
        if len(hash_key) != 32:
            raise ValueError(hash_key)
    except (ValueError, TypeError, KeyError) as error:
        raise Damaged(
            f"{STORE_KEY} in {url} is damaged: restore it from a copy; without it nothing "
            "in the store can be checked.",
            details={"object": STORE_KEY},
        ) from error
    return Keys.derive(hash_key)

"""The pool: a project's immutable objects, written once and checked at each read."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Generic, TypeVar

from jupyter_domino.errors import Damaged, NotFound
from jupyter_domino.storage.ids import Keys, object_id
from jupyter_domino.storage.lookup import find_object
from jupyter_domino.storage.pack import MIB, PackBuilder
from jupyter_domino.storage.page import Page, decode_page
from jupyter_domino.storage.root import PageRef, Place, Root, decode_root, encode_root
from jupyter_domino.storage.rows import Row
from jupyter_domino.storage.values import RevisionId
from jupyter_domino.storage.workers import in_order
from jupyter_domino.store import ObjectStore

BUNDLE_SIZE = 8 * MIB
CACHED_ROOTS = 256
CACHED_PAGES = 16
"""Up to 4,096 rows each: some 2 MB of Python objects."""

V = TypeVar("V")


class Recent(Generic[V]):
    """The values last asked for, by id. Safe for threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> V | None:
        """The value, if it is still here."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def add(self, key: str, value: V) -> None:
        """Keep the value; the one not asked for the longest goes."""
        with self._lock:
            self._values[key] = value
            if len(self._values) > self._size:
                self._values.popitem(last=False)


class Pool:
    """The immutable objects of one project. Safe for threads."""

    def __init__(self, store: ObjectStore, pool_id: str, keys: Keys) -> None:
        self.store = store
        self.keys = keys
        self._prefix = f"pools/{pool_id}/"
        self._roots: Recent[Root] = Recent(CACHED_ROOTS)
        self._pages: Recent[list[Row]] = Recent(CACHED_PAGES)

    def put_pack(self, builder: PackBuilder) -> int:
        """Close the pack and write it; its size in bytes."""
        pieces = builder.close(self.keys)
        self.store.put(self._pack_key(builder.name.id), pieces)
        return sum(map(len, pieces))

    def put_pages(
        self, pages: Sequence[Page | PageRef], known: dict[bytes, PageRef]
    ) -> tuple[tuple[PageRef, ...], int]:
        """Write the pages that are in no bundle yet; all as references, and the bytes written."""
        places = {page_id: ref.place for page_id, ref in known.items()}
        written, pending, size = 0, list[Page](), 0
        for page in pages:
            if isinstance(page, PageRef) or page.id in places:
                continue
            if pending and size + len(page.data) > BUNDLE_SIZE:
                written += self._put_bundle(pending, places)
                pending, size = [], 0
            pending.append(page)
            size += len(page.data)
        if pending:
            written += self._put_bundle(pending, places)
        refs = tuple(
            page
            if isinstance(page, PageRef)
            else PageRef(page.first, page.id, page.rows, page.files, page.size, places[page.id])
            for page in pages
        )
        return refs, written

    def _put_bundle(self, pages: list[Page], places: dict[bytes, Place]) -> int:
        data = b"".join(page.data for page in pages)
        bundle = object_id(self.keys.bundle, data)
        self.store.put(self._bundle_key(bundle), data)
        offset = 0
        for page in pages:
            places[page.id] = Place(bundle, offset, len(page.data))
            offset += len(page.data)
        return len(data)

    def put_root(self, root: Root) -> tuple[RevisionId, int]:
        """Write the root; its id, and the bytes written."""
        revision_id, data = encode_root(root, self.keys)
        self.store.put(self._root_key(revision_id), data)
        self._roots.add(revision_id, root)
        return revision_id, len(data)

    def root(self, revision_id: RevisionId) -> Root:
        """The root of a revision.

        Raises:
            NotFound: `revision-not-found`.
            Damaged: its bytes are not what its id says.
        """
        root = self._roots.get(revision_id)
        if root is None:
            key = self._root_key(revision_id)
            data = find_object(self.store, key)
            if data is None:
                raise NotFound(
                    f"There is no revision {revision_id[:12]}: look for it in the log.",
                    code="revision-not-found",
                    details={"revision": revision_id},
                )
            root = self._decoded(key, lambda: decode_root(data, revision_id, self.keys))
            self._roots.add(revision_id, root)
        return root

    def root_ids(self) -> Iterator[RevisionId]:
        """Ids of all roots in the store, also of those that no branch reaches."""
        prefix = f"{self._prefix}revs/"
        return (RevisionId(info.key.removeprefix(prefix)) for info in self.store.list(prefix))

    def rows(self, page: PageRef) -> list[Row]:
        """The rows of a page.

        Raises:
            Damaged: they are not there, or not what the id says.
        """
        rows = self._pages.get(page.id.hex())
        if rows is None:
            rows = next(iter(self.read_pages([page])))
            self._pages.add(page.id.hex(), rows)
        return rows

    def read_pages(self, pages: Iterable[PageRef]) -> Iterator[list[Row]]:
        """The rows of many pages in turn; neighbours in a bundle cost one request."""
        runs = list(_neighbours(pages))
        # A thread is not worth starting for one request.
        fetched = map(self._fetch_run, runs) if len(runs) < 2 else in_order(self._fetch_run, runs)
        for run, data in zip(runs, fetched, strict=True):
            place = run[0].place
            key = self._bundle_key(place.bundle)
            for page in run:
                start = page.place.offset - place.offset
                piece = data[start : start + page.place.length]
                yield self._decoded(key, partial(decode_page, piece, page.id, self.keys))

    def _fetch_run(self, run: list[PageRef]) -> bytes:
        place = run[0].place
        length = sum(page.place.length for page in run)
        return self.fetch(self._bundle_key(place.bundle), place.offset, length)

    def read_pack(self, pack_id: bytes, start: int, length: int) -> bytes:
        """A run of bytes of a pack.

        Raises:
            Damaged: the pack is gone or cut off.
        """
        return self.fetch(self._pack_key(pack_id), start, length)

    def fetch(self, key: str, start: int, length: int) -> bytes:
        """A run of bytes of an object that a revision needs."""
        data = find_object(self.store, key, start=start, length=length)
        if data is None:
            raise Damaged(
                f"{key} is missing from {self.store.url}: restore the store from a copy.",
                code="object-missing",
                details={"object": key},
            )
        if len(data) != length:
            raise self.damaged(key, "it is cut off")
        return data

    def damaged(self, key: str, reason: str) -> Damaged:
        """The error for an object that is not what it should be."""
        return Damaged(
            f"{key} in {self.store.url} is damaged ({reason}): restore it from a copy of the "
            "store. Revisions that do not use it are whole.",
            details={"object": key},
        )

    def damaged_pack(self, pack_id: bytes, reason: str) -> Damaged:
        """The same for a pack."""
        return self.damaged(self._pack_key(pack_id), reason)

    def _decoded(self, key: str, decode: Callable[[], V]) -> V:
        try:
            return decode()
        except ValueError as error:
            raise self.damaged(key, str(error)) from error

    def _pack_key(self, pack_id: bytes) -> str:
        name = pack_id.hex()
        return f"{self._prefix}packs/{name[:2]}/{name}"

    def _bundle_key(self, bundle: bytes) -> str:
        name = bundle.hex()
        return f"{self._prefix}leaves/{name[:2]}/{name}"

    def _root_key(self, revision_id: RevisionId) -> str:
        return f"{self._prefix}revs/{revision_id}"


def _neighbours(pages: Iterable[PageRef]) -> Iterator[list[PageRef]]:
    """The pages in runs that stand one after the other in one bundle."""
    run: list[PageRef] = []
    for page in pages:
        if run:
            last = run[-1].place
            follows = page.place.bundle == last.bundle
            if not (follows and page.place.offset == last.offset + last.length):
                yield run
                run = []
        run.append(page)
    if run:
        yield run

"""Roots: what a revision is, as canonical bytes and back (FORMAT.md, 7). Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import zstandard

from jupyter_domino.storage.ids import FORMAT_VERSION, ID_SIZE, Keys, object_id
from jupyter_domino.storage.rows import is_valid_path, to_bytes, to_str
from jupyter_domino.storage.values import GitState, Revision, RevisionId

MAX_ROOT = 1 << 28
"""Bytes of an unpacked root: more than a million pages."""

_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_ID = re.compile(r"[0-9a-f]{40}")


class Place(NamedTuple):
    """Where a page's bytes are."""

    bundle: bytes
    offset: int
    length: int


class PageRef(NamedTuple):
    """A page of a revision."""

    first: bytes
    """Its first path."""
    id: bytes
    rows: int
    files: int
    size: int
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A revision, complete."""

    parents: tuple[RevisionId, ...]
    branch: str
    number: int
    author: str
    time: datetime
    message: str
    job: str | None = None
    job_number: int | None = None
    git: GitState | None = None
    conflicts: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[PageRef, ...]

    @property
    def files(self) -> int:
        """Files and symlinks."""
        return sum(page.files for page in self.pages)

    @property
    def bytes(self) -> int:
        """Sum of their sizes."""
        return sum(page.size for page in self.pages)

    def to_revision(self, revision_id: RevisionId, *, is_on_branch: bool) -> Revision:
        """The root as users see it."""
        return Revision(
            id=revision_id,
            number=self.number if is_on_branch else None,
            branch=self.branch if is_on_branch else None,
            parents=self.parents,
            author=self.author,
            time=self.time,
            message=self.message,
            job=self.job,
            job_number=self.job_number,
            files=self.files,
            bytes=self.bytes,
            git=self.git,
            conflicts=self.conflicts,
            links=self.links,
        )


def is_revision_id(text: str) -> bool:
    """Looks like a revision's id."""
    return _ID.fullmatch(text) is not None


def encode_root(root: Root, keys: Keys) -> tuple[RevisionId, bytes]:
    """The root's id and bytes."""
    document = _document(root)
    canonical = _canonical(document)
    places = [[p.place.bundle.hex(), p.place.offset, p.place.length] for p in root.pages]
    whole = b'{"places":' + _canonical(places) + b',"revision":' + canonical + b"}"
    data = zstandard.ZstdCompressor(level=3, write_checksum=True).compress(whole)
    return RevisionId(object_id(keys.revision, canonical).hex()), data


def decode_root(data: bytes, revision_id: RevisionId, keys: Keys) -> Root:
    """The root of those bytes.

    Raises:
        ValueError: they are no root, or not that one.
    """
    try:
        whole = json.loads(zstandard.ZstdDecompressor().decompress(data, max_output_size=MAX_ROOT))
        document, places = whole["revision"], whole["places"]
        if object_id(keys.revision, _canonical(document)).hex() != revision_id:
            raise ValueError("its content is not that of its id")
        return _root(document, places)
    except (zstandard.ZstdError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _document(root: Root) -> dict[str, object]:
    git = root.git
    return {
        "author": root.author,
        "branch": root.branch,
        "bytes": root.bytes,
        "conflicts": sorted(root.conflicts),
        "files": root.files,
        "format": FORMAT_VERSION,
        "git": git and {"branch": git.branch, "dirty": git.dirty, "head": git.head},
        "job": root.job,
        "job_number": root.job_number,
        "links": dict(root.links),
        "message": root.message,
        "number": root.number,
        "pages": [[to_str(p.first), p.id.hex(), p.rows, p.files, p.size] for p in root.pages],
        "parents": list(root.parents),
        "time": root.time.astimezone(UTC).strftime(_TIME),
    }


def _root(document: dict[str, object], places: list[list[object]]) -> Root:
    """The root of a document whose id is right, so that its writer alone can be at fault."""
    # The casts are checked by use: a wrong type raises what `decode_root` catches.
    value: dict[str, object] = document
    if value["format"] != FORMAT_VERSION:
        raise ValueError(f"format {value['format']} is not known")
    git = value["git"]
    job_number = value["job_number"]
    return Root(
        parents=tuple(RevisionId(_text(parent)) for parent in _list(value["parents"])),
        branch=_text(value["branch"]),
        number=_integer(value["number"]),
        author=_text(value["author"]),
        time=datetime.strptime(_text(value["time"]), _TIME).replace(tzinfo=UTC),
        message=_text(value["message"]),
        job=_optional_text(value["job"]),
        job_number=None if job_number is None else _integer(job_number),
        git=None if git is None else _git_state(_mapping(git)),
        conflicts=tuple(_text(path) for path in _list(value["conflicts"])),
        links={key: _text(link) for key, link in _mapping(value["links"]).items()},
        pages=tuple(
            _page_ref(_list(page), _list(place))
            for page, place in zip(_list(value["pages"]), places, strict=True)
        ),
    )


def _git_state(value: dict[str, object]) -> GitState:
    head, branch = _optional_text(value["head"]), _optional_text(value["branch"])
    return GitState(head=head, branch=branch, dirty=bool(value["dirty"]))


def _page_ref(page: list[object], place: list[object]) -> PageRef:
    first, page_id, rows, files, size = page
    bundle, offset, length = place
    path = to_bytes(_text(first))
    if not is_valid_path(path):
        raise ValueError("a page's first path may not be")
    return PageRef(
        path,
        _id(page_id),
        _integer(rows),
        _integer(files),
        _integer(size),
        Place(_id(bundle), _integer(offset), _integer(length)),
    )


def _id(value: object) -> bytes:
    data = bytes.fromhex(_text(value))
    if len(data) != ID_SIZE:
        raise ValueError(f"{value!r} is no id")
    return data


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _integer(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise TypeError(f"{value!r} is no count")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no object")
    return value

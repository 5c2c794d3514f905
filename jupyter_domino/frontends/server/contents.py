"""Files of a revision or of a running job as Jupyter's contents models, for reading only.

The rules are those of jupyter_server: a file is text when it is UTF-8, else base64;
what ends in `.ipynb` is a notebook unless it is asked for as a file.
"""

import base64
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import nbformat
from jsonschema.exceptions import ValidationError

from jupyter_domino.errors import Invalid
from jupyter_domino.frontends.wire import Json, to_json

TYPES = ("file", "notebook", "directory")
FORMATS = ("text", "base64", "json")


@dataclass(frozen=True, slots=True)
class Node:
    """A file or folder that can be read."""

    path: str
    is_folder: bool
    size: int
    """Bytes; of a folder 0."""
    modified: datetime


class Files(Protocol):
    """A tree of files that does not change while an answer is made, or not much."""

    def find(self, path: str) -> Node:
        """The file or folder at `path`; '' is the root.

        Raises:
            NotFound: `path-not-found`.
        """
        ...

    def children(self, path: str) -> Iterable[Node]:
        """What lies directly in a folder."""
        ...

    def read(self, path: str) -> bytes:
        """A file's content."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """How the page wants a file."""

    content: bool = True
    type: str | None = None
    """`file`, `notebook` or `directory`; None: what it is."""
    format: str | None = None
    """`text`, `base64` or `json`; None: what fits."""
    max_bytes: int = 32 << 20
    """A larger file is refused: a page is no place for it."""


def contents_model(files: Files, path: str, wish: Wish) -> Json:
    """The file or folder at `path`.

    Raises:
        NotFound: `path-not-found`.
        Invalid: it is not of the wanted type or format, or too large.
    """
    node = files.find(path.strip("/"))
    if node.is_folder != (wish.type == "directory") and wish.type is not None:
        other = "a folder" if node.is_folder else "a file"
        raise Invalid(f"{node.path!r} is {other}: ask for it as one.", details={"path": node.path})
    if node.is_folder:
        return _folder(files, node, wish)
    if not wish.content:
        return _outline(node, wish)
    _check_size(node, wish)
    data = files.read(node.path)
    return _notebook(node, data) if _is_notebook(node, wish) else _file(node, data, wish)


def _folder(files: Files, node: Node, wish: Wish) -> Json:
    model = _outline(node, wish)
    if wish.content:
        children = sorted(files.children(node.path), key=lambda child: child.path)
        model["format"] = "json"
        model["content"] = [_outline(child, Wish()) for child in children]
    return model


def _outline(node: Node, wish: Wish) -> dict[str, Json]:
    """The model without content."""
    readable = "notebook" if _is_notebook(node, wish) else "file"
    kind = "directory" if node.is_folder else readable
    return {
        "name": node.path.rsplit("/", 1)[-1],
        "path": node.path,
        "type": kind,
        "writable": False,
        "created": to_json(node.modified),
        "last_modified": to_json(node.modified),
        "mimetype": mimetypes.guess_type(node.path)[0] if kind == "file" else None,
        "format": None,
        "content": None,
        "size": None if node.is_folder else node.size,
    }


def _is_notebook(node: Node, wish: Wish) -> bool:
    return wish.type == "notebook" or (wish.type is None and node.path.endswith(".ipynb"))


def _check_size(node: Node, wish: Wish) -> None:
    if node.size > wish.max_bytes:
        raise Invalid(
            f"{node.path!r} has {node.size:,} bytes, and files above {wish.max_bytes:,} are not "
            "shown in the page: write the revision into a folder with hydrate, or revert the file.",
            details={"path": node.path, "size": node.size, "limit": wish.max_bytes},
        )


def _file(node: Node, data: bytes, wish: Wish) -> Json:
    model = _outline(node, wish)
    text = None if wish.format == "base64" else _text(data)
    if text is None and wish.format in {"text", "json"}:
        raise Invalid(
            f"{node.path!r} is not UTF-8 text: ask for it as base64.", details={"path": node.path}
        )
    if text is None:
        model |= {"format": "base64", "content": base64.b64encode(data).decode("ascii")}
    else:
        model |= {"format": "text", "content": text}
    default = "application/octet-stream" if text is None else "text/plain"
    return model | {"mimetype": model["mimetype"] or default, "size": len(data)}


def _notebook(node: Node, data: bytes) -> Json:
    """The notebook in today's format, its outputs not trusted: nobody has signed this state."""
    try:
        notebook = nbformat.reads(  # type: ignore[no-untyped-call]  # nbformat has no types
            data.decode("utf-8"), as_version=4
        )
        for cell in notebook.cells:
            cell.metadata.pop("trusted", None)
        content = to_json(notebook)
    except (ValueError, AttributeError, KeyError, TypeError, ValidationError) as error:
        raise Invalid(
            f"{node.path!r} is not a valid notebook: open it as text.",
            code="not-a-notebook",
            details={"path": node.path},
        ) from error
    model = _outline(node, Wish(type="notebook"))
    return model | {"format": "json", "content": content, "size": len(data)}


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None

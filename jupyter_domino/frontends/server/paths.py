"""API paths: how the page names files, and the only door from there to the file system.

An API path is that of Jupyter's contents API: relative to a root, `/`-separated.
Whatever comes out of `RootedPaths.resolve` lies in the root, links followed.
"""

import os
from pathlib import Path

from jupyter_core.paths import is_hidden

from jupyter_domino.errors import Invalid, NotFound

MAX_PATH = 4096
"""Bytes; Linux's own bound (PATH_MAX)."""


class RootedPaths:
    """The folder that API paths are relative to."""

    def __init__(self, root: Path, *, allow_hidden: bool) -> None:
        self.root = Path(os.path.realpath(root))
        self._allow_hidden = allow_hidden

    def resolve(self, api_path: str) -> Path:
        """The absolute path, links resolved, that an API path names; it need not exist.

        Raises:
            Invalid: `path-outside-project`: the path is absolute, has `..` or follows a link
                out of the root; `bad-name`: no file can be called so.
            NotFound: `path-not-found`: the path is hidden, and hidden files are not shown.
        """
        path = self.root.joinpath(*_parts(api_path))
        resolved = Path(os.path.realpath(path))
        if not resolved.is_relative_to(self.root):
            raise Invalid(
                f"{api_path!r} is a link that leads out of {self.root}: "
                "start the server in a folder that holds both ends.",
                code="path-outside-project",
                details={"path": api_path},
            )
        if not self._allow_hidden and (self._is_hidden(path) or self._is_hidden(resolved)):
            raise NotFound(
                f"{api_path!r} is hidden: move it, or set ContentsManager.allow_hidden.",
                code="path-not-found",
                details={"path": api_path},
            )
        return resolved

    def folder(self, api_path: str) -> Path:
        """The folder that an API path names or, for anything else, the one it would be in.

        A file that is a link may lead anywhere: only its folder is looked at.

        Raises:
            Invalid, NotFound: as `resolve`.
        """
        parts = _parts(api_path)
        if parts and not self.root.joinpath(*parts).is_dir():
            parts.pop()
        return self.resolve("/".join(parts))

    def check(self, api_path: str) -> str:
        """The path again, after its folder was found to lie in the root.

        The last part may be a link to anywhere: it stands for itself, not for what it leads to.

        Raises:
            Invalid, NotFound: as `resolve`.
        """
        parts = _parts(api_path)
        self.resolve("/".join(parts[:-1]))
        return "/".join(parts)

    def find(self, path: Path) -> str | None:
        """The API path of an absolute path with links resolved; None outside the root."""
        if not path.is_relative_to(self.root):
            return None
        relative = path.relative_to(self.root).as_posix()
        return "" if relative == "." else relative

    def _is_hidden(self, path: Path) -> bool:
        try:
            return is_hidden(str(path), str(self.root))
        except OSError:  # below something that is no folder, or one that may not be entered
            return True


def _parts(api_path: str) -> list[str]:
    parts = [part for part in api_path.split("/") if part]
    if api_path.startswith("/") or any(part in {".", ".."} for part in parts):
        raise Invalid(
            f"{_short(api_path)!r} is not a path below the server's root: "
            "leave out a leading '/', '.' and '..'.",
            code="path-outside-project",
            details={"path": _short(api_path)},
        )
    size = len(os.fsencode(api_path)) if _is_encodable(api_path) else MAX_PATH + 1
    if "\0" in api_path or size > MAX_PATH or any(_is_long(part) for part in parts):
        raise Invalid(
            f"No file can be called {_short(api_path)!r}.",
            code="bad-name",
            details={"path": _short(api_path)},
        )
    return parts


def _is_encodable(text: str) -> bool:
    """Whether it came from bytes: a lone surrogate outside PEP 383's range did not."""
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def _is_long(name: str) -> bool:
    return len(os.fsencode(name)) > 255


def _short(path: str) -> str:
    return path if len(path) <= 200 else f"{path[:200]}…"

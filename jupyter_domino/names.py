"""Names that are safe everywhere a name goes: paths, keys, labels, environment variables."""

import re

from jupyter_domino.errors import Invalid

MAX_NAME = 100
"""Characters of a project's name; leaves room in a 255-byte file name."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


def project_name(name: str) -> str:
    """`name` as it is, when it may be a project's name.

    Raises:
        Invalid: `bad-name`; the message says what a name may be made of.
    """
    if len(name) > MAX_NAME or not _NAME.fullmatch(name):
        raise Invalid(
            f"{name!r} cannot be a project's name: use letters, digits, '.', '_' and '-', "
            f"begin with a letter or digit, and stay within {MAX_NAME} characters.",
            code="bad-name",
            details={"name": name},
        )
    return name


def suggested_name(folder: str) -> str:
    """A valid project name as near as can be to a folder's name; 'project' if nothing is left."""
    return _UNFIT.sub("-", folder).strip("-._")[:MAX_NAME].rstrip("-._") or "project"

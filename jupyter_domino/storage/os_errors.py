"""The file system's refusals in the product's words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_domino.errors import DominoError, Refused, Unavailable

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def to_domino_error(error: OSError, path: str) -> DominoError:
    """The error that a caller of ours can act on."""
    details = {"path": path}
    if error.errno in FULL:
        return Unavailable(
            f"No space is left where {path} should go: free some, then try again.",
            code="disk-full",
            details=details,
        )
    if error.errno in FORBIDDEN:
        return Refused(
            f"{path} may not be read or written ({error.strerror}): mend its permissions, "
            "then try again.",
            code="permission-denied",
            details=details,
        )
    return Unavailable(f"{path} cannot be used: {error.strerror or error}.", details=details)


@contextmanager
def file_errors(path: str) -> Iterator[None]:
    """Turn the file system's errors about `path` into ours."""
    try:
        yield
    except OSError as error:
        raise to_domino_error(error, path) from error

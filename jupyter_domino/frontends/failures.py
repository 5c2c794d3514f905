"""Whatever went wrong, as one of our errors: nobody sees a traceback, and none is lost."""

import errno
import os
import traceback
from datetime import UTC, datetime

from jupyter_domino.errors import DominoError, Refused, Unavailable
from jupyter_domino.settings import Settings

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def as_domino_error(error: Exception, settings: Settings) -> DominoError:
    """The error itself when it is ours, else what it means in plain words.

    The traceback of a defect is appended to the error log in the data home.
    """
    if isinstance(error, DominoError):
        return error
    if isinstance(error, OSError) and error.errno in _FULL | _DENIED:
        return _file_system_error(error)
    place = _keep_traceback(error, settings)
    return DominoError(
        f"Something went wrong inside jupyter_domino ({type(error).__name__}): please report it "
        f"with the end of {place}.",
        details={"log": place, "type": type(error).__name__},
    )


def _file_system_error(error: OSError) -> DominoError:
    path = error.filename if isinstance(error.filename, str) else None
    details: dict[str, object] = {"path": path}
    if error.errno in _FULL:
        where = f" for {path!r}" if path else ""
        return Unavailable(
            f"No space is left{where}: free some and try again.", code="disk-full", details=details
        )
    what = repr(path) if path else "a file"
    return Refused(
        f"The file system does not allow access to {what}: check its owner and permissions.",
        code="permission-denied",
        details=details,
    )


def _keep_traceback(error: Exception, settings: Settings) -> str:
    """Where the traceback was written; says so when it could not be."""
    log = settings.error_log
    text = "".join(traceback.format_exception(error)).encode("utf-8", "backslashreplace")
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        # Only its owner may read it: a traceback can show paths and values.
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(f"--- {datetime.now(UTC).isoformat()}\n".encode() + text)
    except OSError as reason:
        return f"{log} (which could not be written: {reason.strerror})"
    return str(log)

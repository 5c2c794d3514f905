"""Every error of the product, grouped by what a caller does about it.

    DominoError                 .code: stable, append-only; str(): what happened, what to do next
    ├── NotFound                ask for something else               404   exit 4
    ├── Conflict                read again, then retry               409   exit 5
    ├── Invalid                 mend the request                     422   exit 2
    ├── Refused                 ask for rights, or say it is meant   403   exit 6
    ├── Unavailable             wait, or mend the surroundings       503   exit 7
    └── Damaged                 stored bytes are not what they say   500   exit 8

Codes live in `CODES`; a test holds every raise in the package against it. The
statuses are the server's and the exit codes the command line's: neither is
known here.
"""

from collections.abc import Mapping


class DominoError(Exception):
    """One plain sentence or two: what happened, and what to do next.

    Args:
        message: for a person; never a traceback, never a secret.
        code: one of `CODES`; other programs match on it.
        details: values a program may want (paths, ids, valid choices), JSON-able.
    """

    default_code = "internal"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details: dict[str, object] = dict(details or {})

    def to_dict(self) -> dict[str, object]:
        """The error as it stands on the wire: `{message, code, details}`."""
        return {"message": self.message, "code": self.code, "details": self.details}


class NotFound(DominoError):
    """What was asked for is not there: ask for something else."""

    default_code = "not-found"


class Conflict(DominoError):
    """Somebody else was there first, or edits stand in the way: read again, then decide."""

    default_code = "conflict"


class Invalid(DominoError):
    """The request cannot be meant: mend it."""

    default_code = "invalid"


class Refused(DominoError):
    """The caller may not do this."""

    default_code = "refused"


class Unavailable(DominoError):
    """Something outside does not answer or is full: wait, or mend it."""

    default_code = "unavailable"


class Damaged(DominoError):
    """Stored bytes are not what their name or checksum says."""

    default_code = "damaged"


CODES: Mapping[str, str] = {
    "internal": "a defect of ours",
    "interrupted": "Ctrl-C",
    "not-found": "nothing of that name",
    "revision-not-found": "no revision of that id, number or branch",
    "path-not-found": "the path is not in the revision or the tree",
    "job-not-found": "no job of that number in the project",
    "project-not-found": "no project at or above the folder",
    "project-moved": "the project's folder is no longer where it was",
    "bucket-not-found": "the bucket or the store's folder does not exist",
    "conflict": "somebody else was first",
    "already-exists": "the object is in the store already",
    "project-exists": "the folder is a project already",
    "unsynced-changes": "files have edits that no revision holds",
    "sync-in-progress": "another sync of this folder is running",
    "branch-moved": "the branch moved again and again while it was written",
    "job-finished": "the job has ended already",
    "invalid": "the request cannot be meant",
    "usage": "the command line cannot be understood",
    "revision-ambiguous": "several revisions begin like that",
    "path-outside-project": "the path leads out of the project",
    "bad-name": "a name with characters it may not have",
    "bad-store-url": "no store can be made from the URL",
    "unknown-tier": "no hardware tier of that name",
    "unknown-parameter": "the notebook has no parameter of that name",
    "parameter-type": "the value does not fit the parameter's type",
    "notebook-without-kernel": "the notebook names no kernel, or one that is not installed",
    "not-a-notebook": "the file is not a valid notebook",
    "bad-environment": "an environment variable that may not be set",
    "target-not-empty": "the folder to write into has other files in it",
    "refused": "the caller may not do this",
    "credentials-refused": "the store refused the credentials, or there are none",
    "permission-denied": "the file system refused",
    "git-owns": "the file belongs to git, not to the project's store",
    "unavailable": "something outside does not answer",
    "store-unreachable": "the store does not answer",
    "disk-full": "no space is left where the bytes should go",
    "records-unavailable": "the database of records does not answer",
    "damaged": "stored bytes are not what they say",
    "object-missing": "an object that a revision needs is not in the store",
    "format-unsupported": "the store was written by a newer version",
}
"""Every stable code and what it means. Append only: programs match on them."""

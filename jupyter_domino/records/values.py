"""What the records know of a project."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRecord:
    """A project and where its user works on it."""

    id: str
    name: str
    owner: str
    root: str
    """Absolute path of the working tree, as it was last told."""
    store: str
    """URL of the object store."""
    kind: str
    """`files` or `git`."""
    created: datetime

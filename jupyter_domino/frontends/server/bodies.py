"""What the page may ask for: one class a schema of a request's body, field by field.

`Contract.read` makes them from checked bodies; a test holds their fields against the
schemas of the same names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_domino.frontends.wire import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class InitRequest:
    """Make a folder a project."""

    path: str
    name: str | None = None
    store: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """Store what changed."""

    path: str
    message: str
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertRequest:
    """Take files back."""

    path: str
    revision: str
    paths: Sequence[str]
    """Empty: everything."""
    dry_run: bool = False
    force: bool = False
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HydrateRequest:
    """Write a revision elsewhere."""

    path: str
    revision: str
    directory: str
    """API path."""
    dry_run: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """Run something as a job."""

    path: str
    target: Mapping[str, object]
    """`{"file": path}` or `{"argv": [word, …]}`."""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    revision: str | None = None
    tier: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequest:
    """Stop a job."""

    path: str
    discard: bool = False

"""What an administrator or a user chooses: read once, at the edge, from the environment.

The core takes the values it needs as arguments and never reads the environment.
"""

import getpass
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_domino.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and who acts; the same for every way in."""

    home: Path
    """The data home: absolute; made when first written to."""

    database: str
    """SQLAlchemy URL of the records."""

    store: str
    """URL of the store that new projects get."""

    user: str
    """Who syncs and runs: the author of revisions and the owner of jobs and new projects."""

    @property
    def tiers_file(self) -> Path:
        """TOML that adds to the hardware tiers or replaces some; need not exist."""
        return self.home / "tiers.toml"

    @property
    def jobs(self) -> Path:
        """One run folder a job."""
        return self.home / "jobs"

    @property
    def volumes(self) -> Path:
        """One volume a job."""
        return self.home / "volumes"

    @property
    def error_log(self) -> Path:
        """Tracebacks of defects, for a report."""
        return self.home / "log" / "errors.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierSettings:
    """One hardware tier as the tiers file has it."""

    id: str
    cores: float
    """CPU cores; a fraction is a share of one."""
    memory: int
    """Bytes."""
    default: bool = False


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings that an environment asks for.

    `JUPYTER_DOMINO_HOME` is the data home (else `$XDG_DATA_HOME/jupyter-domino`),
    `JUPYTER_DOMINO_DATABASE` the records, `JUPYTER_DOMINO_STORE` the store of new
    projects, `JUPYTERHUB_USER` who acts (else the system's user name).
    """
    home = data_home(environment)
    return Settings(
        home=home,
        database=environment.get("JUPYTER_DOMINO_DATABASE")
        or f"sqlite:///{home / 'records.sqlite3'}",
        store=environment.get("JUPYTER_DOMINO_STORE") or (home / "store").as_uri(),
        user=environment.get("JUPYTERHUB_USER") or system_user(),
    )


def data_home(environment: Mapping[str, str]) -> Path:
    """Where records, run folders, volumes and the default store are."""
    chosen = environment.get("JUPYTER_DOMINO_HOME")
    if chosen:
        return Path(os.path.abspath(os.path.expanduser(chosen)))
    data = environment.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local/share")
    return Path(os.path.abspath(data), "jupyter-domino")


def system_user() -> str:
    """The system's name for who runs this; the number where there is no name (containers)."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # KeyError and ImportError before Python 3.13
        return f"uid-{os.getuid()}"


def load_tiers(path: Path) -> tuple[TierSettings, ...]:
    """The hardware tiers of a tiers file, in its order; none when there is no file.

    The file has one table a tier::

        [gpu]
        cores = 8
        memory = "32 GiB"
        default = true

    Raises:
        Invalid: the file is not TOML or a table lacks a field; the message names it.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(
            f"The tiers file {path} cannot be read: {error}. Mend or remove it."
        ) from error
    return tuple(_tier(path, name, table) for name, table in tables.items())


def _tier(path: Path, name: str, table: object) -> TierSettings:
    try:
        if not isinstance(table, dict):
            raise TypeError("a tier is a table")
        tier = TierSettings(
            id=name,
            cores=float(table["cores"]),
            memory=_bytes(table["memory"]),
            default=bool(table.get("default", False)),
        )
        if tier.cores <= 0 or tier.memory <= 0:
            raise ValueError("cores and memory must be above zero")
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(
            f"The tier {name!r} in {path} is not understood ({error}): "
            'give it cores = 2 and memory = "4 GiB".'
        ) from error
    return tier


def _bytes(value: object) -> int:
    if isinstance(value, int):
        return value
    number, _, unit = str(value).partition(" ")
    units = {"": 1, "MiB": 1 << 20, "GiB": 1 << 30, "MB": 10**6, "GB": 10**9}
    return int(float(number) * units[unit.strip()])

"""Records on a real SQLite file and on a real PostgreSQL server."""

from pathlib import Path

import pytest
from postgresql import POSTGRESQL, postgresql, postgresql_database

from jupyter_domino.records.database import Records

__all__ = ["postgresql", "postgresql_database"]


@pytest.fixture(params=["sqlite", POSTGRESQL])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/home/records.sqlite3"
    return str(request.getfixturevalue("postgresql_database"))


@pytest.fixture
def records(url: str) -> Records:
    """Records of each kind."""
    return Records(url)

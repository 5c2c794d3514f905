from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql import postgresql, postgresql_database
from workshop import Workshop

from jupyter_domino.compute.lifecycle import FINAL

__all__ = ["postgresql", "postgresql_database"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """A project to run jobs in; what still runs at the end is stopped."""
    made = Workshop(tmp_path)
    yield made
    for job in made.project.jobs.list():
        for _ in range(3):
            if job.state not in FINAL and made.run_folder(job).path.exists():
                made.run_folder(job).request_stop(discard=True)

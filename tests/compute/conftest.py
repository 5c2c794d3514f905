from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A place to run jobs."""
    made = Bench(tmp_path)
    yield made
    made.clean_up()

"""What a job's command finds in its environment, and what it must not find."""

from dataclasses import replace

import pytest

from jupyter_domino.projects.jobs.environment import (
    DATABASE,
    UNSET,
    home_environment,
    stage_environment,
)
from jupyter_domino.settings import settings_from

URL = "postgresql+psycopg://domino:hush@db.example.org/records"


@pytest.fixture
def settings(tmp_path):
    return settings_from({"JUPYTER_DOMINO_HOME": str(tmp_path)})


def test_a_command_finds_the_records_of_whoever_started_it(settings):
    assert home_environment(settings)[DATABASE] == settings.database


def test_a_command_never_sees_the_password_of_the_records(settings):
    secured = replace(settings, database=URL)

    assert "hush" not in repr(home_environment(secured))
    assert DATABASE in UNSET


def test_what_fills_and_stores_the_volume_reaches_the_records_by_their_password(settings):
    assert stage_environment(replace(settings, database=URL))[DATABASE] == URL

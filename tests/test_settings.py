"""What the environment and the tiers file choose."""

from pathlib import Path

import pytest

from jupyter_domino.errors import Invalid
from jupyter_domino.settings import TierSettings, load_tiers, settings_from


def test_everything_lies_in_the_chosen_home():
    settings = settings_from({"JUPYTER_DOMINO_HOME": "/srv/my data", "JUPYTERHUB_USER": "ada"})

    assert settings.home == Path("/srv/my data")
    assert settings.database == "sqlite:////srv/my data/records.sqlite3"
    assert settings.store == "file:///srv/my%20data/store"
    assert settings.user == "ada"


def test_home_follows_xdg():
    assert settings_from({"XDG_DATA_HOME": "/x"}).home == Path("/x/jupyter-domino")


def test_database_and_store_can_be_named():
    settings = settings_from(
        {"JUPYTER_DOMINO_DATABASE": "postgresql://h/d", "JUPYTER_DOMINO_STORE": "s3://b/p"}
    )

    assert (settings.database, settings.store) == ("postgresql://h/d", "s3://b/p")


def test_tiers_file_gives_tiers(tmp_path):
    path = tmp_path / "tiers.toml"
    path.write_text(
        '[gpu]\ncores = 8\nmemory = "32 GiB"\ndefault = true\n[tiny]\ncores = 0.5\nmemory = 1000\n'
    )

    assert load_tiers(path) == (
        TierSettings(id="gpu", cores=8.0, memory=34359738368, default=True),
        TierSettings(id="tiny", cores=0.5, memory=1000),
    )


def test_no_tiers_file_gives_none(tmp_path):
    assert load_tiers(tmp_path / "tiers.toml") == ()


@pytest.mark.parametrize(
    "text",
    ["not toml", "gpu = 3", "[gpu]\ncores = 2", '[gpu]\ncores = 2\nmemory = "4 apples"',
     "[gpu]\ncores = 0\nmemory = 5"],
)  # fmt: skip
def test_broken_tiers_file_is_refused_by_name(tmp_path, text):
    path = tmp_path / "tiers.toml"
    path.write_text(text)

    with pytest.raises(Invalid, match=r"tiers\.toml"):
        load_tiers(path)

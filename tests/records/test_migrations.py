import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from jupyter_domino.errors import Damaged
from jupyter_domino.records import steps
from jupyter_domino.records.database import Records
from jupyter_domino.records.engine import connect, is_on_network
from jupyter_domino.records.migration import migrate
from jupyter_domino.records.tables import metadata
from jupyter_domino.records.version import HEAD

OPEN = "import sys; from jupyter_domino.records.database import Records; " + (
    "print(Records(sys.argv[1]).projects.list())"
)


def tables(records: Records) -> set[str]:
    with records.reading() as connection:
        return set(inspect(connection).get_table_names())


def test_the_newest_migration_is_the_one_the_program_expects():
    config = Config()
    config.set_main_option("script_location", str(Path(steps.__file__).parent / "migrations"))

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_migrations_lead_to_the_tables_the_program_knows(records: Records):
    with records.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_migration_can_be_undone_and_done_again(records: Records):
    with records.writing() as connection:
        steps.to_version(connection, "base")
    assert tables(records) == {"alembic_version"}

    with records.writing() as connection:
        steps.to_version(connection, HEAD)
    assert tables(records) == {"alembic_version", "projects", "jobs"}


def test_a_migration_that_is_cut_short_leaves_nothing_behind(records: Records):
    with records.writing() as connection:
        steps.to_version(connection, "base")

    def cut_short() -> None:
        with records.writing() as connection:
            steps.to_version(connection, HEAD)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cut_short()

    assert tables(records) == {"alembic_version"}


def test_processes_that_start_at_once_migrate_once(url: str):
    starts = [
        subprocess.Popen([sys.executable, "-c", OPEN, url], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    assert [process.communicate(timeout=60)[0] for process in starts] == ["[]\n"] * 4


def test_records_of_a_newer_version_are_left_alone(url: str):
    Records(url).projects.list()
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Damaged) as error:
        migrate(engine)

    assert error.value.code == "format-unsupported"


def test_only_their_owner_reads_the_records(tmp_path: Path):
    Records(f"sqlite:///{tmp_path}/home/records.sqlite3").projects.list()

    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "home" / "records.sqlite3").stat().st_mode & 0o777 == 0o600


MOUNTS = """\
22 1 0:20 / / rw - overlay overlay rw
30 22 0:31 / /home rw - nfs4 server:/home rw
31 30 0:32 / /home/ann/my\\040disk rw - ext4 /dev/sdb rw
"""


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("/data", False), ("/home/ann", True), ("/homework", False), ("/home/ann/my disk", False)],
)
def test_a_network_file_system_is_known_by_its_mount(folder: str, expected: bool):
    assert is_on_network(Path(folder, "records.sqlite3"), MOUNTS) is expected

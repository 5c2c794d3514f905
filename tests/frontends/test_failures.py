"""What becomes of errors at the edge."""

import errno
import stat

import pytest

from jupyter_domino.errors import DominoError, NotFound
from jupyter_domino.frontends.failures import as_domino_error
from jupyter_domino.frontends.terminal import EXIT_CODES
from jupyter_domino.settings import settings_from


@pytest.fixture
def settings(tmp_path):
    return settings_from({"JUPYTER_DOMINO_HOME": str(tmp_path / "home")})


def raised(error):
    """The error with the traceback of having been raised."""
    try:
        raise error
    except type(error) as caught:
        return caught


def test_our_own_errors_stay_what_they_are(settings):
    error = NotFound("gone")

    assert as_domino_error(error, settings) is error


def test_defect_is_one_sentence_and_its_traceback_is_kept_for_its_owner(settings):
    found = as_domino_error(raised(ValueError("secret\nvalue")), settings)

    assert found.code == "internal"
    assert str(settings.error_log) in found.message
    assert "secret" not in found.message
    assert "ValueError: secret" in settings.error_log.read_text()
    assert stat.S_IMODE(settings.error_log.stat().st_mode) == 0o600


def test_defect_is_told_also_where_no_log_can_be_written(settings):
    settings.home.write_text("a file")

    assert "could not be written" in as_domino_error(raised(KeyError("x")), settings).message


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EACCES, "permission-denied"),
        (errno.EROFS, "permission-denied"),
    ],
)
def test_errors_of_the_file_system_have_their_codes(settings, number, code):
    found = as_domino_error(OSError(number, "no", "/some/file"), settings)

    assert found.code == code
    assert "/some/file" in found.message


def test_every_category_of_errors_has_an_exit_code_of_its_own():
    assert set(EXIT_CODES) == set(DominoError.__subclasses__())
    assert len(set(EXIT_CODES.values())) == len(EXIT_CODES)

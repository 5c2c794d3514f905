"""Which names a project may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_domino.errors import Invalid
from jupyter_domino.names import MAX_NAME, project_name, suggested_name


@pytest.mark.parametrize("name", ["churn", "a", "2024-q1_v1.2", "A" * MAX_NAME])
def test_letters_digits_dots_and_dashes_make_a_name(name):
    assert project_name(name) == name


@pytest.mark.parametrize("name", ["", ".hidden", "-x", "a b", "a/b", "ü", "a\n", "A" * 101])
def test_other_names_are_refused(name):
    with pytest.raises(Invalid) as error:
        project_name(name)

    assert error.value.code == "bad-name"


@given(st.text())
def test_a_name_can_be_made_of_any_folder(folder):
    assert project_name(suggested_name(folder))


def test_suggested_name_keeps_what_it_can():
    assert suggested_name("My Project (2)") == "My-Project-2"

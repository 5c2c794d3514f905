"""Values as JSON."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from jupyter_domino.frontends.wire import to_json
from jupyter_domino.storage.values import Change, ChangeKind, Entry, Kind


def test_dataclasses_enums_and_none_have_their_plain_form():
    entry = Entry("a", Kind.FILE, 3, 0o644, 5, "ff")

    assert to_json(Change("a", ChangeKind.ADDED, None, entry)) == {
        "path": "a",
        "kind": "added",
        "old": None,
        "new": {
            "path": "a", "kind": "file", "size": 3, "mode": 420, "mtime_ns": 5, "digest": "ff",
        },
    }  # fmt: skip


def test_times_are_in_utc_with_a_z():
    berlin = timezone(timedelta(hours=1))

    assert to_json(datetime(2026, 1, 2, 3, 4, 5, tzinfo=berlin)) == "2026-01-02T02:04:05Z"
    assert to_json(datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC)) == "2026-01-02T03:04:05.000600Z"


def test_numbers_that_json_lacks_are_null():
    assert to_json({"a": float("nan"), "b": [float("inf")], "c": 1.5}) == {
        "a": None, "b": [None], "c": 1.5,
    }  # fmt: skip


def test_a_path_that_is_not_utf_8_survives_the_wire():
    name = b"\xff".decode("utf-8", "surrogateescape")

    assert json.loads(json.dumps(to_json([name]))) == [name]


def test_paths_are_texts():
    assert to_json((Path("/a/b"),)) == ["/a/b"]


def test_other_types_are_a_defect():
    with pytest.raises(TypeError):
        to_json(object())

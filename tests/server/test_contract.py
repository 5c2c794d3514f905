"""Bodies are what the OpenAPI document says, and nothing of them is silently left out."""

import json
from dataclasses import MISSING, fields

import pytest
from openapi_spec_validator import validate

from jupyter_domino.errors import Invalid
from jupyter_domino.frontends.server import bodies
from jupyter_domino.frontends.server.bodies import JobRequest, RevertRequest, SyncRequest
from jupyter_domino.frontends.server.contract import Contract, MalformedBody

BODIES = [
    bodies.InitRequest,
    bodies.SyncRequest,
    bodies.RevertRequest,
    bodies.HydrateRequest,
    bodies.JobRequest,
    bodies.StopRequest,
]


@pytest.fixture(scope="module")
def contract():
    return Contract()


def encoded(**fields_of_body):
    return json.dumps(fields_of_body).encode()


def test_the_document_is_valid_openapi(contract):
    validate(contract.document)


@pytest.mark.parametrize("body", BODIES)
def test_a_body_has_the_fields_of_its_schema_and_may_leave_out_the_same(contract, body):
    schema = contract.document["components"]["schemas"][body.__name__]
    needed = {f.name for f in fields(body) if f.default is f.default_factory is MISSING}

    assert {f.name for f in fields(body)} == set(schema["properties"])
    assert needed == set(schema["required"])
    assert schema["additionalProperties"] is False


def test_a_body_is_read_with_its_defaults(contract):
    assert contract.read(SyncRequest, encoded(path="p", message="m")) == SyncRequest(
        path="p", message="m", dry_run=False
    )


def test_all_that_is_wrong_is_named_at_once(contract):
    with pytest.raises(Invalid) as error:
        contract.read(SyncRequest, encoded(path=1, dryrun=True))

    assert error.value.details == {"fields": ["dryrun", "message", "path"]}
    assert error.value.message == (
        "The request is not understood: 'message' is missing; 'dryrun' is unknown; "
        "'path' must be of type string."
    )


@pytest.mark.parametrize("value", ["yes", 1, None, []])
def test_a_flag_is_true_or_false(contract, value):
    with pytest.raises(Invalid) as error:
        contract.read(SyncRequest, encoded(path="", message="", dry_run=value))

    assert error.value.details == {"fields": ["dry_run"]}


def test_everything_is_reverted_only_when_it_is_said(contract):
    with pytest.raises(Invalid) as error:
        contract.read(RevertRequest, encoded(path="", revision="r1"))

    assert error.value.details == {"fields": ["paths"]}


@pytest.mark.parametrize(
    "target", [{}, {"file": "a", "argv": ["b"]}, {"argv": []}, {"file": ""}, "train.py"]
)
def test_a_job_runs_either_a_file_or_a_command(contract, target):
    with pytest.raises(Invalid) as error:
        contract.read(JobRequest, encoded(path="", target=target))

    assert error.value.details == {"fields": ["target"]}


@pytest.mark.parametrize("data", [b"", b"{}"])
def test_no_body_is_an_empty_one(contract, data):
    with pytest.raises(Invalid) as error:
        contract.read(SyncRequest, data)

    assert error.value.details == {"fields": ["message", "path"]}


@pytest.mark.parametrize("data", [b"{", b"[]", b"null", b'"x"', b"\xff", b"{}{}"])
def test_what_is_no_json_object_is_malformed(contract, data):
    with pytest.raises(MalformedBody):
        contract.read(SyncRequest, data)

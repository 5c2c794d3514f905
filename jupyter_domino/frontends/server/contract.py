"""The OpenAPI document as this server keeps it: what a request's body may hold.

The page's types are generated from the same document, and a test holds every
answer against it: there is no second description of the wire.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema

from jupyter_domino.errors import Invalid

DOCUMENT = Path(__file__).with_name("openapi.yaml")
URI = "urn:jupyter-domino:openapi"

Body = TypeVar("Body")


class Contract:
    """`openapi.yaml`, read on first use."""

    @cached_property
    def text(self) -> bytes:
        """The document's bytes."""
        return DOCUMENT.read_bytes()

    @cached_property
    def document(self) -> dict[str, object]:
        """The document, parsed."""
        # the C loader reads it in a fifth of the time, where libyaml is there
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        parsed = yaml.load(self.text, Loader=loader)  # noqa: S506 - a safe loader either way
        if not isinstance(parsed, dict):
            raise TypeError(f"{DOCUMENT} is no mapping")
        return parsed

    def read(self, kind: type[Body], data: bytes) -> Body:
        """A body as the schema of `kind`'s name has it, as a `kind`.

        Raises:
            MalformedBody: it is no JSON object.
            Invalid: a field is missing, unknown or of another type: the message names all of
                them, `details.fields` too.
        """
        fields = _json_object(data)
        errors = sorted(self.errors(kind.__name__, fields), key=lambda error: error.json_path)
        if errors:
            raise Invalid(
                f"The request is not understood: {'; '.join(_sentences(errors))}.",
                details={"fields": sorted({name for e in errors for name in _fields(e)})},
            )
        return kind(**fields)

    def errors(self, schema: str, value: object) -> Iterator[ValidationError]:
        """How `value` differs from the schema of that name."""
        pointer = f"{URI}#/components/schemas/{schema}"
        return Draft202012Validator({"$ref": pointer}, registry=self._registry).iter_errors(value)

    @cached_property
    def _registry(self) -> Registry[Schema]:
        empty: Registry[Schema] = Registry()
        registry: Registry[Schema] = empty.with_resource(
            URI, DRAFT202012.create_resource(self.document)
        )
        return registry


class MalformedBody(Invalid):
    """The body is no JSON object: 400, where other `Invalid` is 422."""


def _json_object(data: bytes) -> dict[str, object]:
    try:
        value = json.loads(data or b"{}")
        # half a surrogate pair is no text and, but for those of PEP 383, no name of a file
        json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogateescape")
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, or nested too deeply
        raise MalformedBody(f"The request's body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise MalformedBody("The request's body must be a JSON object: {…}.")
    return value


def _sentences(errors: Iterable[ValidationError]) -> Iterator[str]:
    for error in errors:
        where = error.json_path.removeprefix("$").removeprefix(".")
        match error.validator:
            case "required" | "additionalProperties":
                inside = f" in '{where}'" if where else ""
                word = "is missing" if error.validator == "required" else "is unknown"
                yield " and ".join(f"'{name}'" for name in _fields(error)) + f" {word}{inside}"
            case "type":
                yield f"'{where}' must be of type {error.validator_value}"
            case "oneOf":
                yield f"'{where}' fits none of the allowed forms"
            case _:
                yield f"'{where}': {error.message}"


def _fields(error: ValidationError) -> list[str]:
    """Names of the fields that an error is about."""
    wanted, given, schema = error.validator_value, error.instance, error.schema
    if error.validator == "required" and isinstance(wanted, list) and isinstance(given, dict):
        return [name for name in wanted if name not in given]
    if (
        error.validator == "additionalProperties"
        and isinstance(given, dict)
        and isinstance(schema, dict)
    ):
        return [name for name in given if name not in schema.get("properties", {})]
    return [error.json_path.removeprefix("$.")]

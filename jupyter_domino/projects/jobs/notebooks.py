"""The `Notebooks` port, and the types that a notebook's parameters have."""

import ast
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from jupyter_domino.compute.values import Json
from jupyter_domino.errors import Invalid


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name that the cell tagged `parameters` assigns."""

    name: str
    type: str | None
    """As annotated, or as its default shows; None when neither tells."""
    default: str
    """Source text."""
    help: str


@dataclass(frozen=True, slots=True)
class NotebookFacts:
    """What must be known of a notebook before it is run."""

    parameters: tuple[Parameter, ...]
    kernel: str | None
    """The kernel it asks for."""
    is_kernel_installed: bool


class Notebooks(Protocol):
    """Reads notebooks."""

    def inspect(self, name: str, content: bytes) -> NotebookFacts:
        """What a notebook says of itself; `name` is for the message.

        Raises:
            Invalid: `not-a-notebook`.
        """
        ...


def check_kernel(name: str, facts: NotebookFacts) -> None:
    """Let a notebook pass whose kernel can be started here.

    Raises:
        Invalid: `notebook-without-kernel`.
    """
    if facts.kernel is None:
        raise Invalid(
            f"{name} names no kernel: open it in JupyterLab, choose one and save it.",
            code="notebook-without-kernel",
            details={"file": name},
        )
    if not facts.is_kernel_installed:
        raise Invalid(
            f"{name} asks for the kernel {facts.kernel!r}, which is not installed here: install "
            "it, or choose another one in JupyterLab ('jupyter kernelspec list' has those there).",
            code="notebook-without-kernel",
            details={"file": name, "kernel": facts.kernel},
        )


def typed_parameters(name: str, facts: NotebookFacts, given: Mapping[str, Json]) -> dict[str, Json]:
    """The values as the notebook's parameters want them; a text is read as their type.

    Raises:
        Invalid: `unknown-parameter`, `parameter-type`; both list the parameters there are.
    """
    known = {parameter.name: parameter for parameter in facts.parameters}
    unknown = [wanted for wanted in given if wanted not in known]
    if unknown:
        raise Invalid(
            f"{name} has no parameter {unknown[0]!r}. {_choices(facts)}",
            code="unknown-parameter",
            details={"unknown": unknown, "parameters": list(known)},
        )
    values = {}
    for wanted, value in given.items():
        try:
            values[wanted] = _typed(known[wanted], value)
        except (ValueError, TypeError, SyntaxError) as error:
            raise Invalid(
                f"The parameter {wanted!r} of {name} is of type {known[wanted].type}, and "
                f"{value!r} is not. {_choices(facts)}",
                code="parameter-type",
                details={"parameter": wanted, "type": known[wanted].type},
            ) from error
    return values


def untyped_parameters(given: Mapping[str, Json]) -> dict[str, Json]:
    """The values as they are, for what cannot tell which it takes.

    Raises:
        Invalid: `parameter-type`: a value that JSON cannot say.
    """
    for name, value in given.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise Invalid(
                f"The parameter {name!r} cannot be {value!r}: give a text, a finite number, "
                "a list or a dict of these.",
                code="parameter-type",
                details={"parameter": name},
            ) from error
    return dict(given)


def _choices(facts: NotebookFacts) -> str:
    if not facts.parameters:
        return "It takes none: tag the cell that assigns them with 'parameters'."
    shown = [
        f"{p.name}: {p.type} = {p.default}" if p.type else f"{p.name} = {p.default}"
        for p in facts.parameters
    ]
    return f"It takes: {'; '.join(shown)}."


def _typed(parameter: Parameter, value: Json) -> Json:
    kind, optional = _kind(parameter)
    if value is None or (optional and value in ("None", "null")):
        if optional or kind is None:
            return None
        raise TypeError("not optional")
    reader, accepted = _KINDS.get(kind or "", (_guessed, None))
    if isinstance(value, str):
        value = reader(value)
    if accepted is float and type(value) is int:
        value = float(value)
    # type(), not isinstance(): True is an int to Python, and no number to a reader.
    if accepted and type(value) is not accepted:
        raise TypeError(f"{value!r} is no {kind}")
    json.dumps(value, allow_nan=False)
    return value


def _kind(parameter: Parameter) -> tuple[str | None, bool]:
    """Which of `_KINDS` a parameter is of, and whether it may be None."""
    written = (parameter.type or "").replace("typing.", "").strip()
    optional = parameter.default == "None"
    if inner := re.fullmatch(r"Optional\[(.*)\]", written):
        written, optional = inner[1], True
    parts = [part.strip() for part in written.split("|")]
    if "None" in parts:
        parts.remove("None")
        optional = True
    if len(parts) != 1:
        return None, optional
    kind = parts[0].partition("[")[0].strip().lower()
    return ("list" if kind in {"tuple", "sequence"} else kind), optional


def _truth(text: str) -> Json:
    return {"true": True, "false": False}[text.lower()] if text.lower() in _TRUTHS else _not(text)


def _not(text: str) -> Json:
    raise ValueError(text)


def _number(text: str) -> Json:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _literal(text: str) -> Json:
    value: object
    try:
        value = json.loads(text)
    except ValueError:
        value = ast.literal_eval(text)
    plain: Json = json.loads(json.dumps(value))  # a tuple becomes a list; a set is refused
    return plain


def _guessed(text: str) -> Json:
    """A text as Python or JSON would read it; the text itself when neither does."""
    try:
        return _literal(text)
    except (ValueError, SyntaxError):
        return text


_TRUTHS = {"true", "false"}
_KINDS: Mapping[str, tuple[Callable[[str], Json], type | None]] = {
    "bool": (_truth, bool),
    "int": (int, int),
    "float": (_number, float),
    "str": (str, str),
    "list": (_literal, list),
    "dict": (_literal, dict),
}

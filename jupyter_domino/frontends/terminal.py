"""Words to an answer, printed as text or JSON, and an exit code."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from jupyter_domino.errors import (
    Conflict,
    Damaged,
    DominoError,
    Invalid,
    NotFound,
    Refused,
    Unavailable,
)
from jupyter_domino.frontends.commands import (
    Call,
    Context,
    HelpAsked,
    JobLog,
    answer,
    asks_for_json,
    exit_code,
    parse,
    verb_json,
)
from jupyter_domino.frontends.failures import as_domino_error
from jupyter_domino.frontends.rendering import as_text, blocks
from jupyter_domino.frontends.wire import to_json
from jupyter_domino.progress import Progress, silent
from jupyter_domino.settings import settings_from

PROGRAM = "jupyter domino"

EXIT_CODES: Mapping[type[DominoError], int] = {
    Invalid: 2,
    NotFound: 4,
    Conflict: 5,
    Refused: 6,
    Unavailable: 7,
    Damaged: 8,
}
"""One line a category; a test holds it against the errors there are."""

DEFECT = 70
"""`EX_SOFTWARE` of sysexits.h."""

BROKEN_PIPE = 141
"""What shells report of a process that SIGPIPE ended."""


def run(words: Sequence[str]) -> int:
    """Run one command line, given without the program's name; the exit code.

    Nothing is raised but `KeyboardInterrupt`. With `--json` standard output is one JSON
    document, whatever happens; else a failure is one sentence on standard error.
    """
    # A name on disk may hold what the terminal's encoding has no character for.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read us has gone (`| head`): that is their right, and nothing to report.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return BROKEN_PIPE
    return code


def _run(words: Sequence[str]) -> int:
    as_json = asks_for_json(words)
    try:
        return _answer(parse(words, prog=PROGRAM))
    except HelpAsked as asked:
        print(asked)
        return 0
    except BrokenPipeError:
        raise
    except Exception as raised:  # noqa: BLE001 - the edge: a defect is reported, never shown raw
        error = as_domino_error(raised, settings_from(os.environ))
        return _fail(error, _status(error), as_json=as_json)


def _answer(call: Call) -> int:
    with _progress() as progress:
        value = answer(
            call,
            Context(
                directory=_directory(call.directory),
                settings=settings_from(os.environ),
                progress=progress,
                stream=None if call.as_json else _write,
                note=_note,
            ),
        )
    if call.as_json:
        print(json.dumps(verb_json(call.verb, value)))
    elif isinstance(value, JobLog):
        _write(value.text)
    else:
        print(as_text(blocks(value), colour=_is_coloured()))
    return exit_code(call.verb, value)


def _fail(error: DominoError, code: int, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": to_json(error.to_dict())}))
    else:
        print(error.message, file=sys.stderr)
    return code


def _status(error: DominoError) -> int:
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), DEFECT)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar where somebody looks at it."""
    if not sys.stderr.isatty():
        yield silent
        return
    # tqdm takes longer to load than a small status takes; scripts need not wait for it.
    from jupyter_domino.frontends.progress_bar import ProgressBar  # noqa: PLC0415

    with ProgressBar(sys.stderr) as bar:
        yield bar


def _directory(given: str | None) -> Path:
    try:
        here = Path.cwd()
    except FileNotFoundError as error:
        raise NotFound(
            "The current folder is not there any more: go to where the project is now.",
            code="project-moved",
        ) from error
    return here / os.path.expanduser(given or "")


def _is_coloured() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _note(text: str) -> None:
    print(text, file=sys.stderr)

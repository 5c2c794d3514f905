"""The magic: a line shows its answer and returns it, as a value to go on with."""

import json
import os
import shlex
import sys
from pathlib import Path

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class

from jupyter_domino.errors import Invalid
from jupyter_domino.frontends.commands import Context, HelpAsked, answer, parse, verb_json
from jupyter_domino.frontends.failures import as_domino_error
from jupyter_domino.frontends.magics.completion import completions
from jupyter_domino.frontends.magics.display import Place, bundle, place_of, register_looks
from jupyter_domino.frontends.magics.progress import ProgressDisplay
from jupyter_domino.frontends.progress_bar import ProgressBar
from jupyter_domino.settings import settings_from

PROGRAM = "%domino"


class LineFailed(UsageError):
    """A line of the magic failed: one sentence, no traceback.

    A plain `UsageError` would only be printed; this is an error output, too, so that
    whoever executes a notebook sees which cell failed and why.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def load(shell: InteractiveShell) -> None:
    """Give the shell `%domino`, its completions and the looks of its answers."""
    shell.register_magics(DominoMagics)
    shell.set_hook(  # type: ignore[no-untyped-call]  # IPython gives it no types
        "complete_command", completions, str_key=PROGRAM
    )
    register_looks(shell)


@magics_class
class DominoMagics(Magics):
    """`%domino`, for one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._shell = shell

    @line_magic
    def domino(self, line: str) -> object:
        """Versioned files and jobs for the project of this folder.

        `%domino` alone lists the verbs, `%domino VERB --help` explains one.

        Raises:
            LineFailed: what went wrong, in a sentence; its cause is the `DominoError`.
        """
        own = line.strip()
        try:
            value = self._answer(_words(own))
        except HelpAsked as asked:
            _write(f"{asked}\n")
            return None
        except KeyboardInterrupt:
            # One line instead of a traceback through our code; the cells below stop, too.
            raise LineFailed("Interrupted: nothing was lost.") from None
        except Exception as raised:  # noqa: BLE001 - the edge: a defect is told, never shown raw
            error = as_domino_error(raised, settings_from(os.environ))
            raise LineFailed(error.message) from error
        place = place_of(self._shell, sys._getframe())
        if own.endswith(";") and place is not Place.USED:
            return None
        if place is Place.ALONE and value is not None:
            self._shell.display_pub.publish(bundle(value))
        return value

    def _answer(self, words: list[str]) -> object:
        call = parse(words, prog=PROGRAM)
        with self._progress() as progress:
            value = answer(
                call,
                Context(
                    directory=_directory(call.directory),
                    settings=settings_from(os.environ),
                    progress=progress,
                    stream=_write,
                    note=lambda text: _write(f"{text}\n"),
                ),
            )
        if call.as_json:
            _write(json.dumps(verb_json(call.verb, value)) + "\n")
            return None
        return value

    def _progress(self) -> ProgressDisplay | ProgressBar:
        """A bar that a kernel's front end can draw, or the terminal's."""
        if hasattr(self._shell, "kernel"):
            return ProgressDisplay(self._shell.display_pub)
        return ProgressBar(sys.stderr)


def _words(line: str) -> list[str]:
    try:
        # The semicolon at a line's end keeps its answer from being shown; it is no word.
        return shlex.split(line.removesuffix(";"))
    except ValueError as error:
        raise Invalid(f"The line cannot be read: {error}.", code="usage") from error


def _directory(given: str | None) -> Path:
    return Path.cwd() / os.path.expanduser(given or "")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()

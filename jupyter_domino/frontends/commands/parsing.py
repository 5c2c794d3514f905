"""The words of a command line to a `Call`; the same words everywhere."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from jupyter_domino._version import __version__
from jupyter_domino.errors import Invalid
from jupyter_domino.frontends.commands.arguments import ARGUMENTS

ABOUT = """\
Versioned files and jobs for the project that a folder is.

A REV is a revision's id, a unique beginning of one, its number (r3), a branch, or HEAD.
"""

EXIT_CODES = """\
exit codes: 0 done; 1 the job failed; 2 the request cannot be meant; 3 the job was stopped or
could not run; 4 not there; 5 somebody was first, or edits are in the way; 6 not allowed;
7 something outside does not answer; 8 stored bytes are damaged; 70 a defect; 130 Ctrl-C.
"""


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked: a verb, its arguments, and how to answer."""

    verb: str
    arguments: argparse.Namespace
    as_json: bool
    directory: str | None
    """Where to act instead of the current folder."""


class HelpAsked(Exception):
    """The words ask for help, which is the text of this exception."""


class _Parser(argparse.ArgumentParser):
    """A parser that neither prints nor exits: the ways in do."""

    def error(self, message: str) -> NoReturn:
        raise Invalid(
            f"{message[:1].upper()}{message[1:]}. See '{self.prog} --help'.",
            code="usage",
            details={"usage": " ".join(self.format_usage().split())},
        )

    def print_help(self, file: object = None) -> NoReturn:
        raise HelpAsked(self.format_help())


class _Version(argparse.Action):
    """`--version`: an answer, too."""

    def __call__(self, *_: object, **__: object) -> NoReturn:
        raise HelpAsked(f"jupyter-domino {__version__}")


def parse(words: Sequence[str], *, prog: str) -> Call:
    """Understand the words after the program's name.

    What stands after `--` is the command of `run`, word for word.

    Raises:
        Invalid: `usage`: they cannot be understood; the message says why.
        HelpAsked: they ask for help.
    """
    own, command = _split(list(words))
    parser = _parser(prog)
    if not own:
        raise HelpAsked(parser.format_help())
    arguments = parser.parse_args(own)
    arguments.command = command
    return Call(
        verb=arguments.verb,
        arguments=arguments,
        as_json=arguments.json,
        directory=arguments.directory,
    )


def asks_for_json(words: Sequence[str]) -> bool:
    """Whether the answer must be JSON, also when the words are wrong."""
    return "--json" in _split(list(words))[0]


def _split(words: list[str]) -> tuple[list[str], list[str] | None]:
    """Cut at the first `--` of `run`; elsewhere it is argparse's, for paths that begin with '-'."""
    own = words[: words.index("--")] if "--" in words else words
    if _verb(own) != "run" or own == words:
        return words, None
    return own, words[len(own) + 1 :]


def _verb(words: list[str]) -> str | None:
    values = {at + 1 for at, word in enumerate(words) if word == "-C"}
    named = (w for at, w in enumerate(words) if at not in values and not w.startswith("-"))
    return next(named, None)


def _parser(prog: str) -> _Parser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog=prog, description=ABOUT, epilog=EXIT_CODES, formatter_class=layout, allow_abbrev=False
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    _add_common(parser, json=False, directory=None)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, help_text, example, add in ARGUMENTS:
        verb = verbs.add_parser(
            name,
            help=help_text,
            description=f"{help_text[:1].upper()}{help_text[1:]}.",
            epilog=f"example: {prog} {example}",
            formatter_class=layout,
            allow_abbrev=False,
        )
        # Not given after the verb must not undo what was given before it.
        _add_common(verb, json=argparse.SUPPRESS, directory=argparse.SUPPRESS)
        add(verb)
    return parser


def _add_common(parser: argparse.ArgumentParser, *, json: object, directory: object) -> None:
    parser.add_argument(
        "--json",
        action="store_true",
        default=json,
        help="print one JSON document and nothing else",
    )
    parser.add_argument(
        "-C",
        metavar="DIR",
        dest="directory",
        default=directory,
        help="act as if called in the folder DIR",
    )

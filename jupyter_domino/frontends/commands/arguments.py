"""Every verb's arguments: the names that scripts are written against."""

import argparse
from collections.abc import Callable
from typing import TypeAlias

AddArguments: TypeAlias = Callable[[argparse.ArgumentParser], None]

REV = "a revision: an id or its beginning, a number (r3), a branch, or HEAD"


def _init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", nargs="?", help="the folder; default: this one")
    parser.add_argument("--name", help="the project's name; default: the folder's")
    parser.add_argument("--store", metavar="URL", help="file:///folder or s3://bucket/prefix")
    _dry_run(parser)


def _status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--why", metavar="PATH", help="say which rule tracks or ignores PATH")


def _sync(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-m", "--message", required=True, type=_message, help="what changed")
    _dry_run(parser)


def _log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", nargs="?", help="only revisions that changed it")
    _limit(parser, "revisions")


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("revision", metavar="REV", help=REV)


def _diff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "a", metavar="A", nargs="?", help="from this revision; default: the folder's"
    )
    parser.add_argument(
        "b", metavar="B", nargs="?", help="to this revision; default: the files as they are"
    )
    parser.add_argument(
        "--patch", action="store_true", help="show the lines too; of notebooks, those of the cells"
    )


def _revert(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("revision", metavar="REV", help=REV)
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", default=(), help="files or folders; default: everything"
    )
    parser.add_argument("-m", "--message", type=_message, help="the new revision's message")
    parser.add_argument(
        "--force",
        action="store_true",
        help="also where edits are not synced; they are synced first",
    )
    _dry_run(parser)


def _hydrate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("revision", metavar="REV", help=REV)
    parser.add_argument("folder", metavar="DIR", help="the folder to fill; made if not there")
    parser.add_argument(
        "--force", action="store_true", help="also into a folder that has other files"
    )
    _dry_run(parser)


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", help="a notebook or script")
    parser.add_argument(
        "-p",
        "--parameter",
        dest="parameters",
        metavar="K=V",
        action="append",
        default=[],
        type=_pair,
        help="a parameter of the notebook; may be repeated",
    )
    parser.add_argument(
        "-e",
        "--env",
        dest="environment",
        metavar="K=V",
        action="append",
        default=[],
        type=_pair,
        help="an environment variable of the job; may be repeated",
    )
    parser.add_argument("--tier", help="the hardware tier; default: medium")
    parser.add_argument("--rev", metavar="REV", help="run on REV; default: sync first")
    parser.add_argument("--title", help="the job's title; default: what it runs")
    parser.add_argument("--wait", action="store_true", help="wait for the job's end")
    _dry_run(parser)


def _jobs(parser: argparse.ArgumentParser) -> None:
    _limit(parser, "jobs")
    parser.add_argument("--state", help="only those in this state, such as Running")


def _job(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="N", type=_number, help="the job's number")


def _logs(parser: argparse.ArgumentParser) -> None:
    _job(parser)
    parser.add_argument("--follow", action="store_true", help="go on until the job ends")


def _stop(parser: argparse.ArgumentParser) -> None:
    _job(parser)
    parser.add_argument(
        "--discard", action="store_true", help="keep nothing of what the job has written"
    )


def _restore_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", nargs="?", help="the folder; default: this one")
    parser.add_argument("--store", metavar="URL", help="default: the project's")
    parser.add_argument(
        "--project", metavar="NAME", help="name or id, if the store has several projects"
    )
    _dry_run(parser)


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a new folder for the sample project")


def _dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be done; write nothing"
    )


def _limit(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument(
        "-n", "--limit", metavar="N", type=_number, help=f"at most N {what}, the newest"
    )


def _number(text: str) -> int:
    number = text.removeprefix("#")
    if not (number.isascii() and number.isdigit()) or int(number) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(number)


def _message(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("the message is empty")
    return text


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


ARGUMENTS: tuple[tuple[str, str, str, AddArguments], ...] = (
    ("init", "make a folder a project", "init --name churn ~/churn", _init),
    ("status", "show what has changed since the last sync", "status --why data/big.csv", _status),
    ("sync", "keep the files as a new revision", 'sync -m "first model"', _sync),
    ("log", "list the revisions, newest first", "log -n 10 train.ipynb", _log),
    ("show", "show a revision and what it changed", "show r3", _show),
    ("diff", "show how two states differ", "diff r1 r2 --patch", _diff),
    (
        "revert",
        "make all or some files what they were, as a new revision",
        "revert r1 data/train.csv",
        _revert,
    ),
    ("hydrate", "write a revision's files into a folder", "hydrate r1 /tmp/first", _hydrate),
    (
        "run",
        "run a notebook, a script or a command as a job",
        "run train.ipynb -p alpha=0.3 --wait",
        _run,
    ),
    ("jobs", "list the jobs, newest first", "jobs --state Running", _jobs),
    ("job", "show one job", "job 3", _job),
    ("logs", "show a job's log", "logs 3 --follow", _logs),
    ("stop", "stop a job; what it wrote is kept", "stop 3", _stop),
    (
        "restore-index",
        "rebuild a folder's project and its records from the store alone",
        "restore-index --store s3://bucket/prefix --project churn",
        _restore_index,
    ),
    (
        "demo",
        "make a sample project, sync it, run its notebook as a job and show what came of it",
        "demo sample",
        _demo,
    ),
)
"""Every verb: its name, what it does, an example and its arguments."""

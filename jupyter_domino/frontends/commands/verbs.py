"""Which function answers which verb."""

import argparse
from collections.abc import Callable, Mapping
from typing import TypeAlias

from jupyter_domino.frontends.commands import demo, files, jobs, restoring
from jupyter_domino.frontends.commands.context import Context
from jupyter_domino.frontends.commands.parsing import Call

Verb: TypeAlias = Callable[[argparse.Namespace, Context], object]

VERBS: Mapping[str, Verb] = {
    "init": files.init,
    "status": files.status,
    "sync": files.sync,
    "log": files.log,
    "show": files.show,
    "diff": files.diff,
    "revert": files.revert,
    "hydrate": files.hydrate,
    "run": jobs.run,
    "jobs": jobs.jobs,
    "job": jobs.job,
    "logs": jobs.logs,
    "stop": jobs.stop,
    "restore-index": restoring.restore_index,
    "demo": demo.demo,
}


def answer(call: Call, context: Context) -> object:
    """Do what was asked; the value that a way in shows or hands on.

    Raises:
        DominoError: what the user meets.
        OSError: of the file system, where nothing said it in plain words.
    """
    return VERBS[call.verb](call.arguments, context)

"""The verb that rebuilds what was lost from the store alone."""

import argparse
import os

from jupyter_domino.frontends.commands.context import Context
from jupyter_domino.projects import RestoreResult
from jupyter_domino.wiring import restore_project


def restore_index(arguments: argparse.Namespace, context: Context) -> RestoreResult:
    """Make a folder its project again, and enter the project and its jobs into the records."""
    return restore_project(
        context.directory / os.path.expanduser(arguments.folder or "."),
        store=arguments.store,
        project=arguments.project,
        dry_run=arguments.dry_run,
        settings=context.settings,
    )

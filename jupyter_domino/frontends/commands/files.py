"""The verbs about files."""

import argparse
import os
from pathlib import Path

from jupyter_domino.frontends.commands.answers import RevisionList
from jupyter_domino.frontends.commands.context import Context
from jupyter_domino.projects import Diff, InitResult, RevisionDetail
from jupyter_domino.storage.values import (
    HydrateResult,
    IgnoreVerdict,
    RevertResult,
    Status,
    SyncResult,
)
from jupyter_domino.wiring import init_project


def init(arguments: argparse.Namespace, context: Context) -> InitResult:
    """Make a folder a project."""
    return init_project(
        _folder(arguments.folder, context),
        name=arguments.name,
        store=arguments.store,
        dry_run=arguments.dry_run,
        settings=context.settings,
    )


def status(arguments: argparse.Namespace, context: Context) -> Status | IgnoreVerdict:
    """What has changed, or what rule a path meets."""
    project = context.project()
    if arguments.why is not None:
        return project.why(context.path(project, arguments.why))
    return project.status(context.progress)


def sync(arguments: argparse.Namespace, context: Context) -> SyncResult:
    """Keep the files as a new revision."""
    return context.project().sync(
        arguments.message, dry_run=arguments.dry_run, progress=context.progress
    )


def log(arguments: argparse.Namespace, context: Context) -> RevisionList:
    """The revisions, newest first."""
    project = context.project()
    path = None if arguments.path is None else context.path(project, arguments.path)
    return RevisionList(project.log(limit=arguments.limit, path=path or None))


def show(arguments: argparse.Namespace, context: Context) -> RevisionDetail:
    """A revision and its changes against its first parent."""
    return context.project().show(arguments.revision)


def diff(arguments: argparse.Namespace, context: Context) -> Diff:
    """How two states differ."""
    return context.project().diff(arguments.a, arguments.b, patches=arguments.patch)


def revert(arguments: argparse.Namespace, context: Context) -> RevertResult:
    """Make files what they were."""
    project = context.project()
    paths = [context.path(project, path) for path in arguments.paths]
    return project.revert(
        arguments.revision,
        # The root among the paths means everything, as no path does.
        () if "" in paths else paths,
        message=arguments.message,
        force=arguments.force,
        dry_run=arguments.dry_run,
        progress=context.progress,
    )


def hydrate(arguments: argparse.Namespace, context: Context) -> HydrateResult:
    """Write a revision into a folder."""
    return context.project().hydrate(
        arguments.revision,
        _folder(arguments.folder, context),
        force=arguments.force,
        dry_run=arguments.dry_run,
        progress=context.progress,
    )


def _folder(given: str | None, context: Context) -> Path:
    return context.directory / os.path.expanduser(given or ".")

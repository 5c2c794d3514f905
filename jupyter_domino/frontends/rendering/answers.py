"""Which blocks show which answer."""

from functools import singledispatch

from jupyter_domino.compute.values import Job
from jupyter_domino.frontends.commands import DemoResult, JobList, JobLog, RevisionList
from jupyter_domino.frontends.rendering import files, jobs
from jupyter_domino.frontends.rendering.blocks import Block
from jupyter_domino.frontends.rendering.demo import demo_blocks
from jupyter_domino.projects import Diff, FileDiff, InitResult, RestoreResult, RevisionDetail
from jupyter_domino.storage.values import (
    HydrateResult,
    IgnoreVerdict,
    RevertResult,
    Status,
    SyncResult,
)


@singledispatch
def blocks(value: object) -> list[Block]:
    """What shows an answer.

    Raises:
        TypeError: it is no answer of a verb.
    """
    raise TypeError(f"{type(value).__name__} is no answer of a verb")


blocks.register(DemoResult, demo_blocks)
blocks.register(Diff, files.diff_blocks)
blocks.register(FileDiff, files.file_diff_blocks)
blocks.register(HydrateResult, files.hydrate_blocks)
blocks.register(IgnoreVerdict, files.verdict_blocks)
blocks.register(InitResult, files.init_blocks)
blocks.register(Job, jobs.job_blocks)
blocks.register(JobList, jobs.jobs_blocks)
blocks.register(JobLog, jobs.log_text_blocks)
blocks.register(RestoreResult, files.restore_blocks)
blocks.register(RevertResult, files.revert_blocks)
blocks.register(RevisionDetail, files.detail_blocks)
blocks.register(RevisionList, files.log_blocks)
blocks.register(Status, files.status_blocks)
blocks.register(SyncResult, files.sync_blocks)

SHOWN_TYPES: tuple[type, ...] = tuple(kind for kind in blocks.registry if kind is not object)
"""Every type of answer."""

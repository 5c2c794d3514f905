"""What the files were, at every revision: a content-addressed store and folders as views of it.

The format of what is stored is in FORMAT.md.
"""

from jupyter_domino.storage.git import git_state
from jupyter_domino.storage.repository import Repository
from jupyter_domino.storage.rules import DominoRules, GitRules, TrackingRules
from jupyter_domino.storage.values import (
    Change,
    ChangeKind,
    Entry,
    GitState,
    HydrateResult,
    IgnoreVerdict,
    Kind,
    Problem,
    RevertResult,
    Revision,
    RevisionId,
    Status,
    SyncResult,
)
from jupyter_domino.storage.worktree import JobLink, WorkingTree

__all__ = [
    "Change",
    "ChangeKind",
    "DominoRules",
    "Entry",
    "GitRules",
    "GitState",
    "HydrateResult",
    "IgnoreVerdict",
    "JobLink",
    "Kind",
    "Problem",
    "Repository",
    "RevertResult",
    "Revision",
    "RevisionId",
    "Status",
    "SyncResult",
    "TrackingRules",
    "WorkingTree",
    "git_state",
]

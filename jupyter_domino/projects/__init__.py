"""A project: its folder, its files and its jobs under one name."""

from jupyter_domino.projects.folder import ProjectFolder, ProjectKind, Role, find_root
from jupyter_domino.projects.project import Project, relative_path
from jupyter_domino.projects.values import (
    Diff,
    FileDiff,
    InitResult,
    ProjectInfo,
    RestoreResult,
    RevisionDetail,
)

__all__ = [
    "Diff",
    "FileDiff",
    "InitResult",
    "Project",
    "ProjectFolder",
    "ProjectInfo",
    "ProjectKind",
    "RestoreResult",
    "RevisionDetail",
    "Role",
    "find_root",
    "relative_path",
]

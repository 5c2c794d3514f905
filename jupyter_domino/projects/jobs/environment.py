"""What a job's command finds in its environment."""

import math
from collections.abc import Mapping
from urllib.parse import urlsplit

from jupyter_domino.compute.values import Job, Tier
from jupyter_domino.projects.folder import ARTIFACTS, ProjectFolder, ProjectKind
from jupyter_domino.settings import Settings

HOME = "JUPYTER_DOMINO_HOME"
DATABASE = "JUPYTER_DOMINO_DATABASE"

MASK = "***"

UNSET = (
    # The server's own secrets: whoever has them is its user.
    "JUPYTER_TOKEN",
    "JUPYTERHUB_API_TOKEN",
    "JPY_API_TOKEN",
    DATABASE,  # it may have a password; `home_environment` gives it where it has none
    # A kernel that starts a job leaves these behind; they are about that kernel.
    "JPY_PARENT_PID",
    "JPY_SESSION_NAME",
    "MPLBACKEND",
    # The log is no terminal.
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
)
"""Taken from what a command inherits of whoever started the job. The rest it keeps: the
user's PATH, proxies and credentials are what makes their code run here."""

_SECRET_WORDS = ("SECRET", "TOKEN", "PASSWORD", "PASSWD", "CREDENTIAL", "KEY")
_THREAD_POOLS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "POLARS_MAX_THREADS",
)


def masked(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables as they are put on record: records last, so secrets stay out of them."""
    return {
        name: MASK if any(word in name.upper() for word in _SECRET_WORDS) else value
        for name, value in environment.items()
    }


def command_environment(
    job: Job, folder: ProjectFolder, tier: Tier, given: Mapping[str, str]
) -> dict[str, str]:
    """Domino's variables for a job, the tier's for thread pools, and over these the user's own.

    `job.volume` must be set.
    """
    volume = job.volume or ""
    cores = str(cores_of(tier))
    variables = dict.fromkeys(_THREAD_POOLS, cores) | {
        "PYTHONUNBUFFERED": "1",  # or the log would come in lumps, and a killed job's not at all
        **given,
        "DOMINO_RUN_ID": job.id,
        "DOMINO_RUN_NUMBER": str(job.job),
        "DOMINO_PROJECT_ID": folder.id,
        "DOMINO_PROJECT_NAME": folder.name,
        "DOMINO_PROJECT_OWNER": folder.owner,
        "DOMINO_STARTING_USERNAME": job.user,
        "DOMINO_USER_NAME": job.user,
        "DOMINO_WORKING_DIR": volume,
        "DOMINO_HARDWARE_TIER_ID": tier.id,
        "DOMINO_IS_WORKFLOW_JOB": "false",
        "DOMINO_IS_GIT_BASED": "true" if folder.kind is ProjectKind.GIT else "false",
    }
    if folder.kind is ProjectKind.GIT:
        variables["DOMINO_ARTIFACTS_DIR"] = f"{volume}/{ARTIFACTS}"
    return variables


def stage_environment(settings: Settings) -> dict[str, str]:
    """So that what fills and stores the volume finds the same records and folders as we did."""
    return {HOME: str(settings.home), DATABASE: settings.database}


def home_environment(settings: Settings) -> dict[str, str]:
    """The same for the user's command, but never a password: commands print their environment."""
    if urlsplit(settings.database).password is None:
        return stage_environment(settings)
    return {HOME: str(settings.home)}


def cores_of(tier: Tier) -> int:
    """Whole cores to which the tier's processes are bound."""
    return math.ceil(tier.cores)

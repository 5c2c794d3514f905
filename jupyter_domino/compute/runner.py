"""The `Runner` port: somewhere a job's stages run one after another, watched from anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from jupyter_domino.compute.values import Failure, JobProgress, Json


class Phase(StrEnum):
    """What a job's supervisor does."""

    ABSENT = "absent"  # it was never started, or nothing is known of it any more
    PREPARE = "prepare"
    RUN = "run"
    FINISH = "finish"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One program of a job: what it is and what it finds around itself."""

    argv: tuple[str, ...]
    cwd: str
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to what the supervisor inherited."""
    unset: tuple[str, ...] = ()
    """Taken away from that."""
    cores: int = 0
    """It is bound to so many; 0: to none in particular."""
    first_core: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """All that is needed to run one job, with nobody else at hand."""

    job: str
    """The job's id."""
    prepare: Stage
    run: Stage
    finish: Stage
    grace_seconds: float
    """Between one signal and the next harder one."""
    details: Mapping[str, Json]
    """For the stages' programs; the runner only keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageProblem:
    """Why a stage of ours failed."""

    stage: str
    message: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What is known of a job from where it runs."""

    phase: Phase = Phase.ABSENT
    is_alive: bool = False
    """Its supervisor runs, or one that recovers it."""
    codes: Mapping[str, int] = field(default_factory=dict)
    """Exit codes of the stages that ended, by name."""
    started: datetime | None = None
    """When the user's command began."""
    finished: datetime | None = None
    """When it ended."""
    lost_in: str | None = None
    """The stage in which the supervisor was killed."""
    restarted: bool = False
    """It was killed because the machine was started again."""
    stopped: bool = False
    """The command was ended, or kept from beginning, because that was asked for."""
    stop_requests: int = 0
    discard: bool = False
    """What it wrote is not wanted."""
    progress: JobProgress | None = None
    failure: Failure | None = None
    problem: StageProblem | None = None
    result: Mapping[str, Json] | None = None
    """The job's final record, when `finish` wrote one."""


class Runner(Protocol):
    """Runs jobs. A job's id is unique for ever, so every verb may be called twice."""

    @property
    def place(self) -> str:
        """Names where jobs run: what this runner does not know of runs in another place."""
        ...

    def start(self, spec: RunSpec) -> None:
        """Begin; returns when the job goes on by itself, whatever becomes of the caller.

        Raises:
            Unavailable: it cannot be started here. Nothing runs.
        """
        ...

    def observe(self, job: str) -> Observation:
        """What is known now; of a job never heard of, that it is absent."""
        ...

    def stop(self, job: str, *, discard: bool) -> None:
        """Ask the command to end, harder each time this is called.

        Raises:
            Unavailable: nothing is known of the job here.
        """
        ...

    def recover(self, job: str) -> None:
        """End what is left of a job whose supervisor is gone, and finish it. Does not wait."""
        ...

    def read_log(self, job: str, offset: int, size: int) -> bytes | None:
        """At most `size` bytes of the log from `offset`; None when there is no log here."""
        ...

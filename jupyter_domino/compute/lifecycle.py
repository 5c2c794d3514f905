"""Which state may follow which: the only place that says so."""

from collections.abc import Mapping

from jupyter_domino.compute.values import JobState

FINAL = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.ERROR, JobState.STOPPED})
"""States that are never left."""

_FORWARD = (JobState.QUEUED, JobState.PREPARING, JobState.RUNNING, JobState.FINISHING)


def _followers() -> dict[JobState, frozenset[JobState]]:
    # An observer may miss states in between, so a job may jump forward, never back.
    table = {
        state: frozenset(_FORWARD[place + 1 :]) | {JobState.STOP_REQUESTED} | FINAL
        for place, state in enumerate(_FORWARD)
    }
    table[JobState.STOP_REQUESTED] = FINAL
    return table | dict.fromkeys(FINAL, frozenset())


FOLLOWERS: Mapping[JobState, frozenset[JobState]] = _followers()
"""What each state may become."""


def may_become(state: JobState, following: JobState) -> bool:
    """Whether a job in `state` may go to `following`."""
    return following in FOLLOWERS[state]


def predecessors(state: JobState) -> frozenset[JobState]:
    """The states from which `state` may be reached."""
    return frozenset(before for before, after in FOLLOWERS.items() if state in after)

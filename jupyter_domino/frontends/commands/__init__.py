"""The verbs, once, for the terminal and the notebook: words in, a value out.

`parse` understands the words, `answer` does the work. What a value looks like is
`rendering`'s to say, what becomes of an error each way in's.
"""

from jupyter_domino.frontends.commands.answers import (
    DemoResult,
    JobList,
    JobLog,
    RevisionList,
    exit_code,
    verb_json,
)
from jupyter_domino.frontends.commands.context import Context
from jupyter_domino.frontends.commands.parsing import Call, HelpAsked, asks_for_json, parse
from jupyter_domino.frontends.commands.verbs import VERBS, answer

__all__ = [
    "VERBS",
    "Call",
    "Context",
    "DemoResult",
    "HelpAsked",
    "JobList",
    "JobLog",
    "RevisionList",
    "answer",
    "asks_for_json",
    "exit_code",
    "parse",
    "verb_json",
]

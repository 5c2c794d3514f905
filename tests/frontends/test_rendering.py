"""What answers look like, as text and as HTML."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from jupyter_domino.compute.values import Command, CommandKind, Failure, Job, JobState
from jupyter_domino.frontends.commands import DemoResult, JobList, JobLog, RevisionList
from jupyter_domino.frontends.rendering import SHOWN_TYPES, as_html, as_text, blocks
from jupyter_domino.frontends.rendering.words import duration, printable, shown, size
from jupyter_domino.projects import (
    Diff,
    FileDiff,
    InitResult,
    ProjectInfo,
    RestoreResult,
    RevisionDetail,
)
from jupyter_domino.storage.values import (
    Change,
    ChangeKind,
    Entry,
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

EVIL = "<script>alert(1)</script>\n\udcff\x1b[31m&\u202e"
ID = RevisionId("4f2a" * 10)
TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ENTRY = Entry(EVIL, Kind.FILE, 1234, 0o644, 0, "")
CHANGE = Change(EVIL, ChangeKind.CHANGED, ENTRY, ENTRY)
PROBLEM = Problem(EVIL, EVIL)
REVISION = Revision(
    id=ID, number=3, branch="main", parents=(), author=EVIL, time=TIME, message=EVIL, job="ab",
    job_number=None, files=2, bytes=3, conflicts=(EVIL,),
)  # fmt: skip
JOB = Job(
    job=7, id="ab", title=EVIL, state=JobState.FAILED, reason=EVIL, tier=EVIL, user=EVIL,
    command=Command(CommandKind.NOTEBOOK, EVIL, (), {EVIL: EVIL}), created=TIME, seconds=3.0,
    statistics={EVIL: EVIL}, results=(EVIL,), conflicts=(EVIL,), notebook=EVIL,
    failure=Failure(1, EVIL, EVIL, EVIL),
)  # fmt: skip
PROJECT = ProjectInfo("id", "churn", EVIL, "files", EVIL, EVIL)
INIT = InitResult(PROJECT, True, (".domino/",))
SYNC = SyncResult(ID, 3, None, 1, 2, 3, 4, 0.5, True, True, (CHANGE,), (EVIL,), (PROBLEM,))
ANSWERS = [
    INIT,
    RestoreResult(PROJECT, 3, 1),
    Status(EVIL, EVIL, REVISION, REVISION, (CHANGE,), (CHANGE,), (PROBLEM,), 2, 3, 4),
    IgnoreVerdict(EVIL, False, EVIL, EVIL),
    SYNC,
    RevertResult(ID, ID, 4, (CHANGE,), (EVIL,), ID),
    HydrateResult(ID, 3, EVIL, 1, 2, 3, 4, 0.5, (PROBLEM,)),
    RevisionDetail(REVISION, (CHANGE,)),
    Diff(ID, None, (CHANGE,), (FileDiff(EVIL, False, f"+{EVIL}", None, False, 1, 2),)),
    FileDiff(EVIL, False, None, "not text", True, 1, 2),
    RevisionList([REVISION]),
    JOB,
    JobList([JOB]),
    JobLog(7, EVIL, 9, True),
    DemoResult(INIT, SYNC, JOB, SYNC, RevisionList([REVISION]), EVIL),
]


class Tags(HTMLParser):
    """Which elements a page has."""

    def __init__(self, page):
        super().__init__()
        self.open, self.seen = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_every_type_of_answer_is_tried_here():
    assert {type(answer) for answer in ANSWERS} == set(SHOWN_TYPES)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_no_name_can_put_markup_into_html(answer):
    page = as_html(blocks(answer))
    tags = Tags(page)

    assert tags.open == []
    assert tags.seen <= {
        "div", "table", "thead", "tbody", "tr", "th", "td", "strong", "pre", "span",
    }  # fmt: skip
    page.encode("utf-8")


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_no_name_can_steer_the_terminal_or_break_a_line(answer):
    text = as_text(blocks(answer))

    text.encode("utf-8")
    assert not set(text) & {"\x1b", "\u202e"}
    lines = [line for line in text.split("\n") if line.startswith("alert") or line == "</script>"]
    assert lines == []


def test_empty_lists_say_so():
    assert as_text(blocks(RevisionList())) == ("There is no revision yet: sync to make the first.")
    assert as_text(blocks(JobList())) == "There is no job."


def test_long_list_of_changes_is_cut_and_says_so():
    detail = RevisionDetail(replace(REVISION, conflicts=()), (CHANGE,) * 250)

    assert as_text(blocks(detail)).endswith("… and 150 more changes")


def test_table_columns_line_up_also_with_wide_characters():
    changes = tuple(
        Change(p, ChangeKind.ADDED, None, replace(ENTRY, path=p, size=n))
        for p, n in [("数据.csv", 5), ("a.csv", 123456)]
    )

    assert as_text(blocks(Diff(None, ID, changes))).split("\n")[1:] == [
        "change    size  path",
        "added      5 B  数据.csv",
        "added   123 kB  a.csv",
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (12345, "12.3 kB"), (999999, "1.00 MB"),
     (738_000_000, "738 MB"), (5 * 10**18, "5000 PB")],
)  # fmt: skip
def test_sizes_have_three_digits(number, text):
    assert size(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.96, "10 s"), (59.7, "1 min 0 s"), (185, "3 min 5 s"), (7440, "2 h 4 min")],
)
def test_durations_read_well(seconds, text):
    assert duration(seconds) == text


def test_what_cannot_be_printed_stands_as_its_escape():
    assert shown("a\nb\udcff\x1b") == "a\\nb\\udcff\\x1b"
    assert printable("a\n\tb\x1b") == "a\n\tb\\x1b"

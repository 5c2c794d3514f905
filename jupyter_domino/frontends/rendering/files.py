"""Answers about files, as blocks."""

from collections.abc import Sequence

from jupyter_domino.frontends.commands import RevisionList
from jupyter_domino.frontends.rendering.blocks import Block, Code, Facts, Line, Table, Tone
from jupyter_domino.frontends.rendering.words import (
    count,
    duration,
    first_line,
    numbered,
    printable,
    revision_name,
    short,
    shown,
    size,
    when,
)
from jupyter_domino.projects import Diff, FileDiff, InitResult, RestoreResult, RevisionDetail
from jupyter_domino.storage.values import (
    Change,
    HydrateResult,
    IgnoreVerdict,
    Kind,
    Problem,
    RevertResult,
    Revision,
    Status,
    SyncResult,
)

MAX_ROWS = 100
"""Rows of a table that are shown: the value and its JSON have all."""


def init_blocks(result: InitResult) -> list[Block]:
    """A project that was made, or was there."""
    project = result.project
    if not result.created:
        title = f"{shown(project.root)} is the project {project.name} already"
    elif result.dry_run:
        title = f"Would make {shown(project.root)} the project {project.name}"
    else:
        title = f"{shown(project.root)} is now the project {project.name}"
    kind = "git keeps the code, the project artifacts/" if project.kind == "git" else "all files"
    facts = [("keeps", kind), ("store", shown(project.store))]
    if result.wrote:
        facts.append(("made", ", ".join(result.wrote)))
    blocks: list[Block] = [Line(title, Tone.TITLE), Facts(tuple(facts))]
    if project.kind == "git":
        blocks.append(Line("If git lists artifacts/, add it to .gitignore.", Tone.QUIET))
    if result.created and not result.dry_run:
        blocks.append(Line('Next: sync -m "first revision"', Tone.QUIET))
    return blocks


def restore_blocks(result: RestoreResult) -> list[Block]:
    """A project that was rebuilt."""
    project = result.project
    if result.dry_run:
        return [
            Line(f"Would make {shown(project.root)} the project {project.name} again", Tone.TITLE),
            Line(
                f"{count(result.files_written, 'file')} to write, "
                f"{count(result.jobs, 'finished job')} in the store"
            ),
        ]
    return [
        Line(f"{shown(project.root)} is the project {project.name} again", Tone.GOOD),
        Line(
            f"{count(result.files_written, 'file')} written, "
            f"{count(result.jobs, 'finished job')} back on record"
        ),
    ]


def status_blocks(status: Status) -> list[Block]:
    """How the tree differs."""
    base = "before its first revision"
    if status.base is not None:
        base = f"at {revision_name(status.base)} “{first_line(status.base.message)}”"
    blocks: list[Block] = [Line(f"{shown(status.project)} {base}", Tone.TITLE)]
    if status.is_clean:
        blocks.append(Line(f"Nothing to sync in {count(status.files, 'file')}.", Tone.GOOD))
    if status.changes:
        blocks.append(
            Line(
                f"{count(len(status.changes), 'change')} to sync, "
                f"at most {size(status.bytes_to_store)} to store"
            )
        )
        blocks += change_blocks(status.changes)
    if status.incoming and status.head is not None:
        blocks.append(
            Line(
                f"{count(len(status.incoming), 'change')} that a sync brings in "
                f"from {revision_name(status.head)}"
            )
        )
        blocks += change_blocks(status.incoming)
    return blocks + problem_blocks(status.problems)


def verdict_blocks(verdict: IgnoreVerdict) -> list[Block]:
    """Which rule a path meets."""
    word = "tracked" if verdict.tracked else "ignored"
    source = f" ({shown(verdict.source)})" if verdict.source else ""
    return [Line(f"{shown(verdict.path)} is {word}: {shown(verdict.rule)}{source}")]


def sync_blocks(result: SyncResult) -> list[Block]:
    """What a sync stored."""
    name = numbered(result.number, result.revision)
    if result.dry_run:
        title = Line("A sync would store", Tone.TITLE)
    elif result.created:
        merged = ", merged with what others synced" if result.merged else ""
        title = Line(f"Synced as {name}{merged}", Tone.GOOD)
    else:
        nothing = "Nothing of yours to store" if result.incoming else "Nothing to sync"
        title = Line(f"{nothing}: the files are those of {name}", Tone.GOOD)
    blocks: list[Block] = [title]
    if result.created or result.dry_run:
        amount = f"{size(result.bytes_stored)} stored in {duration(result.seconds)}"
        blocks.append(
            Line(
                f"{result.files_added:,} added, {result.files_changed:,} changed, "
                f"{result.files_deleted:,} deleted" + ("" if result.dry_run else f"; {amount}")
            )
        )
    if result.incoming:
        blocks.append(Line(f"Brought in {count(len(result.incoming), 'change')} of others"))
        blocks += change_blocks(result.incoming)
    return blocks + conflict_blocks(result.conflicts) + problem_blocks(result.problems)


def log_blocks(revisions: RevisionList) -> list[Block]:
    """Revisions as a table."""
    if not revisions:
        return [Line("There is no revision yet: sync to make the first.", Tone.QUIET)]
    rows = tuple(
        (
            revision_name(revision),
            short(revision.id),
            when(revision.time),
            shown(revision.author),
            f"{revision.files:,}",
            size(revision.bytes),
            first_line(revision.message),
        )
        for revision in revisions
    )
    headers = ("rev", "id", "time", "author", "files", "size", "message")
    return [Table(headers, rows, frozenset({4, 5}))]


def detail_blocks(detail: RevisionDetail) -> list[Block]:
    """One revision and its changes."""
    revision = detail.revision
    title = f"{revision_name(revision)} {first_line(revision.message)}"
    blocks: list[Block] = [Line(title, Tone.TITLE)]
    rest = revision.message.strip().partition("\n")[2].strip("\n")
    if rest:
        blocks.append(Code(printable(rest)))
    blocks.append(Facts(tuple(_revision_facts(revision))))
    blocks.append(Line(f"{count(len(detail.changes), 'change')} against its parent"))
    return blocks + change_blocks(detail.changes) + conflict_blocks(revision.conflicts)


def _revision_facts(revision: Revision) -> list[tuple[str, str]]:
    facts = [
        ("id", revision.id),
        ("parents", " ".join(short(parent) for parent in revision.parents) or "none"),
        ("author", shown(revision.author)),
        ("time", when(revision.time)),
        ("files", f"{revision.files:,} ({size(revision.bytes)})"),
    ]
    if revision.job is not None:
        number = revision.job_number
        facts.append(("made by", f"job {number if number is not None else short(revision.job)}"))
    if revision.git is not None:
        dirty = ", with uncommitted changes" if revision.git.dirty else ""
        facts.append(("git", f"{short(revision.git.head) or 'no commit yet'}{dirty}"))
    return facts


def diff_blocks(diff: Diff) -> list[Block]:
    """How two states differ."""
    old = short(diff.a) or "the empty tree"
    new = short(diff.b) or "the files as they are"
    if not diff.changes:
        return [Line(f"Nothing differs from {old} to {new}", Tone.GOOD)]
    title = f"{count(len(diff.changes), 'change')} from {old} to {new}"
    blocks: list[Block] = [Line(title, Tone.TITLE), *change_blocks(diff.changes)]
    for patch in diff.patches[:MAX_ROWS]:
        blocks += file_diff_blocks(patch)
    return blocks + _omitted(len(diff.patches), "patch")


def file_diff_blocks(patch: FileDiff) -> list[Block]:
    """How one file differs."""
    if patch.text is None:
        return [Line(f"{shown(patch.path)}: {patch.reason}", Tone.QUIET)]
    if not patch.text:
        what = "the cells' sources are equal" if patch.is_notebook else "the content is equal"
        return [Line(f"{shown(patch.path)}: {what}", Tone.QUIET)]
    return [Code(printable(patch.text), is_diff=True)]


def revert_blocks(result: RevertResult) -> list[Block]:
    """What a revert wrote."""
    source = short(result.source)
    if not result.changes:
        return [Line(f"Nothing differs from {source}: nothing was reverted", Tone.GOOD)]
    if result.dry_run:
        title = Line(f"A revert to {source} would change", Tone.TITLE)
    elif result.revision is None:
        title = Line(f"Reverted to {source}; no revision was needed", Tone.GOOD)
    else:
        made = numbered(result.number, result.revision)
        title = Line(f"Reverted to {source} as {made}", Tone.GOOD)
    blocks: list[Block] = [title, *change_blocks(result.changes)]
    if result.saved_as is not None:
        blocks.append(Line(f"The edits that were not synced are kept in {short(result.saved_as)}"))
    return blocks


def hydrate_blocks(result: HydrateResult) -> list[Block]:
    """What was written into a folder."""
    name = numbered(result.number, result.revision)
    verb = "Would write" if result.dry_run else "Wrote"
    tone = Tone.BAD if result.problems else Tone.TITLE if result.dry_run else Tone.GOOD
    return [
        Line(f"{verb} {name} into {shown(result.directory)}", tone),
        Line(
            f"{count(result.files_written, 'file')} written ({size(result.bytes_written)}), "
            f"{result.files_deleted:,} deleted, {result.files_unchanged:,} were right; "
            f"{duration(result.seconds)}"
        ),
        *problem_blocks(result.problems),
    ]


def change_blocks(changes: Sequence[Change]) -> list[Block]:
    """Changes as a table, the first `MAX_ROWS` of them."""
    if not changes:
        return []
    rows = tuple(_change_row(change) for change in changes[:MAX_ROWS])
    table = Table(("change", "size", "path"), rows, frozenset({1}))
    return [table, *_omitted(len(changes), "change")]


def _change_row(change: Change) -> tuple[str, str, str]:
    entry = change.new or change.old
    if entry is None or entry.kind is Kind.FOLDER:
        return change.kind.value, "", shown(f"{change.path}/")
    return change.kind.value, size(entry.size), shown(change.path)


def conflict_blocks(paths: Sequence[str]) -> list[Block]:
    """Copies that keep the other side."""
    if not paths:
        return []
    title = f"{count(len(paths), 'file')} edited on both sides: the other version is kept as"
    return [Line(title, Tone.BAD), Table(("path",), tuple((shown(p),) for p in paths[:MAX_ROWS]))]


def problem_blocks(problems: Sequence[Problem]) -> list[Block]:
    """What could not be read or written."""
    if not problems:
        return []
    rows = tuple((shown(p.path), shown(p.reason)) for p in problems[:MAX_ROWS])
    title = Line(f"{count(len(problems), 'path')} left out", Tone.BAD)
    return [title, Table(("path", "why"), rows), *_omitted(len(problems), "path")]


def _omitted(total: int, noun: str) -> list[Block]:
    left = total - MAX_ROWS
    return [Line(f"… and {left:,} more {noun}s", Tone.QUIET)] if left > 0 else []

"""What a revision's pages say together: look up, walk, compare, change.

Each costs in proportion to the pages it needs, not to the revision.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jupyter_domino.storage.page import Page, cut_pages, encode_page
from jupyter_domino.storage.pool import Pool
from jupyter_domino.storage.root import PageRef
from jupyter_domino.storage.rows import Row, is_same, is_under

Delta = dict[bytes, tuple[Row | None, Row | None]]
"""Paths that differ, each with its old and its new row."""

Pages = Sequence[PageRef]


def find_rows(pool: Pool, pages: Pages, paths: Iterable[bytes]) -> dict[bytes, Row]:
    """The rows of those of `paths` that are there."""
    firsts = [page.first for page in pages]
    wanted: dict[int, set[bytes]] = {}
    for path in paths:
        number = bisect_right(firsts, path) - 1
        if number >= 0:
            wanted.setdefault(number, set()).add(path)
    if not wanted:
        return {}
    numbers = sorted(wanted)
    if len(numbers) == 1:
        loaded: Iterable[list[Row]] = [pool.rows(pages[numbers[0]])]
    else:
        loaded = pool.read_pages(pages[number] for number in numbers)
    found: dict[bytes, Row] = {}
    for number, rows in zip(numbers, loaded, strict=True):
        asked = wanted[number]
        found.update((row.path, row) for row in rows if row.path in asked)
    return found


def walk(pool: Pool, pages: Pages, prefix: bytes = b"") -> Iterator[Row]:
    """The rows under `prefix` (a path or a folder), in order."""
    prefix = prefix.rstrip(b"/")
    if not prefix:
        for rows in pool.read_pages(pages):
            yield from rows
        return
    firsts = [page.first for page in pages]
    begin = max(0, bisect_right(firsts, prefix) - 1)
    # '0' is the character after '/': where the folder's paths end.
    end = bisect_left(firsts, prefix + b"0")
    for rows in pool.read_pages(pages[begin:end]):
        yield from (row for row in rows if is_under(row.path, prefix))


def delta(pool: Pool, old: Pages, new: Pages) -> Delta:
    """What differs between two revisions; pages that both have are not even read."""
    old_ids, new_ids = {page.id for page in old}, {page.id for page in new}
    before = _rows(pool, (page for page in old if page.id not in new_ids))
    differing: Delta = {}
    for rows in pool.read_pages(page for page in new if page.id not in old_ids):
        if not before:
            differing.update((row.path, (None, row)) for row in rows)
            continue
        for row in rows:
            was = before.pop(row.path, None)
            if not is_same(was, row):
                differing[row.path] = (was, row)
    differing.update((path, (row, None)) for path, row in before.items())
    return differing


def _rows(pool: Pool, pages: Iterable[PageRef]) -> dict[bytes, Row]:
    return {row.path: row for rows in pool.read_pages(pages) for row in rows}


def rewrite(pool: Pool, pages: Pages, changes: Mapping[bytes, Row | None]) -> list[Page | PageRef]:
    """The pages after `changes` (None: delete); those that stay are not read.

    The result is the one that cutting all rows anew would give: a page that is kept begins
    where a page ended, and the cuts depend on nothing before that.
    """
    ordered = sorted(changes)
    result: list[Page | PageRef] = []
    pending: list[Row] = []
    at = 0
    for number, page in enumerate(pages):
        is_last = number + 1 == len(pages)
        end = len(ordered) if is_last else bisect_left(ordered, pages[number + 1].first, at)
        paths, at = ordered[at:end], end
        if not pending and not paths:
            result.append(page)
            continue
        rows = _changed_rows(pool.rows(page), paths, changes)
        pending = _flush(pool, pending + rows, result)
    if not pages:
        added = [row for path in ordered if (row := changes[path]) is not None]
        pending = _flush(pool, added, result)
    if pending:
        result.append(encode_page(pending, pool.keys))
    return result


def _flush(pool: Pool, rows: list[Row], result: list[Page | PageRef]) -> list[Row]:
    """Append the complete pages of `rows`; the rows after the last of them."""
    for group, is_complete in cut_pages(rows):
        if not is_complete:
            return group
        result.append(encode_page(group, pool.keys))
    return []


def _changed_rows(
    rows: list[Row], paths: list[bytes], changes: Mapping[bytes, Row | None]
) -> list[Row]:
    if not paths:
        return rows
    touched = set(paths)
    kept = [row for row in rows if row.path not in touched]
    kept.extend(row for path in paths if (row := changes[path]) is not None)
    kept.sort()
    return kept

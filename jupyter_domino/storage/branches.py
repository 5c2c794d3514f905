"""Branches: numbered logs that grow by put-if-absent alone (FORMAT.md, 8 and 11).

Exactly one of many writers of an entry wins, whatever the store, without a lock or a clock.
"""

import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from jupyter_domino.errors import Conflict, Damaged, Invalid, Unavailable
from jupyter_domino.storage.lookup import find_object
from jupyter_domino.storage.root import is_revision_id
from jupyter_domino.storage.values import RevisionId
from jupyter_domino.storage.workers import in_order
from jupyter_domino.store import ObjectStore

MAX_ENTRIES = 10**12
REVISION = "revision"
MUST_UNDERSTAND = "!"
ATTEMPTS = 6
"""Puts of one entry while the store says that it is there and that it is not."""

FIRST_WAIT_SECONDS = 0.05
_SLOT = re.compile(r"[0-9]{12}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class BranchEntry:
    """One entry of a branch's log."""

    slot: int
    """Its place, from 0, without gaps."""
    type: str
    revision: RevisionId | None
    """The head when the entry was written; for `revision` entries, from then on."""
    number: int
    """The head's; 0 before the first revision."""
    write_id: str
    time: str
    actor: str

    def to_bytes(self) -> bytes:
        """The entry's object."""
        document = {
            "type": self.type,
            "revision": self.revision,
            "number": self.number,
            "write_id": self.write_id,
            "time": self.time,
            "actor": self.actor,
        }
        return json.dumps(document).encode()

    @classmethod
    def parse(cls, data: bytes, slot: int) -> Self:
        """The entry of those bytes.

        Raises:
            ValueError: they are no entry.
        """
        document = json.loads(data)
        try:
            revision, number = document["revision"], int(document["number"])
            if revision is not None and not is_revision_id(revision):
                raise ValueError(f"{revision!r} is no revision")
            words = (str(document[key]) for key in ("write_id", "time", "actor"))
            return cls(slot, str(document["type"]), revision, number, *words)
        except (KeyError, TypeError) as error:
            raise ValueError(str(error)) from error


def check_branch_name(name: str) -> None:
    """Raises `Invalid` (`bad-name`) unless `name` can be a branch."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            f"{name!r} cannot name a branch: use letters, digits, '.', '_' and '-'.",
            code="bad-name",
        )


class Branches:
    """The branches of one project."""

    def __init__(self, store: ObjectStore, project_id: str) -> None:
        self._store = store
        self._prefix = f"projects/{project_id}/refs/heads/"

    def tip(self, branch: str) -> BranchEntry | None:
        """The newest entry of any type; None when the branch has none."""
        for slot in self._slots(branch, limit=1):
            return self._get(branch, slot)
        return None

    def head(self, branch: str) -> BranchEntry | None:
        """The newest revision entry; None when the branch has none."""
        tip = self.tip(branch)
        if tip is None or tip.type == REVISION:
            return tip
        return next(self.log(branch), None)

    def log(self, branch: str, *, before: int | None = None) -> Iterator[BranchEntry]:
        """The revision entries, newest first; with `before` those with smaller numbers.

        Costs a read an entry that is taken, however long the branch is.
        """
        newest = None if before is None else self.find(branch, before - 1)
        if newest is None:
            entries = self._get_all(branch, self._slots(branch, limit=None))
        else:
            entries = self._get_all(branch, range(newest.slot, -1, -1))
        return (
            entry
            for entry in entries
            if entry.type == REVISION and (before is None or entry.number < before)
        )

    def find(self, branch: str, number: int) -> BranchEntry | None:
        """The entry of the revision of that number, if there is one."""
        # Entries of other types push it back by one each, never forward.
        slot = number - 1
        while 0 <= slot < MAX_ENTRIES:
            entry = self._get(branch, slot)
            if entry is None:
                return None
            if entry.number >= number:
                return entry if entry.type == REVISION and entry.number == number else None
            slot += number - entry.number
        return None

    def append(self, branch: str, entry: BranchEntry) -> None:
        """Write the entry. All that it names must be durable already.

        Raises:
            Conflict: `branch-moved`: another writer has the slot. Nothing was written.
            Unavailable: the store failed; the entry may be there all the same.
        """
        wait = FIRST_WAIT_SECONDS
        for _ in range(ATTEMPTS):
            try:
                self._store.put(self._key(branch, entry.slot), entry.to_bytes(), if_absent=True)
                return
            except (Conflict, Unavailable) as error:
                # The reply to our own put may have been lost: only the entry can tell.
                found = self._get(branch, entry.slot)
                if found is not None and found.write_id == entry.write_id:
                    return
                if found is not None:
                    raise Conflict(
                        f"Branch {branch} moved to r{found.number} meanwhile: try again.",
                        code="branch-moved",
                        details={"branch": branch, "number": found.number},
                    ) from error
                if isinstance(error, Unavailable):
                    raise
            time.sleep(wait)
            wait *= 2
        raise Unavailable(
            f"{self._store.url} says that r{entry.number} of {branch} is there and that it is "
            "not: check the store, then sync again.",
            code="store-unreachable",
        )

    def _slots(self, branch: str, limit: int | None) -> Iterator[int]:
        """The slots that are taken, newest first."""
        prefix = f"{self._prefix}{branch}/"
        names = (info.key.removeprefix(prefix) for info in self._store.list(prefix, limit=limit))
        return (MAX_ENTRIES - 1 - int(name) for name in names if _SLOT.fullmatch(name))

    def _get_all(self, branch: str, slots: Iterable[int]) -> Iterator[BranchEntry]:
        """The entries, with several requests on their way: a log is read one by one."""
        for entry in in_order(lambda slot: self._get(branch, slot), slots):
            if entry is not None:
                yield entry

    def _get(self, branch: str, slot: int) -> BranchEntry | None:
        key = self._key(branch, slot)
        data = find_object(self._store, key)
        if data is None:
            return None
        try:
            entry = BranchEntry.parse(data, slot)
        except ValueError as error:
            raise Damaged(
                f"The branch entry {key} in {self._store.url} is damaged: restore it from a copy.",
                details={"object": key},
            ) from error
        if entry.type.startswith(MUST_UNDERSTAND):
            raise Unavailable(
                f"Branch {branch} was written by a newer version: upgrade this one.",
                code="format-unsupported",
            )
        return entry

    def _key(self, branch: str, slot: int) -> str:
        return f"{self._prefix}{branch}/{MAX_ENTRIES - 1 - slot:012d}"

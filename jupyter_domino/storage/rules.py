"""What is tracked: everything, less `.dominoignore`; in a git checkout, what git would take."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jupyter_domino.errors import Invalid
from jupyter_domino.storage.git import ignore_rule, list_files
from jupyter_domino.storage.os_errors import file_errors
from jupyter_domino.storage.values import IgnoreVerdict

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".dominoignore"
NEVER = frozenset({".git", ".domino"})
"""Names that are never tracked, at any depth: the two programs' own."""

TEMPORARY_PREFIX, TEMPORARY_SUFFIX = ".domino-", ".tmp"
"""Of files that are being written (FORMAT.md, 12)."""

_GROUP = re.compile(r"\(\?P<\w+>")
_TEMPORARY = re.compile(r"\.domino-[0-9a-f]{16}\.tmp")


class TrackingRules(Protocol):
    """Decides which paths of a tree are tracked. Paths are `str` from the root."""

    def refresh(self) -> str:
        """Read the rules as they are now; a fingerprint, which changes when any verdict may.

        Raises:
            Invalid: a rule is none.
            Refused, Unavailable: the rules cannot be read.
        """
        ...

    def tracks_file(self, path: str) -> bool:
        """The file or symlink is tracked, supposing that its folders are entered."""
        ...

    def enters(self, path: str) -> bool:
        """The folder may have tracked files in it."""
        ...

    def keeps_empty(self, path: str) -> bool:
        """The folder is tracked itself while nothing in it is."""
        ...

    def is_foreign(self, path: str) -> bool:
        """The folder is not entered because it is a checkout of its own."""
        ...

    def why(self, path: str) -> IgnoreVerdict:
        """Whether the path is tracked, and the rule that says so."""
        ...


def is_temporary(name: str) -> bool:
    """A file that was being written when the writer died, or is being written now."""
    return name.startswith(TEMPORARY_PREFIX) and _TEMPORARY.fullmatch(name) is not None


def _built_in(path: str) -> IgnoreVerdict | None:
    for name in path.split("/"):
        if name in NEVER:
            return IgnoreVerdict(path, False, f"'{name}' is never tracked", None)
        if is_temporary(name):
            return IgnoreVerdict(path, False, "a file that is being written", None)
    return None


@dataclass(frozen=True, slots=True)
class _Patterns:
    """`.dominoignore` as it was at one moment."""

    spec: "GitIgnoreSpec | None"
    lines: tuple[tuple[int, str], ...]
    """Line number and text of each pattern."""
    fingerprint: str
    any_rule: re.Pattern[str] | None = None
    """Found in each path that a rule speaks of, and at once not in the many others."""

    @classmethod
    def load(cls, root: Path) -> "_Patterns":
        with file_errors(str(root / IGNORE_FILE)):
            try:
                data = (root / IGNORE_FILE).read_bytes()
            except (FileNotFoundError, IsADirectoryError):
                return cls(None, (), "")
        text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
        numbered = enumerate(text.splitlines(), 1)
        lines = tuple((number, line) for number, line in numbered if line.strip())
        spec = _compile(lines)
        return cls(spec, lines, hashlib.sha256(data).hexdigest(), _any_rule(spec))

    def match(self, path: str) -> tuple[bool, str, str] | None:
        """Whether a rule leaves the path out, the rule, its place; None: no rule speaks of it."""
        if self.spec is None or self.any_rule is None or not self.any_rule.search(path):
            return None
        result = self.spec.check_file(path)
        if result.include is None or result.index is None:
            return None
        number, line = self.lines[result.index]
        return result.include, line, f"{IGNORE_FILE}:{number}"

    def leaves_out(self, path: str) -> bool:
        """A rule leaves the path out. A folder's path ends with a slash."""
        found = self.match(path)
        return found is not None and found[0]

    def verdict(self, path: str) -> IgnoreVerdict:
        """The rule that decides: the highest folder's that is left out, else the path's own."""
        names = path.split("/")
        for depth in range(1, len(names)):
            found = self.match("/".join(names[:depth]) + "/")
            if found is not None and found[0]:
                return IgnoreVerdict(path, False, found[1], found[2])
        found = self.match(path)
        if found is None:
            return IgnoreVerdict(path, True, "no rule leaves it out", None)
        return IgnoreVerdict(path, not found[0], found[1], found[2])


def _compile(lines: tuple[tuple[int, str], ...]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - 25 ms that most commands can save

    for number, line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError as error:
            # To skip it would store what was meant to stay out.
            raise Invalid(
                f"{IGNORE_FILE}:{number} has no valid pattern, {line!r}: mend or delete the line.",
                details={"path": IGNORE_FILE, "line": number},
            ) from error
    return GitIgnoreSpec.from_lines(line for _, line in lines)


def _any_rule(spec: "GitIgnoreSpec") -> re.Pattern[str] | None:
    rules = [rule.regex for rule in spec.patterns if rule.regex is not None]
    if not rules:
        return None
    # Their groups have names, and a name may occur once in a pattern.
    parts = (_GROUP.sub("(?:", rule.pattern) for rule in rules)
    return re.compile("|".join(f"(?:{part})" for part in parts), rules[0].flags)


class DominoRules:
    """Everything is tracked that `.dominoignore` at the root does not leave out."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._patterns = _Patterns(None, (), "")

    def refresh(self) -> str:
        """Read `.dominoignore`."""
        self._patterns = _Patterns.load(self._root)
        return self._patterns.fingerprint

    def tracks_file(self, path: str) -> bool:
        """No rule leaves the file out."""
        name = path.rpartition("/")[2]
        if name in NEVER or is_temporary(name):
            return False
        return self._patterns.spec is None or not self._patterns.leaves_out(path)

    def enters(self, path: str) -> bool:
        """No rule leaves the folder out; what is in one that is left out cannot be taken back."""
        if path.rpartition("/")[2] in NEVER:
            return False
        return self._patterns.spec is None or not self._patterns.leaves_out(path + "/")

    def keeps_empty(self, path: str) -> bool:
        """Always: no rule can leave out what is entered."""
        return self.enters(path)

    def is_foreign(self, path: str) -> bool:
        """Never: a checkout's files are files like others, but for its `.git`."""
        return False

    def why(self, path: str) -> IgnoreVerdict:
        """The rule for the path, from the file as it is now."""
        path = path.rstrip("/")
        verdict = _built_in(path)
        if verdict is not None:
            return verdict
        self.refresh()
        is_folder = (self._root / path).is_dir() and not (self._root / path).is_symlink()
        return self._patterns.verdict(path + "/" if is_folder else path)


class GitRules:
    """Code is tracked as git would; everything in one folder is ours, less `.dominoignore`."""

    def __init__(self, root: Path, artifacts: str = "artifacts") -> None:
        self._root = root
        self._artifacts = artifacts
        self._ours = DominoRules(root)
        self._files: frozenset[str] = frozenset()
        self._folders: frozenset[str] = frozenset()

    def refresh(self) -> str:
        """Ask git for its files.

        Raises:
            Unavailable: git does not answer.
        """
        ours = self._ours.refresh()
        listing = list_files(self._root)
        files = listing.decode("utf-8", "surrogateescape").split("\0")
        self._files = frozenset(files) - {""}
        folders: set[str] = set()
        for folder in {path.rstrip("/").rpartition("/")[0] for path in self._files}:
            at = folder
            while at and at not in folders:
                folders.add(at)
                at = at.rpartition("/")[0]
        self._folders = frozenset(folders)
        return hashlib.sha256(ours.encode() + b"\0" + listing).hexdigest()

    def tracks_file(self, path: str) -> bool:
        """Git would take it, or it is in our folder and no rule leaves it out."""
        if self._is_ours(path):
            return self._ours.tracks_file(path)
        name = path.rpartition("/")[2]
        return path in self._files and name not in NEVER and not is_temporary(name)

    def enters(self, path: str) -> bool:
        """Git has files in it, or it is our folder or in it."""
        if self._is_ours(path):
            return self._ours.enters(path)
        return path in self._folders and path.rpartition("/")[2] not in NEVER

    def keeps_empty(self, path: str) -> bool:
        """Only in our folder: git knows no empty ones."""
        return self._is_ours(path) and self._ours.keeps_empty(path)

    def is_foreign(self, path: str) -> bool:
        """A submodule, or a checkout that git does not know: git takes neither's files."""
        return path in self._files or path + "/" in self._files

    def why(self, path: str) -> IgnoreVerdict:
        """The rule for the path, from git and the files as they are now."""
        path = path.rstrip("/")
        if self._is_ours(path):
            return self._ours.why(path)
        verdict = _built_in(path)
        if verdict is not None:
            return verdict
        self.refresh()
        if path in self._files or path in self._folders:
            return IgnoreVerdict(path, True, "git takes it", None)
        rule, source = ignore_rule(self._root, path)
        return IgnoreVerdict(path, False, rule, source)

    def _is_ours(self, path: str) -> bool:
        return path == self._artifacts or path.startswith(self._artifacts + "/")

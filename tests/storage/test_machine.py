"""Random edits of two trees of one project, with everything held against plain folders.

The model of a tree is the folder itself, read by a plain walk; the model of the history is
what those walks found when each revision was made.
"""

import os
import shutil
import tempfile
from pathlib import Path

from format_reader import FormatReader, check_paths
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
)
from oracle import check_merge
from trees import (
    AUTHOR,
    PROJECT,
    SCRATCH,
    Files,
    contents,
    files_in,
    files_of,
    is_folder,
    make_room,
    new_repository,
    open_tree,
    without_folders,
)

from jupyter_domino.adapters.memory import MemoryStore
from jupyter_domino.errors import Conflict, Invalid
from jupyter_domino.storage import ChangeKind, JobLink, RevisionId, SyncResult, WorkingTree

PATHS = [
    "a", "a/b", "a/b/c", "d/e", "d/é", "d/-dash", "sp ace", "new\nline", "q?*[x]", "A",
    "d/\udcff\udcfe", ".hidden", "x.log", "d/y.log", "skip/z", "a.conflict-r1", "n" * 255,
    "k/" * 30 + "deep", "t.tar.gz", "~", "e\u0301", "\u00e9",
]  # fmt: skip
SIZES = [0, 1, 100, 4096, 131_072, 200_000]
LARGE = 1_300_000
"""Bytes; more than one chunk."""

paths = st.sampled_from(PATHS[:4]) | st.sampled_from(PATHS)
"""Some far more often than others, so that both trees meet in them."""
trees = st.integers(0, 1)
seeds = st.integers(0, 5)


def content(seed: int, size: int) -> bytes:
    """Bytes that zstd can halve, the same for the same seed."""
    half = (b"%d," % seed) * (size // 4 + 1)
    noise = b"".join(bytes([(seed * 7919 + i * i) % 251]) for i in range(min(size, 3000)))
    return (noise + half)[:size]


def what_it_did(result: SyncResult) -> tuple[object, ...]:
    """What a dry run must foretell; copies of conflicts are no incoming changes yet."""
    counts = (result.files_added, result.files_changed, result.files_deleted)
    incoming = [change for change in result.incoming if change.path not in result.conflicts]
    return counts, result.created, result.merged, incoming, result.conflicts


class StorageMachine(RuleBasedStateMachine):
    """Two users, one project."""

    revisions = Bundle("revisions")
    has_rules = False
    """Rules may leave paths out, so that a tree need not equal its revision."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=SCRATCH))
        self.store = MemoryStore()
        self.repository = new_repository(self.store)
        self.history: dict[RevisionId, Files] = {}
        self.known_objects: list[str] = []
        self.roots = [self.folder / name for name in ("one", "two")]
        for root in self.roots:
            root.mkdir()

    def teardown(self) -> None:
        self.check_history()
        shutil.rmtree(self.folder)
        super().teardown()

    def tree(self, number: int) -> WorkingTree:
        return open_tree(self.roots[number], self.store)

    # What users do

    @rule(tree=trees, path=paths, seed=seeds, size=st.sampled_from([*SIZES, LARGE]))
    def write(self, tree: int, path: str, seed: int, size: int) -> None:
        make_room(self.roots[tree], path).write_bytes(content(seed, size))

    @rule(path=paths, one=seeds, two=seeds)
    def write_in_both(self, path: str, one: int, two: int) -> None:
        for root, seed in zip(self.roots, (one, two), strict=True):
            make_room(root, path).write_bytes(content(seed, 30))

    @rule(tree=trees, path=paths, seed=seeds)
    def append(self, tree: int, path: str, seed: int) -> None:
        place = self.roots[tree] / path
        if place.is_file() and not place.is_symlink():
            with place.open("ab") as file:
                file.write(content(seed, 17))

    @rule(tree=trees, path=paths, size=st.sampled_from(SIZES))
    def truncate(self, tree: int, path: str, size: int) -> None:
        place = self.roots[tree] / path
        if place.is_file() and not place.is_symlink():
            os.truncate(place, size)

    @rule(tree=trees, path=paths)
    def edit_and_put_the_time_back(self, tree: int, path: str) -> None:
        place = self.roots[tree] / path
        if place.is_file() and not place.is_symlink() and place.stat().st_size:
            before = place.stat()
            with place.open("r+b") as file:
                first = file.read(1)
                file.seek(0)
                file.write(bytes([first[0] ^ 1]))
            os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(tree=trees, path=paths, other=paths)
    def swap(self, tree: int, path: str, other: str) -> None:
        one, two = self.roots[tree] / path, self.roots[tree] / other
        if one.is_file() and two.is_file() and one != two:
            third = self.roots[tree] / "swap"
            one.rename(third)
            two.rename(one)
            third.rename(two)

    @rule(tree=trees, path=paths, other=paths)
    def rename(self, tree: int, path: str, other: str) -> None:
        source = self.roots[tree] / path
        is_inside = other.startswith(f"{path}/") or path.startswith(f"{other}/")
        if os.path.lexists(source) and path != other and not is_inside:
            aside = self.roots[tree] / ".domino-aside"
            source.rename(aside)
            aside.rename(make_room(self.roots[tree], other))

    @rule(tree=trees, path=paths, place=st.sampled_from(["a", "../..", "/etc/passwd", "no\nwhere"]))
    def link(self, tree: int, path: str, place: str) -> None:
        make_room(self.roots[tree], path).symlink_to(place)

    @rule(tree=trees, path=paths)
    def make_folder(self, tree: int, path: str) -> None:
        make_room(self.roots[tree], path).mkdir()

    @rule(tree=trees, path=paths, mode=st.sampled_from([0o644, 0o755, 0o600, 0o640, 0o700]))
    def change_mode(self, tree: int, path: str, mode: int) -> None:
        place = self.roots[tree] / path
        if os.path.lexists(place) and not place.is_symlink():
            place.chmod(mode | 0o700 if is_folder(place) else mode)

    @rule(tree=trees, path=paths)
    def delete(self, tree: int, path: str) -> None:
        if os.path.lexists(self.roots[tree] / path):
            make_room(self.roots[tree], path)

    @rule(tree=trees)
    def lose_the_index(self, tree: int) -> None:
        (self.roots[tree] / ".domino" / "index").unlink(missing_ok=True)

    # What is tested

    @initialize(target=revisions)
    def first_sync(self) -> RevisionId:
        return self.sync(0)

    @rule(target=revisions, tree=trees)
    def sync(self, tree: int) -> RevisionId:
        view = self.tree(tree)
        base = self.history[view.base] if view.base else {}
        before = self.repository.head()
        theirs = self.history[before.id] if before else {}
        ours = files_in(self.roots[tree])
        self.known_objects = self.objects()

        foretold = view.sync("edits", author=AUTHOR, dry_run=True)
        assert self.objects() == self.known_objects
        result = view.sync("edits", author=AUTHOR)

        if not self.has_rules:
            assert what_it_did(foretold) == what_it_did(result)
        head = files_of(self.repository, result.revision)
        assert result.revision == view.base == self.repository.resolve("HEAD").id
        self.learn(result.revision, head)
        if theirs == base or before is None:
            assert head == ours
        else:
            check_merge(base, ours, theirs, head)
        if not self.has_rules:
            assert result.problems == ()
            assert files_in(self.roots[tree]) == head
            self.check_quiet(tree, result.revision)
        return result.revision

    @rule(target=revisions, tree=trees, source=revisions, chosen=st.lists(paths, max_size=3))
    def revert(self, tree: int, source: RevisionId, chosen: list[str]) -> object:
        before = files_in(self.roots[tree])
        held = self.held(tree)
        known = [p for p in chosen if self.has(p, before) or self.has(p, self.history[source])]
        if chosen and not known:
            return multiple()
        is_newest = self.tree(tree).base == self.repository.resolve("HEAD").id

        try:
            result = self.tree(tree).revert(source, known, author=AUTHOR, force=True)
        except Invalid:
            assert known
            assert files_in(self.roots[tree]) == before
            return multiple()

        for revision in filter(None, (result.saved_as, result.revision)):
            self.learn(revision, files_of(self.repository, revision))
        after = without_folders(files_in(self.roots[tree]))
        wanted = without_folders(self.history[source])
        named = [p for p in after.keys() | wanted.keys() if not known or self.names(known, p)]
        if not self.has_rules and is_newest:
            assert {p: after.get(p) for p in named} == {p: wanted.get(p) for p in named}
        assert held <= self.held(tree)
        made = result.revision or result.saved_as
        return made if made else multiple()

    @rule(source=revisions, tree=trees, force=st.booleans())
    def hydrate_warm(self, source: RevisionId, tree: int, force: bool) -> None:
        before = files_in(self.roots[tree])
        base = self.history.get(self.tree(tree).base or RevisionId(""), {})
        held = self.held(tree)
        try:
            self.tree(tree).hydrate(source, force=force)
        except Conflict:
            assert self.has_rules or not force
            assert files_in(self.roots[tree]) == before
            return
        assert held <= self.held(tree)
        wanted = without_folders(self.history[source])
        added = before.keys() - base.keys() - wanted.keys()
        if not self.has_rules:
            after = without_folders(files_in(self.roots[tree]))
            assert {p: n for p, n in after.items() if p not in added} == wanted

    @rule(source=revisions)
    def hydrate_cold(self, source: RevisionId) -> None:
        root = self.folder / "cold"
        tree = open_tree(root, self.store)
        result = tree.hydrate(source)

        assert result.problems == ()
        if not self.has_rules:
            assert tree.status().changes == ()
            assert files_in(root) == self.history[source]
        shutil.rmtree(root)

    @rule(target=revisions, source=revisions, path=paths, seed=seeds, gone=paths)
    def job(self, source: RevisionId, path: str, seed: int, gone: str) -> RevisionId:
        """A volume that starts from any revision and ends on the head, without being touched."""
        root = self.folder / "volume"
        volume = open_tree(root, self.store)
        volume.hydrate(source)
        if os.path.lexists(root / gone):
            make_room(root, gone)
        make_room(root, path).write_bytes(content(seed, 50))
        ours, theirs = files_in(root), self.history[self.repository.resolve("HEAD").id]

        link = JobLink("0" * 32, 7)
        result = volume.sync("", author=AUTHOR, job=link, prefer="head", label="job-7")

        head = files_of(self.repository, result.revision)
        self.learn(result.revision, head)
        assert files_in(root) == ours
        if not self.has_rules:
            check_merge(self.history[source], ours, theirs, head)
            kept = theirs.get(path)
            assert kept is None or kept.kind == "folder" or head.get(path) in (kept, ours[path])
        shutil.rmtree(root)
        return result.revision

    @rule(a=revisions, b=revisions)
    def compare(self, a: RevisionId, b: RevisionId) -> None:
        changes = self.repository.diff(a, b)
        patched = dict(self.history[a])
        for change in changes:
            patched.pop(change.path, None)
            if change.kind is not ChangeKind.DELETED:
                patched[change.path] = self.history[b][change.path]
        assert patched == self.history[b]
        assert [c.path.encode("utf-8", "surrogateescape") for c in changes] == sorted(
            c.path.encode("utf-8", "surrogateescape") for c in changes
        )
        assert (changes == []) == (self.history[a] == self.history[b])

    # Checks

    def learn(self, revision: RevisionId, files: Files) -> None:
        check_paths({os.fsencode(path) for path in files})
        assert self.history.setdefault(revision, files) == files

    def check_quiet(self, tree: int, head: RevisionId) -> None:
        """Nothing is left to do, and the tree knows."""
        view = self.tree(tree)
        status = view.status()
        assert status.changes == status.incoming == ()
        again = view.sync("again", author=AUTHOR)
        assert (again.created, again.revision) == (False, head)

    def check_history(self) -> None:
        """Another program reads the same from every revision there ever was."""
        copy = self.folder / "copy"
        for info in self.store.list(""):
            place = copy / info.key
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self.store.get(info.key))
        reader = FormatReader(copy, PROJECT)
        for revision, files in self.history.items():
            found = reader.tree(revision)
            assert {os.fsdecode(p): (k, m, c) for p, (k, m, _, c) in found.items()} == files
        for pack in (copy / "pools" / PROJECT / "packs").glob("*/*"):
            reader.check_pack(pack.name)

    def objects(self) -> list[str]:
        return [info.key for info in self.store.list("")]

    def held(self, tree: int) -> set[tuple[str, bytes]]:
        """All contents that the user can still get at."""
        found = contents(files_in(self.roots[tree]))
        saved = self.roots[tree] / ".domino" / "saved"
        if saved.is_dir():
            for folder in saved.iterdir():
                found |= contents(files_in(folder))
        for revision in self.repository.log():
            files = self.history.get(revision.id) or files_of(self.repository, revision.id)
            self.learn(revision.id, files)
            found |= contents(files)
        return found

    @staticmethod
    def has(path: str, files: Files) -> bool:
        return any(each == path or each.startswith(f"{path}/") for each in files)

    @staticmethod
    def names(chosen: list[str], path: str) -> bool:
        return any(path == each or path.startswith(f"{each}/") for each in chosen)


class IgnoringMachine(StorageMachine):
    """The same, with rules that come and go: nothing is lost, nothing old changes."""

    has_rules = True

    @rule(tree=trees, rules=st.sampled_from(["", "*.log\n", "skip/\n", "*.log\nskip/\n"]))
    def ignore(self, tree: int, rules: str) -> None:
        make_room(self.roots[tree], ".dominoignore").write_text(rules)


EXPLORE = int(os.environ.get("JUPYTER_DOMINO_EXPLORE", "1"))
"""How many times as many examples to try, then at random; the same ones every time by default."""


def machine_settings(examples: int) -> settings:
    return settings(
        max_examples=examples * EXPLORE,
        derandomize=EXPLORE == 1,
        stateful_step_count=25,
        deadline=None,
    )


TestStorage = StorageMachine.TestCase
TestStorage.settings = machine_settings(80)
TestIgnoring = IgnoringMachine.TestCase
TestIgnoring.settings = machine_settings(30)

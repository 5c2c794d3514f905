"""What a merge must leave, told without looking at how it is done."""

from trees import Files, Node


def check_merge(base: Files, ours: Files, theirs: Files, head: Files) -> None:
    """Whatever one side alone changed is in the head; of what both changed, nothing is lost."""
    clashing = clashes(base, ours, theirs)
    for path in base.keys() | ours.keys() | theirs.keys():
        old, mine, other = (side.get(path) for side in (base, ours, theirs))
        sides = [side for side in (mine, other) if side is not None and side != old]
        if path in clashing:
            for side in sides:
                assert is_kept(side, path, head), f"{path!r} lost {side}"
        elif other in (mine, old):
            check_same(head.get(path), mine, path, head)
        elif mine == old:
            check_same(head.get(path), other, path, head)
        else:
            for side in sides:
                assert is_kept(side, path, head), f"{path!r} lost {side}"


def check_same(found: Node | None, expected: Node | None, path: str, head: Files) -> None:
    """The path is as expected; a folder may have become implied, or empty, by what is in it.

    A copy of a conflict may have taken the name of one that is gone.
    """
    if expected is None and ".conflict-" in path:
        return
    if expected is not None and expected.kind == "folder":
        assert found == expected or any(other.startswith(f"{path}/") for other in head)
    elif found is not None and found.kind == "folder":
        assert expected is None
    else:
        assert found == expected, path


def clashes(base: Files, ours: Files, theirs: Files) -> set[str]:
    """Paths that are, or lie in, what one side has as a file and the other as a folder."""
    changed = [
        {path for path in base.keys() | side.keys() if base.get(path) != side.get(path)}
        for side in (ours, theirs)
    ]
    found: set[str] = set()
    for one, other in (changed, changed[::-1]):
        for path in one:
            beneath = {each for each in other if each.startswith(f"{path}/")}
            found |= beneath | ({path} if beneath else set())
    return found


def is_kept(node: Node, path: str, head: Files) -> bool:
    """The content is under its name, or under that of a conflict copy beside it."""
    if node.kind == "folder":
        return True
    folder = path.rpartition("/")[0]
    return any(
        (other.kind, other.content) == (node.kind, node.content)
        and (place == path or ".conflict-" in place)
        and place.startswith(folder.partition("/")[0][:10])
        for place, other in head.items()
    )

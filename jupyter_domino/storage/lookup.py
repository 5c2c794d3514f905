"""Objects that may not be there."""

from jupyter_domino.errors import NotFound
from jupyter_domino.store import ObjectStore


def find_object(
    store: ObjectStore, key: str, *, start: int = 0, length: int | None = None
) -> bytes | None:
    """The object's bytes; None when the store is there, but not the object."""
    try:
        return store.get(key, start=start, length=length)
    except NotFound as error:
        if error.code != NotFound.default_code:
            raise  # the bucket or the folder itself is missing, and nobody knows what it has
        return None

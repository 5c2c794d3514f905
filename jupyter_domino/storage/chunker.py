"""Where to cut a large file into chunks.

A cut depends on the bytes since the one before it and on nothing else, so an insert moves
the cuts near it and leaves the rest: those chunks are stored already.
"""

from collections.abc import Iterator
from typing import Protocol

from pyfastcdc import FastCDC

KIB = 1024
AVERAGE_CHUNK = 1024 * KIB
"""Bytes. 1 TB is then a million chunks, 100 MB of rows; 64 KiB would be 16 times that."""

MIN_CHUNK = AVERAGE_CHUNK // 4
MAX_CHUNK = AVERAGE_CHUNK * 4
LARGE_FILE = 1024 * KIB
"""Bytes from which a file is cut; smaller ones share blocks."""

WINDOW = 8 * 1024 * KIB
"""Bytes read at a time: what one large file takes of memory, twice."""


class Readable(Protocol):
    """Something that gives bytes until it is empty."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


def chunks(file: Readable) -> Iterator[memoryview]:
    """The chunks of all that `file` gives, in order; memory stays within two windows."""
    cutter = FastCDC(avg_size=AVERAGE_CHUNK, min_size=MIN_CHUNK, max_size=MAX_CHUNK)
    kept = b""
    while True:
        window = file.read(WINDOW)
        buffer = memoryview(kept + window if kept else window)
        at_end = not window
        at = 0
        for chunk in cutter.cut_buf(buffer):
            # The last cut came from the end of the window, unless that is the file's end.
            if not at_end and chunk.offset + chunk.length == len(buffer):
                break
            at = chunk.offset + chunk.length
            yield buffer[chunk.offset : at]
        if at_end:
            return
        kept = bytes(buffer[at:])

"""Columns of little-endian integers to bytes and back. Pure."""

import sys
from array import array
from typing import Literal

Width = Literal["B", "H", "I", "Q", "q"]
_SIZES: dict[str, int] = {"B": 1, "H": 2, "I": 4, "Q": 8, "q": 8}


def to_little_endian(column: "array[int]") -> bytes:
    """The column's bytes in the format's order."""
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()


def read_column(data: memoryview, width: Width, count: int) -> tuple[list[int], memoryview]:
    """`count` integers from the front of `data`, and what is left.

    Raises:
        ValueError: `data` is too short.
    """
    size = _SIZES[width] * count
    if len(data) < size:
        raise ValueError("it is cut off")
    column = array(width)
    column.frombytes(data[:size])
    if sys.byteorder == "big":
        column.byteswap()
    return column.tolist(), data[size:]


def read_slices(data: memoryview, size: int, count: int) -> tuple[list[bytes], memoryview]:
    """`count` runs of `size` bytes from the front of `data`, and what is left.

    Raises:
        ValueError: `data` is too short.
    """
    if len(data) < size * count:
        raise ValueError("it is cut off")
    run = bytes(data[: size * count])
    return [run[at : at + size] for at in range(0, size * count, size)], data[size * count :]

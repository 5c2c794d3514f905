"""Work over threads, and what becomes of it when nobody wants it any more."""

from threading import Event, Thread

import pytest

from jupyter_domino.storage.workers import in_order

SECONDS = 10


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(in_order(lambda n: n * n, range(20), threads=3)) == [n * n for n in range(20)]


def test_an_error_is_raised_in_its_items_turn() -> None:
    results = in_order(lambda n: 1 // (2 - n), range(9), threads=2)

    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_whoever_stops_asking_does_not_wait_for_what_has_begun() -> None:
    begun, end = Event(), Event()

    def work(number: int) -> int:
        if number:
            begun.set()
            end.wait(SECONDS * 3)
        return number

    results = in_order(work, range(9), threads=2)
    next(results)
    begun.wait(SECONDS)

    closing = Thread(target=results.close, daemon=True)
    closing.start()
    closing.join(SECONDS)
    has_closed = not closing.is_alive()
    end.set()

    assert has_closed

"""Made ahead in a thread, items keep their order, errors their place, and the thread ends."""

import itertools
import threading
import time

import pytest

from playground.prefetch import AHEAD, prefetch


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "prefetch"]


def _soon(holds) -> bool:
    """Whether it holds within five seconds."""
    until = time.monotonic() + 5
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


@pytest.fixture(autouse=True)
def no_threads_from_elsewhere():
    assert _soon(lambda: not _threads())
    yield
    assert _soon(lambda: not _threads()), "a thread was left behind"


def test_items_come_in_order_and_the_thread_ends_with_them():
    assert list(prefetch(iter(range(50)))) == list(range(50))
    assert list(prefetch(iter([]))) == []


def test_items_are_made_in_another_thread_and_only_a_few_ahead():
    made = []

    def items():
        for i in itertools.count():
            made.append(threading.current_thread().name)
            yield i

    stream = prefetch(items())
    assert made == []
    assert next(stream) == 0
    most = 1 + AHEAD + 1  # handed on, ready, and one that waits for a place
    assert _soon(lambda: len(made) == most)
    time.sleep(0.3)
    assert len(made) == most and set(made) == {"prefetch"}
    stream.close()


def test_the_next_item_is_made_while_the_last_one_is_used():
    made = threading.Event()

    def items():
        yield 0
        made.set()
        yield 1

    stream = prefetch(items())
    assert next(stream) == 0 and made.wait(5)
    assert list(stream) == [1]


def test_an_error_is_raised_where_its_item_would_have_come():
    def items():
        yield from (1, 2)
        raise ValueError("data: broken")

    stream = prefetch(items())
    assert next(stream) == 1 and next(stream) == 2
    with pytest.raises(ValueError, match="^data: broken$"):
        next(stream)


def test_closed_it_has_no_thread_any_more():
    stream = prefetch(itertools.count())
    next(stream)
    (thread,) = _threads()
    stream.close()
    assert not thread.is_alive()


def test_what_it_reads_from_is_closed_with_it():
    closed = []

    def items():
        try:
            yield from itertools.count()
        finally:
            closed.append(threading.current_thread().name)

    source = items()
    stream = prefetch(prefetch(source))
    assert next(stream) == 0
    stream.close()
    assert closed == ["MainThread"] and not _threads()


def test_a_stream_that_is_dropped_ends_its_thread():
    stream = prefetch(itertools.count())
    next(stream)
    del stream
    assert _soon(lambda: not _threads())

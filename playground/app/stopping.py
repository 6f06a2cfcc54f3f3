"""Asked to stop, a run saves first: SIGTERM and the first Ctrl-C become a question that the loop asks."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_when_asked() -> Iterator[Callable[[], bool]]:
    """Give a function that says whether SIGTERM or SIGINT has come since. A second SIGINT interrupts at once.

    The handlers that were there come back at the end. Only the main thread may use it.
    """
    asked: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT and asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Items made ahead in a thread: frames that are decoded while the one before is tracked, batches for training."""

import queue
import threading
from collections.abc import Generator, Iterator
from typing import TypeVar

T = TypeVar("T")
AHEAD = 3  # enough to ride over a slow file


def prefetch(items: Iterator[T]) -> Generator[T, None, None]:
    """The same items in the same order, up to three ahead of need.

    An error is raised where its item would have come. When the items end or the result is closed, the thread has ended
    and ``items`` is closed too, if it can be.
    """
    ready: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(maxsize=AHEAD)
    closed = threading.Event()

    def work() -> None:
        entry: tuple[T | None, BaseException | None]
        while not closed.is_set():
            try:
                entry = (next(items), None)
            except BaseException as error:  # handed over, not swallowed: the reader raises it
                entry = (None, error)
            while not closed.is_set():
                try:
                    ready.put(entry, timeout=0.2)
                    break
                except queue.Full:
                    continue
            if entry[1] is not None:
                return

    worker = threading.Thread(target=work, daemon=True, name="prefetch")
    worker.start()
    try:
        while True:
            item, error = ready.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]
    finally:
        closed.set()
        worker.join()  # a daemon cut off inside native code while Python ends brings the whole process down
        if isinstance(items, Generator):
            items.close()

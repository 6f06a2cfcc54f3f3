"""Memory that a server which runs for weeks gives back."""

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Numbers of malloc.h, and what `mallopt` takes for them.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
# Bytes; from here on a piece of memory is the system's again as soon as it is free. Frames of 1080p have 6 MB: to ask
# for each of them anew would cost time.
LARGE = 8 << 20
POOLS = 2
TRIM_EVERY_S = 15.0
ASKED = ("MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES")


def give_back_memory() -> bool:
    """Have the C library keep less of what was freed; whether it can be told so, which glibc can.

    It keeps a pool for each of many threads, and learns from large pieces to keep larger ones. Gradio starts threads
    as visitors come, so what one of them has freed would wait for ever for another that needs as much. Whoever has
    set one of glibc's environment variables (`ASKED`) has the last word.
    """
    mallopt = _of_library("mallopt")
    if mallopt is None:
        return False
    told = [mallopt(name, value) for name, value in
            ((M_ARENA_MAX, POOLS), (M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, LARGE))]  # fmt: skip
    return all(told)


@contextmanager
def trimming(every_s: float = TRIM_EVERY_S) -> Iterator[None]:
    """While the block runs, have the C library give its free pages back every ``every_s`` seconds, which glibc can.

    By itself it gives back what is free at the end of a pool. What lies between pieces in use stays: jobs of many
    visitors leave such gaps, and more of them by the hour. The environment has the last word, as above.
    """
    trim = _of_library("malloc_trim")
    if trim is None:
        yield
        return
    over = threading.Event()

    def run() -> None:
        while not over.wait(every_s):
            trim(0)

    thread = threading.Thread(target=run, name="trimming", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _of_library(name: str) -> Any:
    """A function of the C library; None where there is none, or the environment has asked for something else."""
    if not sys.platform.startswith("linux") or any(asked in os.environ for asked in ASKED):
        return None
    return getattr(ctypes.CDLL(None), name, None)

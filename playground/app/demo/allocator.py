"""Memory that a server which runs for weeks gives back."""

import ctypes
import os
import sys

# Numbers of malloc.h, and what `mallopt` takes for them.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
LARGE = 1 << 20  # bytes; from here on a piece of memory is the system's again as soon as it is free
POOLS = 2
ASKED = "MALLOC_ARENA_MAX"


def give_back_memory() -> bool:
    """Have the C library keep less of what was freed; whether it can be told so, which glibc can.

    It keeps a pool for each of many threads, and learns from large pieces to keep larger ones. Gradio starts threads
    as visitors come, so what one of them has freed would wait for ever for another that needs as much. The
    environment variable ``MALLOC_ARENA_MAX`` has the last word.
    """
    if not sys.platform.startswith("linux") or ASKED in os.environ:
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    told = [mallopt(name, value) for name, value in
            ((M_ARENA_MAX, POOLS), (M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, LARGE))]  # fmt: skip
    return all(told)

"""The C library's pools of memory, counted by the C library itself."""

import ctypes
import subprocess
import sys
import threading

import pytest

from playground.app.demo import allocator
from playground.app.demo.allocator import ASKED, trimming

# Eight threads allocate at the same time; prints whether the library took the advice and how many pools there are.
COUNT = """
import ctypes, sys, threading
from playground.app.demo.allocator import give_back_memory
print(give_back_memory() if sys.argv[1] == "told" else "silent")
together = threading.Barrier(8)
def allocate():
    together.wait()
    kept = [bytes(20_000) for _ in range(200)]
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(open(sys.argv[2]).read().count("<heap nr="))
"""


# Prints how many MiB the process still holds of a piece of 20 that was freed. Left to itself the library learns from
# one of 30 before it that such pieces come and go, and keeps it.
KEEP = """
import sys
from pathlib import Path
from playground.app.demo.allocator import give_back_memory
if sys.argv[1] == "told":
    give_back_memory()
def resident():
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024
for size in (30, 20):
    before = resident()
    piece = bytearray(b"x") * (size << 20)
    del piece
print(resident() - before)
"""


# Prints how many MiB the process holds more than before, after it freed every other one of many pieces, 100 MiB of 200.
GAPS = """
import sys, time
from contextlib import nullcontext
from pathlib import Path
from playground.app.demo.allocator import trimming
def resident():
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024
before = resident()
with trimming(0.05) if sys.argv[1] == "told" else nullcontext():
    pieces = [bytearray(b"x") * 20_000 for _ in range(10_000)]
    del pieces[::2]
    end = time.monotonic() + (20 if sys.argv[1] == "told" else 1)
    while resident() - before > 130 and time.monotonic() < end:
        time.sleep(0.05)
print(resident() - before)
"""


@pytest.fixture
def unasked(monkeypatch):
    """No wish of the environment."""
    for name in ASKED:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the pools are glibc's")
def test_threads_share_two_pools_unless_the_environment_says_otherwise(unasked, tmp_path, monkeypatch):
    def count(told: str) -> list[str]:
        return _printed(COUNT, told, str(tmp_path / "info.xml"))

    said, pools = count("told")
    assert said == "True" and int(pools) <= 2
    assert int(count("silent")[1]) > 2, "the system keeps few pools by itself: this test shows nothing"
    monkeypatch.setenv("MALLOC_ARENA_MAX", "5")
    said, pools = count("told")
    assert said == "False" and 2 < int(pools) <= 5


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the threshold is glibc's")
def test_a_large_piece_goes_back_as_soon_as_it_is_free(unasked):
    assert int(_printed(KEEP, "told")[0]) <= 2
    assert int(_printed(KEEP, "silent")[0]) >= 15, "the system gives it back by itself: this test shows nothing"


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="the trimming is glibc's",
)
def test_gaps_between_pieces_in_use_go_back_too(unasked):
    assert int(_printed(GAPS, "told")[0]) <= 130
    assert int(_printed(GAPS, "silent")[0]) >= 180, "the system gives them back by itself: this test shows nothing"


def test_the_thread_ends_with_its_block_and_there_is_none_where_nothing_can_be_trimmed(unasked, monkeypatch):
    def running() -> bool:
        return any(thread.name == "trimming" for thread in threading.enumerate())

    for trim in (lambda spare: None, None):
        monkeypatch.setattr(allocator, "_of_library", lambda name, trim=trim: trim)
        with trimming(60):
            assert running() == (trim is not None)
        assert not running()


def test_the_environment_has_the_last_word_on_trimming(unasked, monkeypatch):
    monkeypatch.setenv(ASKED[-1], "glibc.malloc.arena_max=3")
    assert allocator._of_library("malloc_trim") is None


def _printed(code: str, *given: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code, *given], capture_output=True, text=True, check=True)
    return done.stdout.split()

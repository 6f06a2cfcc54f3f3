"""Commands of ``playground`` in processes that something happens to: killed at a chosen moment, no room, no right to
write. The package knows nothing of it.

A process costs a fork: one server, started once, has imported what the commands need.
"""

import ctypes
import importlib
import multiprocessing
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink")
PRELOADED = ["faulty", "small_writers", "torch", "av", "cv2", "playground.app.cli", "playground.app.track_command"]
PATIENCE_S = 120
_CAPSET = {"x86_64": 126, "aarch64": 91}


class Ended(NamedTuple):
    """How a command ended: its exit status, or minus the signal, and what it said on either stream."""

    status: int | None
    said: str

    @property
    def sentence(self) -> str:
        """The last line."""
        return (self.said.splitlines() or [""])[-1]


Fault = Callable[[], None]  # brought about in the process, before the command begins


class Killed(NamedTuple):
    """SIGKILL right before change number ``number`` (from 0) that Python makes to a file or folder under ``folder``."""

    number: int
    folder: str

    def __call__(self) -> None:
        left = [self.number]

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if not _changes(event, arguments, self.folder):
                return
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        sys.addaudithook(hook)


class KilledAtByte(NamedTuple):
    """The system ends the process when any file is to grow beyond ``size`` bytes, whoever writes it."""

    size: int

    def __call__(self) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.size))


class NoRoom(NamedTuple):
    """No file can grow beyond ``size`` bytes, whoever writes it: as on a full disk, but for the error's number."""

    size: int

    def __call__(self) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.size))


class NoRights(NamedTuple):
    """Root becomes a user like others: what may not be written cannot be."""

    def __call__(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        head, none = struct.pack("=Ii", 0x20080522, 0), bytes(24)
        if libc.syscall(_CAPSET[os.uname().machine], head, none) != 0:
            raise OSError(ctypes.get_errno(), "capset")


def run(words: list[str], fault: Fault | None = None, folder: Path | None = None, **more: Any) -> Ended:
    """``playground words`` in ``folder``, with the ``fault``; ``more`` is that of `call`."""
    return call("playground.app.cli:main", (words,), fault, folder, **more)


def call(
    name: str,
    arguments: tuple[Any, ...],
    fault: Fault | None = None,
    folder: Path | None = None,
    *,
    settings: Mapping[str, str] | None = None,
    began: Callable[[int], None] = lambda process: None,
) -> Ended:
    """The function ``module:name`` likewise, with ``settings`` in its environment; ``began`` is told the process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    hears, speaks = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(name, arguments, fault, folder, settings, speaks))
    process.start()
    began(process.pid or 0)
    speaks.close()
    said = b""
    while part := os.read(hears.fileno(), 1 << 16):
        said += part
    hears.close()
    process.join(PATIENCE_S)
    return Ended(process.exitcode, said.decode())


def _child(
    name: str,
    arguments: tuple[Any, ...],
    fault: Fault | None,
    folder: Path | None,
    settings: Mapping[str, str] | None,
    speaks: Any,
) -> None:
    import torch

    os.environ.update(settings or {})
    os.dup2(speaks.fileno(), 1)
    os.dup2(speaks.fileno(), 2)
    speaks.close()
    torch.set_num_threads(1)
    os.chdir(folder or os.getcwd())
    module, _, function = name.partition(":")
    called = getattr(importlib.import_module(module), function)
    if fault is not None:
        fault()
    called(*arguments)


def _changes(event: str, arguments: tuple[Any, ...], folder: str) -> bool:
    if event == "open":
        path, _, flags = arguments
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        return writes and _under(path, folder)
    return event in CHANGES and _under(arguments[0], folder)


def _under(path: Any, folder: str) -> bool:
    return isinstance(path, str | os.PathLike) and os.path.abspath(path).startswith(folder + os.sep)

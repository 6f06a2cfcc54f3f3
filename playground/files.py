"""Output files that appear only when they are whole: written beside, then renamed. Where they cannot be, a sentence."""

import errno
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

DEBRIS_S = 24 * 3600  # what a writer of the same file has not touched for so long has no writer any more
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Ours; and, while safetensors writes, its own.
_LEFT = re.compile(r"\..*\.[0-9a-f]{8}\.part(\.\w+)?|\.tmp\w{6}")
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


class NotWritten(OSError):
    """The file ``filename`` could not be written; ``errno`` and ``strerror`` say why. As text one sentence."""

    def __str__(self) -> str:
        what = {code: "make room, or choose another place" for code in NO_ROOM}
        what |= {code: "choose another place, or change its permissions" for code in _REFUSED}
        return f"{self.filename} could not be written ({self.strerror}); {what.get(self.errno or 0, 'check the disk')}."


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` with the same suffix; rename it on success, remove it on any error.

    A file that was at ``path`` stays as it was until then. What a killed writer of the same file left there a day ago
    is removed. Raises `NotWritten` naming ``path`` when the system refuses to write or has no room.
    """
    beside = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}.part{path.suffix}")  # two writers never share one
    _remove_debris(path.parent, rf"\.{re.escape(path.stem)}\.[0-9a-f]{{8}}\.part{re.escape(path.suffix)}")
    try:
        yield beside
        os.replace(beside, path)
    except OSError as error:
        # Data that finds no room comes without a name. Other errors of the block are not about this file.
        nameless = error.filename is None and error.errno in (*NO_ROOM, errno.EIO)
        if not isinstance(error, NotWritten) and (nameless or str(error.filename).endswith(beside.name)):
            raise not_written(error, path) from error
        raise
    finally:
        with suppress(OSError):
            beside.unlink()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Whatever the system refuses inside is `NotWritten` of ``path``: for a block that does nothing else."""
    try:
        yield
    except OSError as error:
        raise error if isinstance(error, NotWritten) else not_written(error, path) from error


def not_written(error: OSError, path: Path) -> NotWritten:
    """The same error, said of ``path``."""
    return NotWritten(error.errno or errno.EIO, error.strerror or str(error), str(path))


def leftovers(folder: Path) -> list[Path]:
    """Temporary files in ``folder``, as a killed process leaves them."""
    return [path for path in folder.glob(".*") if _LEFT.fullmatch(path.name)]


def _remove_debris(folder: Path, pattern: str) -> None:
    """Remove files of ``folder`` whose name is all of ``pattern`` and that nobody has written to for `DEBRIS_S`."""
    with suppress(OSError):  # no folder, or one that may not be read: whoever writes there is told
        for path in folder.glob(".*"):
            if re.fullmatch(pattern, path.name) and time.time() - path.stat().st_mtime > DEBRIS_S:
                path.unlink()

"""Input that is a plain file: a folder, a pipe or a device, which may never end, is refused before it is opened."""

import errno
import io
import stat
from pathlib import Path


def open_plain(path: Path) -> io.BufferedReader:
    """Open a file to read its bytes; a link to one will do.

    Raises ``OSError`` whose ``strerror`` says in words that it is none, or why it cannot be opened.
    """
    try:
        mode = path.stat().st_mode
    except ValueError as error:  # Python's own, where a name from elsewhere holds a zero byte
        raise OSError(errno.EINVAL, "no file can have this name", str(path)) from error
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a file but a folder, a pipe or a device", str(path))
    return path.open("rb")


def read_plain(path: Path, most: int = -1) -> bytes:
    """The bytes of a file, at most the first ``most`` where that is not negative. Raises as `open_plain` does."""
    with open_plain(path) as file:
        return file.read(most)

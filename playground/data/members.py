"""The files of a tar, one after the other, in memory that has a limit whatever its headers ask for."""

import re
import tarfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

MOST_FILE = 2**28  # bytes of a file; a picture of 8192 x 8192 pixels takes less
MOST_HEADER = 2**20  # bytes of the headers before a file: its long name, its attributes, its holes
MOST_PACKED = 100  # times its packed size: what is more was made to fill memory

_META = re.compile(r"__[^/]*__($|/)")  # as WebDataset calls what is no sample


def read_members(file: Any, note_large: Callable[[str], None]) -> Iterator[tuple[str, bytes]]:
    """Name and content of every regular file in a tar, which may be packed (gzip, bzip2, xz), read front to back.

    Links, devices and folders are passed over, and nothing is written anywhere. So are files above `MOST_FILE` bytes
    and files with holes, which may pretend to any size; ``note_large`` is given their names. Raises
    ``tarfile.TarError``, ``EOFError`` or ``OSError`` where the tar is damaged, or ends without its end mark.
    """
    with _guarded(partial(_Archive.open, fileobj=file, mode="r|*")) as archive:  # which reads the first header
        archive.packed = file.tell
        while (member := _guarded(archive.next)) is not None:
            archive.members.clear()  # where `tarfile` would keep all headers
            if not member.isreg() or _META.match(member.name):
                continue
            if member.issparse() or member.size > MOST_FILE:
                note_large(member.name)
                continue
            yield member.name, _guarded(partial(archive.content, member))


class _Header(tarfile.TarInfo):
    """A header that is damaged is an error also behind the first file, where `tarfile` would take it for the end."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> "_Header":
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if len(buf) == tarfile.BLOCKSIZE and not any(buf):
                raise  # the end mark
            raise tarfile.ReadError(str(error)) from error
        if header.size < 0:
            raise tarfile.ReadError("a negative size")
        return header


class _Meter:
    """A stream that gives at most ``left`` more bytes; what is passed over does not count."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.left = 0
        self.tell, self.close = stream.tell, stream.close

    def read(self, size: int) -> bytes:
        if size > self.left:
            raise tarfile.ReadError(f"asks for {size} bytes at once")
        self.left -= size
        found: bytes = self._stream.read(size)
        return found

    def seek(self, place: int) -> None:
        """Forward, up to the end: `tarfile` by itself would go on for hours where a header states a huge size."""
        while (missing := place - self._stream.tell()) > 0:
            if not self._stream.read(min(missing, MOST_HEADER)):
                raise tarfile.ReadError("ends within a file")
        if missing < 0:
            raise tarfile.ReadError("goes backwards")


class _Archive(tarfile.TarFile):
    """A tar read through a meter, from its first header on."""

    members: list[tarfile.TarInfo]
    tarinfo = _Header
    packed: Callable[[], int] | None = None  # how much of the packed file was read

    def next(self) -> tarfile.TarInfo | None:
        self._allow(MOST_HEADER)
        return super().next()

    def content(self, member: tarfile.TarInfo) -> bytes:
        """The bytes of a regular file."""
        if member.size < 0:  # as attributes may say where the header does not
            raise tarfile.ReadError("a negative size")
        self._allow(member.size)
        opened = self.extractfile(member)
        return b"" if opened is None else opened.read()

    def _allow(self, most: int) -> None:
        if not isinstance(self.fileobj, _Meter):
            self.fileobj = _Meter(self.fileobj)  # type: ignore[assignment]
        meter: Any = self.fileobj
        meter.left = most
        if self.packed is not None and meter.tell() > max(MOST_FILE, MOST_PACKED * self.packed()):
            raise tarfile.ReadError(f"packed over {MOST_PACKED} times")


def _guarded(work: Callable[[], Any]) -> Any:
    """What ``work`` gives; numbers in a header that `tarfile` trips over are a ``tarfile.ReadError`` like the rest."""
    try:
        return work()
    except (ValueError, OverflowError, LookupError, AttributeError) as error:
        raise tarfile.ReadError(f"a header that cannot be read ({error})") from error

"""QuickTime files written box by box (ISO/IEC 14496-12), whose few bytes state as many frames as one likes."""

import struct
from pathlib import Path

_UPRIGHT = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
FTYP = b"\0\0\0\x14ftypqt  \0\0\0\0qt  "


def box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), name) + content


def _full(name: bytes, *numbers: int | bytes) -> bytes:
    return box(name, bytes(4), *(n if isinstance(n, bytes) else struct.pack(">I", n) for n in numbers))


def header(
    chunks: int, per: int, rate: int, *, at: int, size: int = 4, codec: bytes = b"raw ", kind: bytes = b"vide"
) -> bytes:
    """A header of one track: every one of ``chunks`` begins at byte ``at``, with ``per`` samples of ``size`` bytes."""
    frames = chunks * per
    look = struct.pack(">HHII4xH32xHh", 1, 1, 72 << 16, 72 << 16, 1, 32, -1)
    entry = box(codec, bytes(6), struct.pack(">H", 1), bytes(16), look)
    tables = box(
        b"stbl", _full(b"stsd", 1, entry), _full(b"stts", 1, frames, 1), _full(b"stsc", 1, 1, per, 1),
        _full(b"stsz", size, frames), _full(b"stco", chunks, struct.pack(">I", at) * chunks),
    )  # fmt: skip
    data = box(b"dinf", _full(b"dref", 1, box(b"url ", b"\0\0\0\1")))
    media = box(
        b"mdia", _full(b"mdhd", 0, 0, rate, frames, 0), _full(b"hdlr", b"mhlr", kind, bytes(13)),
        box(b"minf", box(b"vmhd", b"\0\0\0\1", bytes(8)), data, tables),
    )  # fmt: skip
    track = box(
        b"tkhd", b"\0\0\0\x07", struct.pack(">5I16x", 0, 0, 1, 0, frames), _UPRIGHT, struct.pack(">II", *(1 << 16,) * 2)
    )
    movie = _full(b"mvhd", 0, 0, rate, frames, 1 << 16, bytes(12), _UPRIGHT, bytes(24), 2)
    return box(b"moov", movie, box(b"trak", track, media))


def write_bomb(path: Path, chunks: int, per: int, rate: int, *, stored: int = 0, codec: bytes = b"raw ") -> Path:
    """A file whose ``chunks`` all lie at the same place: ``per`` frames of a pixel each, ``rate`` a second.

    The data are ``stored`` bytes at least.
    """
    content = bytes(max(4 * per, stored))
    path.write_bytes(FTYP + box(b"mdat", content) + header(chunks, per, rate, at=len(FTYP) + 8, codec=codec))
    return path

"""How many samples an MP4 or QuickTime file states, before FFmpeg makes room for each: few bytes can state billions.

Tables of whole files (ISO/IEC 14496-12, 8.7) and of fragments (8.8.8). FFmpeg takes a table wherever it stands in a
header, so they are looked for by name, not by place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

MAX_SAMPLES = 10_000_000  # of a track; 46 hours at 60 pictures a second, for which FFmpeg takes about 400 MB
MAX_PIECES = 1_000_000  # boxes at the top of a file, and tables; a recording in fragments has a few for each
SOUND_BLOCK = 160  # samples of plain sound that FFmpeg counts as one, at least

# Boxes that FFmpeg looks for tables in when they are at the top; it passes over all others.
_HEADERS = frozenset(
    b"moov hoov moof trak mdia minf stbl edts dinf traf mvex udta tref meta sinf schi iprp wave "
    b"stsz stz2 trun cmov".split()
)
_TABLES = re.compile(rb"trak|hdlr|stts|stsc|stsz|stz2|stco|co64|trun|cmov")


@dataclass(slots=True)
class _Track:
    """What the tables of a track state: its kinds, the ticks a sample lasts, samples a chunk, chunks, samples."""

    kinds: set[bytes] = field(default_factory=set)
    ticks: list[int] = field(default_factory=list)
    chunk: int = 0
    chunks: int = 0
    samples: int = 0
    fragments: int = 0

    def entries(self) -> int:
        """How many FFmpeg makes. Plain sound, of which every sample lasts a tick, is read in blocks of a chunk."""
        plain = self.ticks == [1] and b"soun" in self.kinds and b"vide" not in self.kinds
        return self.fragments + (-(-self.chunk // SOUND_BLOCK) * self.chunks if plain else self.samples)


def check_tables(path: Path) -> None:
    """Raise ``ValueError`` naming ``video`` where tables state more samples than the file can hold, each a byte long,
    or more than `MAX_SAMPLES`; or where they are packed. Anything but an MP4 or QuickTime file is let through.
    """
    size, fragments = path.stat().st_size, 0
    limit = min(size, MAX_SAMPLES)
    for track in _tracks(path, size):
        fragments += track.fragments  # those of a file have no list of tracks
        if (stated := max(track.entries(), fragments)) > limit:
            raise ValueError(
                f"video: {path} states {stated} pictures or sounds, but a file of {size} bytes can have {limit} here; "
                f"copy it again, or convert it to MP4."
            )


def _tracks(path: Path, size: int) -> Iterator[_Track]:
    track = _Track()
    for pieces, (name, header, at) in enumerate(_tables(path, size)):
        if name == b"cmov" or pieces > MAX_PIECES:
            raise ValueError(f"video: the header of {path} is packed or in too many pieces; convert it to MP4.")
        if name in (b"trak", b""):
            yield track
            track = _Track()
        else:
            _take(track, name, header[at + 4 : at + 16], header, at + 8)
    yield track


def _take(track: _Track, name: bytes, start: bytes, header: bytes, rows: int) -> None:
    """Note what one table says; ``start`` is its first numbers."""
    first, second, third = (int.from_bytes(start[i : i + 4]) for i in (0, 4, 8))
    if name == b"hdlr":
        track.kinds.add(start[4:8])
    elif name == b"stts":
        track.ticks.append(third if first == 1 else 0)
    elif name in (b"stsz", b"stz2"):
        track.samples = max(track.samples, second)
    elif name in (b"stco", b"co64"):
        track.chunks = max(track.chunks, first)
    elif name == b"trun":
        track.fragments += first
    else:  # rows of a chunk's number, samples in each from there on, and the kind of these
        there = min(first, (len(header) - rows) // 12)
        table = np.frombuffer(header, ">u4", 3 * max(there, 0), min(rows, len(header)))
        track.chunk = max(track.chunk, int(table[1::3].max(initial=0)))


def _tables(path: Path, size: int) -> Iterator[tuple[bytes, bytes, int]]:
    """The name of each table, and the header and place in it where the name ends; no name for a box at the top."""
    at = 0
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            start = file.read(16)
            length, name, head = int.from_bytes(start[:4]), start[4:8], 8
            if length == 1:
                length, head = int.from_bytes(start[8:]), 16
            end = size if length == 0 else min(at + length, size)
            if end < at + head:
                return
            yield b"", b"", 0
            hidden = name == b"free" and start[12:16] in (b"mvhd", b"cmov")  # FFmpeg finds a header there too
            if name in _HEADERS or hidden:
                file.seek(at + 4)
                header = file.read(end - at - 4)
                yield from ((match[0], header, match.end()) for match in _TABLES.finditer(header))
            at = end

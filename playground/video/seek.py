"""Frames of a file from any number on, found through the key frame before it instead of by decoding from the start."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int64

from playground.video.decode import find_stream, open_container, to_rgb
from playground.video.packets import decode_stream, read_too_often
from playground.video.read import Frame, read_frames

# Containers that state a time for every packet and mark key frames reliably.
INDEXED = ("mov", "matroska")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FrameIndex:
    """The frames of the file at ``path``: their ``times`` in ticks of ``tick_s`` seconds, in order of presentation.

    ``keys`` holds a row for each key frame: the time at which it is shown, and that at which it is decoded if earlier.
    ``size`` is the width and height of the first frame as stored, to which the others are scaled.
    """

    path: Path
    times: Int64[np.ndarray, "frames"]
    keys: Int64[np.ndarray, "keys 2"]
    tick_s: float
    size: tuple[int, int]


def index_frames(path: Path, most: int | None = None) -> FrameIndex | None:
    """The index of a file, read from its packets without decoding more than the first frame; of the ``most`` packets
    that are stored first, where that is given.

    None where packets do not say enough: another kind of container, times that are missing or met twice, or no key
    frame at the beginning. Raises ``ValueError`` naming ``video`` when there are no pictures.
    """
    times, keys, read = [], [], 0
    with open_container(path) as container:
        stream = find_stream(container, path)
        if not container.format.name.startswith(INDEXED):
            return None
        for packet in islice(container.demux(stream), most):
            if packet.size == 0:  # the end
                break
            read += packet.size
            if packet.pts is None or read_too_often(container, read):
                return None
            if packet.is_keyframe:
                keys.append((packet.pts, min(packet.pts, packet.pts if packet.dts is None else packet.dts)))
            if not packet.is_discard:
                times.append(packet.pts)
        tick_s = float(stream.time_base)
    shown = np.array(sorted(times), np.int64)
    marked = np.array(sorted(keys), np.int64).reshape(-1, 2)
    sound = len(shown) > 0 and len(marked) > 0 and bool((np.diff(shown) > 0).all()) and marked[0, 0] <= shown[0]
    if not sound:
        return None
    with open_container(path) as container:
        first = next(decode_stream(container, find_stream(container, path), path))
    return FrameIndex(path=path, times=shown, keys=marked, tick_s=tick_s, size=(first.width, first.height))


def frames_from(index: FrameIndex, start: int) -> Generator[Frame, None, None]:
    """The frames as `read_frames` gives them, from number ``start`` on.

    A frame that cannot be decoded is left out and keeps its number. Raises ``ValueError`` naming ``start`` beyond the
    end, or where nothing can be decoded any more.
    """
    count = len(index.times)
    if not 0 <= start < count:
        raise ValueError(f"start: {start} is beyond the end of the video; choose 0 to {count - 1}.")
    wanted = index.times[start]
    found = False
    for frame in _decoded_from(index, wanted):
        number = int(np.searchsorted(index.times, frame.pts))
        if frame.pts >= wanted and number < count and index.times[number] == frame.pts:
            found = True
            yield Frame(to_rgb(frame, index.size), number, float(frame.pts - index.times[0]) * index.tick_s)
    if not found:
        raise ValueError(f"start: nothing can be decoded from frame {start} on; choose an earlier one.")


def _decoded_from(index: FrameIndex, wanted: np.int64) -> Iterator[Any]:
    """Decoded frames that have a time, beginning at or before the tick ``wanted``."""
    # A container looks places up by presentation or by decoding time. The first lands on the key frame at once, or,
    # where key frames lie close, on one too late; the second never does.
    for tick in index.keys[index.keys[:, 0] <= wanted][-1]:
        with open_container(index.path) as container:
            stream = find_stream(container, index.path)
            container.seek(int(tick), stream=stream)
            frames = (
                frame for frame in decode_stream(container, stream, index.path, index.size) if frame.pts is not None
            )
            first = next(frames, None)
            if first is not None and first.pts <= wanted:
                yield first
                yield from frames
                return


def read_from(path: Path, index: FrameIndex | None, start: int) -> Generator[Frame, None, None]:
    """The frames from ``start`` on, through the ``index`` where there is one, else passing over those before."""
    yield from read_frames(path, start=start) if index is None else frames_from(index, start)

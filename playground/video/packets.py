"""Frames of an open stream, packet by packet: damage is left out, and what is missing is told at the end."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

logger = logging.getLogger(__name__)

MAX_BARREN = 1000  # packets in a row that give no frame: then there is nothing more to come
SLACK = 2**20  # bytes: a packet has a few that are not in the file
SHORT_S = 0.5  # what may be missing at the end of a track before it is said: not every writer counts the last frame


def decode_stream(
    container: Any, stream: Any, source: str | Path, size: tuple[int, int] | None = None
) -> Iterator[Any]:
    """Every frame from where the container stands that can be decoded, in order of presentation.

    Warns of the first that has another size than ``size``, by default that of the first frame. Ends where `MAX_BARREN`
    packets have given none.
    """
    count = damaged = end = barren = 0
    resized = False
    for packet in _packets(container, stream, source):
        if packet is not None and packet.pts is not None:
            end = max(end, packet.pts + (packet.duration or 0))
        try:
            frames = stream.decode(packet)
        except av.FFmpegError as error:
            frames = []
            damaged += 1
            if damaged == 1:
                logger.warning("video: %s is damaged after frame %d (%s).", source, count, error.strerror)
        barren = 0 if frames else barren + 1
        if barren == MAX_BARREN:
            break
        for frame in frames:
            if size is None:
                size = frame.width, frame.height
            elif not resized and (frame.width, frame.height) != size:
                resized = True
                logger.warning(
                    "video: %s has frames of %dx%d from frame %d on; they are scaled to the first's %dx%d.",
                    source, frame.width, frame.height, count, *size,
                )  # fmt: skip
            count += 1
            yield frame
    if count == 0:
        raise ValueError(f"video: no frame of {source} can be decoded; check that it plays elsewhere, or convert it.")
    if damaged or count < stream.frames:
        logger.warning(
            "video: %s gave %d frames, states %s, and has %d packets that could not be decoded.",
            source, count, stream.frames or "no number", damaged,
        )  # fmt: skip
    elif (stated_s := _stated_end(stream)) and stated_s > SHORT_S + (end_s := float(end * stream.time_base)):
        logger.warning("video: %s ends at %.2f s, but states %.2f s; it is cut short.", source, end_s, stated_s)


def _stated_end(stream: Any) -> float:
    """The second at which the pictures end by the track's own mark, which Matroska has instead of a number of frames;
    0 where there is none."""
    match = re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", stream.metadata.get("DURATION", ""))
    return sum(float(part) * unit for part, unit in zip(match.groups(), (3600, 60, 1), strict=True)) if match else 0.0


def _packets(container: Any, stream: Any, source: str | Path) -> Iterator[Any]:
    packets, read = container.demux(stream), 0
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError as error:
            logger.warning("video: reading %s stopped early (%s).", source, error.strerror)
            yield None  # flushes the frames the decoder still holds
            return
        if packet is None:
            return
        read += packet.size
        if read_too_often(container, read):
            logger.warning("video: %s was left, as it names the same bytes again and again.", source)
            yield None
            return
        yield packet


def read_too_often(container: Any, read: int) -> bool:
    """Whether ``read`` bytes in packets are more than twice what the file has: each then lies in many of them."""
    return 0 < 2 * container.size + SLACK < read

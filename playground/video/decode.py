"""Decode one video through PyAV: upright RGB frames with the times the file states, damage left out."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from av.sidedata.sidedata import SideDataContainer
from jaxtyping import Int32, UInt8

from playground.video.packets import decode_stream
from playground.video.tables import check_tables

MAX_SIDE = 8192
DEFAULT_FPS = 30.0
URL_PREFIXES = ("http://", "https://", "rtsp://")
URL_TIMEOUT_S = 15.0
# A local file may not send the reader to other addresses; an address may use the protocols beneath it.
FILE_PROTOCOLS = "file"
# Nor may it be a playlist, which is a way to read other files: only formats that hold their own pictures.
FILE_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,gif,h264,hevc,ivf,mxf,nut,rm,dv,"
    "yuv4mpegpipe,swf,m4v,apng,obu,vc1,wtv,tty,mp3,wav,flac,aac"
)
URL_PROTOCOLS = "http,https,httpproxy,tcp,tls,udp,rtp,srtp,rtsp,crypto,data"


class Decoded(NamedTuple):
    """An open video.

    ``pictures`` gives, for every frame, seconds since the first frame and a function that makes the upright
    uint8 RGB image ``(height, width, 3)``; ``frames`` and ``fps`` are what the container states, or None.
    """

    pictures: Iterator[tuple[float, Callable[[], np.ndarray]]]
    frames: int | None
    fps: float | None


@contextmanager
def open_video(source: str | Path) -> Iterator[Decoded]:
    """Open the video at a path or address, and close it at the end of the block.

    A packet that cannot be decoded is left out with a warning in the log; so is what lies behind a cut. Frames of
    another size than the first are scaled to it, with a warning, so that pixels mean the same throughout.
    Raises ``ValueError`` naming ``video`` when there is nothing to read, here or at the first frame.
    """
    with open_container(source) as container:
        stream = find_stream(container, source)
        rate = float(stream.average_rate or stream.guessed_rate or 0) or None
        frames = decode_stream(container, stream, source)
        yield Decoded(_timed(frames, rate or DEFAULT_FPS), stream.frames or None, rate)


def check_size(width: int, height: int) -> None:
    """Raise ``ValueError`` naming ``video`` for a frame above `MAX_SIDE` pixels a side (8K is 7680x4320)."""
    if max(width, height) > MAX_SIDE:
        raise ValueError(
            f"video: frames may be at most {MAX_SIDE} pixels a side; got {width}x{height}, so shrink them."
        )


def orient(
    image: UInt8[np.ndarray, "height width 3"], matrix: Int32[np.ndarray, "9"]
) -> UInt8[np.ndarray, "shown_height shown_width 3"]:
    """Turn and mirror ``image`` as a display matrix says, to the nearest quarter turn.

    ``matrix`` is row-major; the stored point ``(x, y)`` is shown at ``(x, y, 1) @ matrix``, up to a shift
    (ISO 14496-12, track header box; FFmpeg ``libavutil/display.h``).
    """
    x_to_x, x_to_y, _, y_to_x, y_to_y = matrix[:5].tolist()
    mirror_x, mirror_y = x_to_x < 0, y_to_y < 0
    if abs(x_to_y) > abs(x_to_x):
        image = image.transpose(1, 0, 2)
        mirror_x, mirror_y = y_to_x < 0, x_to_y < 0
    return np.ascontiguousarray(image[:: -1 if mirror_y else 1, :: -1 if mirror_x else 1])


def find_stream(container: Any, source: str | Path) -> Any:
    """The pictures of an open container. Raises ``ValueError`` naming ``video`` when it has none, or too large ones."""
    # A song's cover is kept as a video stream of one picture.
    streams = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if not streams or container.format.name == "tty":  # FFmpeg shows any text file as a film of a terminal
        raise ValueError(f"video: {source} has no video stream; give a file with pictures, such as an MP4.")
    if streams[0].codec_context is None:  # a file that is cut right after its head, or a codec that FFmpeg lacks
        raise ValueError(f"video: the pictures of {source} cannot be decoded; copy it again, or convert it to MP4.")
    check_size(streams[0].width, streams[0].height)
    # A later frame may be larger than what is stated; the decoder refuses it before there is memory for it.
    streams[0].codec_context.options = {"max_pixels": str(MAX_SIDE**2)}
    return streams[0]


def open_container(source: str | Path) -> Any:
    """PyAV's container for a path or address, which it may not lead elsewhere from. Raises as `open_video` does."""
    is_url = isinstance(source, str) and source.lower().startswith(URL_PREFIXES)
    path = Path(source)
    if not is_url:
        if not path.is_file():
            raise ValueError(f"video: {source} does not exist or is not a file; check the path.")
        if path.stat().st_size == 0:
            raise ValueError(f"video: {source} is empty; copy or record it again.")
        if os.access(path, os.R_OK):  # else FFmpeg says why
            check_tables(path)
    local = {"protocol_whitelist": FILE_PROTOCOLS, "format_whitelist": FILE_FORMATS}
    try:
        return av.open(
            source if is_url else str(path.absolute()),  # absolute, so that a colon in a name starts no protocol
            container_options={"protocol_whitelist": URL_PROTOCOLS} if is_url else local,
            timeout=URL_TIMEOUT_S if is_url else None,
            metadata_errors="replace",  # a title in another alphabet's bytes is no reason to refuse the pictures
        )
    except av.FFmpegError as error:
        raise ValueError(
            f"video: {source} cannot be opened as a video ({error.strerror}); "
            f"check that it plays elsewhere, or convert it to MP4."
        ) from error


def _timed(frames: Iterator[Any], fps: float) -> Iterator[tuple[float, Callable[[], np.ndarray]]]:
    origin = last = size = None
    for index, frame in enumerate(frames):
        if size is None:
            size = frame.width, frame.height
            check_size(*size)  # which may be others than the container states
        time_s = index / fps
        if frame.time is not None:
            if origin is None:
                origin = frame.time - time_s
            time_s = frame.time - origin
        if last is not None and time_s <= last:  # joined recordings begin their clocks again: go on from here
            if frame.time is not None:
                origin = frame.time - (last + 1 / fps)
            time_s = last + 1 / fps
        last = time_s
        yield time_s, partial(to_rgb, frame, size)


def to_rgb(frame: Any, size: tuple[int, int]) -> np.ndarray:
    """A decoded frame as upright uint8 RGB ``(height, width, 3)``, of ``size`` pixels (width, height) as stored."""
    image = frame.to_ndarray(format="rgb24", width=size[0], height=size[1])
    # Not frame.side_data: frame and side data would then hold each other, and the picture with the threads that
    # converted it, until Python looks for such rings.
    matrix = SideDataContainer(frame).get("DISPLAYMATRIX")  # type: ignore[call-arg]
    return image if matrix is None else orient(image, np.frombuffer(matrix, np.int32))

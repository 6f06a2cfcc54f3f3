"""Frames from a file, address, folder, webcam or array: one by one, upright, RGB, with index and time."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from jaxtyping import UInt8

from playground.picture_header import stated_size
from playground.plain_files import read_plain
from playground.video.decode import DEFAULT_FPS, check_size, open_video

logger = logging.getLogger(__name__)

IMAGE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".webp")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One upright RGB frame, its number in the source from 0, and its time in seconds after the first."""

    image: UInt8[np.ndarray, "height width 3"]
    index: int
    time_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """Size of the upright frames in pixels; number of frames and frames a second, None where unknown.

    ``frames`` is what the container states; a damaged file may give fewer.
    """

    width: int
    height: int
    frames: int | None
    fps: float | None


Source = str | Path | int | np.ndarray | Iterable[np.ndarray | Frame]

# Index, time in seconds, and what makes the image: not called for a frame that is passed over.
_Entry = tuple[int, float, Callable[[], np.ndarray]]


class _Opened(NamedTuple):
    entries: Iterator[_Entry]
    frames: int | None
    fps: float | None


def read_frames(source: Source, *, start: int = 0) -> Iterator[Frame]:
    """Yield the frames of ``source`` from index ``start`` on, holding one at a time.

    ``source`` is one of: the path or the http, https or rtsp address of a video; an image, or a folder of
    images in natural order (``2.png`` before ``10.png``); a webcam, as a number or ``"webcam:0"``; a uint8
    RGB array ``(T, H, W, 3)``; an iterable of ``(H, W, 3)`` arrays or of `Frame` (kept with index and time).
    Video times come from the file, so a variable frame rate is kept; images and arrays count as 30 a second.
    Rotation and mirror marks are applied, alpha is dropped, pixels that are not square stay as stored.
    Frames before ``start`` are passed over one by one, never by seeking, so the index is exact.

    Packets of a video that cannot be decoded are left out, with a warning in the log; the frames after them
    still come. Closing the iterator early closes the file or the webcam.

    Raises ``ValueError``, when iteration begins or reaches the cause: ``video`` is missing, unreadable,
    without a frame, or has a side above 8192 pixels; ``start`` is negative or beyond the last frame.
    """
    if start < 0:
        raise ValueError(f"start: must be 0 or more; got {start}.")
    last = -1
    with _open(source) as opened:
        for last, time_s, load in opened.entries:
            if last >= start:
                yield Frame(load(), last, time_s)
    if last < start:
        raise ValueError(f"start: {start} is beyond the end of the video; choose 0 to {last}.")


def describe(source: Source) -> SourceInfo:
    """Size, length and rate of ``source``, from its first frame and what its container states.

    Raises ``ValueError`` as `read_frames` does, and for an iterator, which would lose its first frame.
    """
    if isinstance(source, Iterator):
        raise ValueError("video: an iterator cannot be described without using it up; give a list or an array.")
    with _open(source) as opened:
        _, _, load = next(opened.entries)
        height, width = load().shape[:2]
        return SourceInfo(width=width, height=height, frames=opened.frames, fps=opened.fps)


@contextmanager
def _open(source: Source) -> Iterator[_Opened]:
    camera = _camera_number(source)
    if camera is not None:
        with _open_camera(camera) as device:
            yield _Opened(_camera_entries(device, camera), None, device.get(cv2.CAP_PROP_FPS) or None)
    elif isinstance(source, str | Path):
        if paths := _image_paths(source):
            entries = ((i, i / DEFAULT_FPS, partial(read_image, path)) for i, path in enumerate(paths))
            yield _Opened(entries, len(paths), DEFAULT_FPS)
        else:
            with open_video(source) as video:
                pictures = ((i, time_s, load) for i, (time_s, load) in enumerate(video.pictures))
                yield _Opened(pictures, video.frames, video.fps)
    elif isinstance(source, np.ndarray) and source.ndim != 4:
        raise ValueError(f"video: an array must be (frames, height, width, 3); got the shape {source.shape}.")
    elif isinstance(source, Iterable):
        length = len(source) if isinstance(source, Sized) else None
        yield _Opened(_sequence_entries(source), length, DEFAULT_FPS)
    else:
        raise ValueError(f"video: give a path, address, folder, webcam or array; got {type(source).__name__}.")


def _sequence_entries(items: Iterable[np.ndarray | Frame]) -> Iterator[_Entry]:
    index = -1
    for index, item in enumerate(items):
        if isinstance(item, Frame):
            yield item.index, item.time_s, partial(getattr, item, "image")
        else:
            yield index, index / DEFAULT_FPS, partial(_check_array, item, index)
    if index < 0:
        raise ValueError("video: the sequence has no frame; give at least one.")


def _check_array(image: Any, index: int) -> np.ndarray:
    is_array = isinstance(image, np.ndarray)
    if not is_array or image.dtype != np.uint8 or image.shape[2:] != (3,) or not image.size:
        got = f"{image.dtype} {image.shape}" if is_array else type(image).__name__
        raise ValueError(f"video: frame {index} must be a uint8 RGB array (height, width, 3); got {got}.")
    check_size(image.shape[1], image.shape[0])
    return image


def _image_paths(source: str | Path) -> list[Path]:
    """The images of a folder in natural order, or the one image; empty when ``source`` is neither."""
    path = Path(source)
    if not path.is_dir():
        return [path] if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file() else []
    found = [p for p in path.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES and not p.name.startswith(".")]
    if not found:
        kinds = ", ".join(suffix[1:] for suffix in IMAGE_SUFFIXES)
        raise ValueError(f"video: the folder {path} has no images; put {kinds} files directly in it.")
    return sorted(found, key=lambda p: (_natural(p.name.lower()), p.name))


def _natural(name: str) -> list[str | int]:
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def read_image(path: Path) -> np.ndarray:
    # Bytes first: OpenCV's own file reading fails on Windows for names outside its code page.
    try:
        data = read_plain(path)
    except OSError as error:  # it was there when the folder was listed
        raise ValueError(f"video: the image {path} cannot be read ({error.strerror}); put it back.") from error
    if stated := stated_size(data):  # before there is memory for so many pixels
        check_size(*stated)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # an empty file, or more pixels than OpenCV takes
        image = None
    if image is None:
        raise ValueError(f"video: the image {path} cannot be read; replace it or remove it.")
    check_size(image.shape[1], image.shape[0])
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def _camera_number(source: Source) -> int | None:
    if isinstance(source, str) and (match := re.fullmatch(r"webcam:(\d+)", source)):
        return int(match[1])
    return source if isinstance(source, int) else None


@contextmanager
def _open_camera(number: int) -> Iterator[Any]:
    # OpenCV drives webcams on Linux, macOS and Windows alike; PyAV needs another device name on each.
    device = cv2.VideoCapture(number)
    try:
        if not device.isOpened():
            raise ValueError(f"video: webcam {number} cannot be opened; connect it and close what else uses it.")
        yield device
    finally:
        device.release()


def _camera_entries(device: Any, number: int) -> Iterator[_Entry]:
    began, index = 0.0, 0
    while (picture := device.read())[0]:
        began = began or time.monotonic()
        yield index, time.monotonic() - began, partial(cv2.cvtColor, picture[1], cv2.COLOR_BGR2RGB)
        index += 1
    if index == 0:
        raise ValueError(f"video: webcam {number} gives no picture; connect it again or choose another number.")
    logger.warning("video: webcam %d gave no more pictures after frame %d; the track ends there.", number, index - 1)

"""Anybody's own videos: ``NAME.mp4``, or a folder ``NAME`` of images, beside its boxes ``NAME.txt`` or ``NAME.csv``."""

import csv
import io
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Float, Int

from playground.data.clip import Clip, Encoded
from playground.data.layout import list_images
from playground.data.sequence import DIFFERENT, Sequence, parse_boxes, read_text, with_area
from playground.data.skipped import Fault, Note
from playground.video.read import describe, read_frames

VIDEO_SUFFIXES = (".avi", ".mkv", ".mov", ".mp4", ".webm")
BOX_SUFFIXES = (".csv", ".txt")  # the first that is there is taken

_QUALITY = 95  # of the JPEGs that decoded frames are kept as


def read_videos(place: str, note: Note) -> Iterator[Clip]:
    """Each video in the folder ``place`` as a clip of one object, in 0-based pixels; its source is the folder's name.

    Boxes are ``x y w h`` a line, one line a frame, NaN = absent. A CSV may have a header instead, as
    ``playground track --boxes`` writes it, with the columns x, y, w and h: ``index``, where there is one, is then the
    frame of a row, rows with ``lost`` 1 are passed over, and frames without a row are left out of the clip, since
    nobody knows what they show.

    A video without boxes, or boxes without a video, is noted, and so is what is broken. Raises ``ValueError`` when
    ``place`` is no folder.
    """
    root = Path(place)
    for name in _names(root):
        try:
            yield _to_clip(root.resolve().name, _find(root, name))
        except Fault as fault:
            note(fault)


def read_sequences(root: Path) -> Iterator[Sequence]:
    """The same videos to measure on: all frames of each, NaN where a CSV has no row. Videos are not decoded for it.

    Raises ``ValueError`` naming the video for what `read_videos` notes, and when there is none.
    """
    names = _names(root)
    if not names:
        raise ValueError(f"data: no NAME.mp4 with NAME.txt in {root}; give the folder that holds the videos.")
    for name in names:
        yield _to_sequence(_find(root, name))


class _Found(NamedTuple):
    """``numbers`` are the frames of the boxes, None where every frame has one."""

    name: str
    frames: tuple[Path, ...] | Path
    numbers: Int[np.ndarray, "n"] | None
    boxes: Float[np.ndarray, "n 4"]


def _names(root: Path) -> list[str]:
    if not root.is_dir():
        raise ValueError(f"data: the folder {root} does not exist; give the one that holds the videos.")
    kinds = (*VIDEO_SUFFIXES, *BOX_SUFFIXES)
    entries = [path for path in root.iterdir() if not path.name.startswith(".")]
    files = {path.stem for path in entries if path.suffix.lower() in kinds and path.is_file()}
    return sorted(files | {path.name for path in entries if path.is_dir()})


def _find(root: Path, name: str) -> _Found:
    frames = _beside(root, name, VIDEO_SUFFIXES) or list_images(root / name)
    table = _beside(root, name, BOX_SUFFIXES)
    if table is None or not frames:
        raise Fault(name, "videos without boxes, or boxes without a video")
    numbers, boxes = _parse(read_text(table, name), name)
    if numbers is not None and not len(boxes):
        raise Fault(name, "videos without a box")
    return _Found(name, frames, numbers, boxes)


def _to_clip(source: str, found: _Found) -> Clip:
    name, frames, numbers, boxes = found
    wanted = None if numbers is None else set(numbers.tolist())
    pictures = _decode(frames, wanted, name) if isinstance(frames, Path) else dict(enumerate(frames))
    if numbers is None:
        numbers = np.arange(len(boxes))
        _check_count(name, len(pictures), len(boxes))
    _check_there(name, numbers, pictures)
    kept = tuple(pictures[number] for number in numbers.tolist())
    return Clip(source=source, name=name, frames=kept, boxes=boxes[:, None])


def _to_sequence(found: _Found) -> Sequence:
    name, frames, numbers, boxes = found
    count = _count(frames, name) if isinstance(frames, Path) else len(frames)
    if numbers is not None:
        _check_there(name, numbers, range(count))
        known, boxes = boxes, np.full((count, 4), np.nan)
        boxes[numbers] = known
    _check_count(name, count, len(boxes))
    return Sequence(name, frames, boxes)


def _check_count(name: str, frames: int, boxes: int) -> None:
    if frames != boxes:
        raise Fault(f"{name} ({frames} frames, {boxes} boxes)", DIFFERENT)


def _check_there(name: str, numbers: Int[np.ndarray, "n"], frames: Collection[int]) -> None:
    if missing := set(numbers.tolist()) - set(frames):
        raise Fault(f"{name}, frame {min(missing)}", "boxes of frames that are not there")


def _beside(root: Path, name: str, suffixes: tuple[str, ...]) -> Path | None:
    """The file ``name`` with the first of ``suffixes`` that exists, in either case."""
    paths = (root / (name + case) for suffix in suffixes for case in (suffix, suffix.upper()))
    return next((path for path in paths if path.is_file()), None)


def _parse(text: str, name: str) -> tuple[Int[np.ndarray, "n"] | None, Float[np.ndarray, "n 4"]]:
    """The frames' numbers, None where the rows count them, and the boxes, by frame."""
    table = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    try:
        columns = set(table.fieldnames or ())
    except csv.Error:  # no table
        columns = set()
    if not {"x", "y", "w", "h"} <= columns:
        return None, parse_boxes(text, name)
    try:
        rows = [row for row in table if "index" not in row or float(row.get("lost") or 0) == 0]
        boxes = with_area(np.array([[float(row[side]) for side in "xywh"] for row in rows], np.float64).reshape(-1, 4))
        if "index" not in columns:
            return None, boxes
        numbers, first = np.unique(np.array([int(row["index"]) for row in rows], np.int64), return_index=True)
    except (ValueError, TypeError, OverflowError, csv.Error) as error:
        raise Fault(name, "boxes with rows that are not numbers") from error
    return numbers, boxes[first]


def _decode(video: Path, wanted: set[int] | None, name: str) -> dict[int, Encoded]:
    """The ``wanted`` frames as JPEG, or all of them."""
    with _readable(name):
        return {
            frame.index: cv2.imencode(".jpg", frame.image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
            for frame in read_frames(video)
            if wanted is None or frame.index in wanted
        }


def _count(video: Path, name: str) -> int:
    """The number of frames that the container states, or else that there are."""
    with _readable(name):
        return describe(video).frames or sum(1 for _ in read_frames(video))


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise Fault(name, "videos that cannot be read") from error

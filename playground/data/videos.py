"""Anybody's own videos: ``NAME.mp4``, or a folder ``NAME`` of images, beside its boxes ``NAME.txt`` or ``NAME.csv``."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float, Int

from playground.data.clip import Clip, Encoded
from playground.data.sequence import DIFFERENT, list_images, parse_boxes, read_text
from playground.data.skipped import Fault, Note
from playground.video.read import read_frames

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
    if not root.is_dir():
        raise ValueError(f"data: the folder {root} does not exist; give the one that holds the videos.")
    for name in _names(root):
        try:
            yield _read(root, name)
        except Fault as fault:
            note(fault)


def _names(root: Path) -> list[str]:
    kinds = (*VIDEO_SUFFIXES, *BOX_SUFFIXES)
    entries = [path for path in root.iterdir() if not path.name.startswith(".")]
    files = {path.stem for path in entries if path.suffix.lower() in kinds and path.is_file()}
    return sorted(files | {path.name for path in entries if path.is_dir()})


def _read(root: Path, name: str) -> Clip:
    video, table = _beside(root, name, VIDEO_SUFFIXES), _beside(root, name, BOX_SUFFIXES)
    images = list_images(root / name)
    if table is None or (video is None and not images):
        raise Fault(name, "videos without boxes, or boxes without a video")
    numbers, boxes = _parse(read_text(table, name), name)
    wanted = None if numbers is None else set(numbers.tolist())
    found = dict(enumerate(images)) if video is None else _decode(video, wanted, name)
    if numbers is None:
        numbers = np.arange(len(boxes))
        if len(found) != len(boxes):
            raise Fault(f"{name} ({len(found)} frames, {len(boxes)} boxes)", DIFFERENT)
    if not len(boxes):
        raise Fault(name, "videos without a box")
    if missing := set(numbers.tolist()) - set(found):
        raise Fault(f"{name}, frame {min(missing)}", "boxes of frames that are not there")
    frames = tuple(found[number] for number in numbers.tolist())
    return Clip(source=root.resolve().name, name=name, frames=frames, boxes=boxes[:, None])


def _beside(root: Path, name: str, suffixes: tuple[str, ...]) -> Path | None:
    """The file ``name`` with the first of ``suffixes`` that exists, in either case."""
    paths = (root / (name + case) for suffix in suffixes for case in (suffix, suffix.upper()))
    return next((path for path in paths if path.is_file()), None)


def _parse(text: str, name: str) -> tuple[Int[np.ndarray, "n"] | None, Float[np.ndarray, "n 4"]]:
    """The frames' numbers, None where the rows count them, and the boxes, by frame."""
    table = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    if not {"x", "y", "w", "h"} <= set(table.fieldnames or ()):
        return None, parse_boxes(text, name)
    try:
        rows = [row for row in table if "index" not in row or float(row.get("lost") or 0) == 0]
        boxes = np.array([[float(row[side]) for side in "xywh"] for row in rows], np.float64).reshape(-1, 4)
        if "index" not in (table.fieldnames or ()):
            return None, boxes
        numbers, first = np.unique(np.array([int(row["index"]) for row in rows], np.int64), return_index=True)
    except (ValueError, TypeError) as error:
        raise Fault(name, "boxes with rows that are not numbers") from error
    return numbers, boxes[first]


def _decode(video: Path, wanted: set[int] | None, name: str) -> dict[int, Encoded]:
    """The ``wanted`` frames as JPEG, or all of them."""
    try:
        return {
            frame.index: cv2.imencode(".jpg", frame.image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
            for frame in read_frames(video)
            if wanted is None or frame.index in wanted
        }
    except ValueError as error:
        raise Fault(name, "videos that cannot be read") from error

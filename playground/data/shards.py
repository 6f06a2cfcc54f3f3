"""Tar files of training images: boxed stills in WebDataset naming, and short clips with a box a frame."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from playground.data.sequence import parse_boxes


def _decode(data: bytes, name: str) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise ValueError(f"data: {name} is not a readable image; pack the archive again.")
    return image


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if file := archive.extractfile(member) if member.isfile() else None:
                    yield member.name, file.read()
    except (OSError, tarfile.TarError) as error:
        raise ValueError(f"data: {path} is not a readable tar file ({error}).") from error


def read_photos(path: Path) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each still as ``(source, image (h, w, 3) RGB, boxes (k, 4) x, y, w, h)``; ``k`` may be 0.

    Naming as in WebDataset: ``KEY.jpg`` beside ``KEY.json`` with ``source`` and a list ``boxes``; other files of a key
    are passed over.
    """
    images: dict[str, np.ndarray] = {}
    texts: dict[str, dict[str, Any]] = {}
    for name, data in _members(path):
        key, _, kind = name.removeprefix("./").partition(".")
        if kind not in ("jpg", "json"):
            continue
        if kind == "jpg":
            images[key] = _decode(data, name)
        else:
            texts[key] = json.loads(data)
        if key in images and key in texts:
            text = texts.pop(key)
            if not {"source", "boxes"} <= set(text):
                raise ValueError(f"data: {key}.json must have the fields source and boxes.")
            yield text["source"], images.pop(key), np.asarray(text["boxes"], np.float64).reshape(-1, 4)


def read_clips(path: Path) -> Iterator[tuple[str, list[np.ndarray], np.ndarray]]:
    """Each clip as ``(name, frames (h, w, 3) RGB, boxes (t, 4) x, y, w, h)``, 0-based pixels; NaN = absent.

    Layout: ``CLIP/0001.jpg ...`` and ``CLIP/groundtruth_rect.txt``. Raises ``ValueError`` naming a clip whose numbers
    of frames and boxes differ.
    """
    frames: dict[str, dict[str, bytes]] = {}
    boxes: dict[str, np.ndarray] = {}
    for name, data in _members(path):
        clip, _, file = name.removeprefix("./").partition("/")
        if file.endswith(".jpg"):
            frames.setdefault(clip, {})[file] = data
        elif file == "groundtruth_rect.txt":
            boxes[clip] = parse_boxes(data.decode(), f"clip {clip}")
    for clip, found in frames.items():
        if len(found) != len(boxes.get(clip, ())):
            raise ValueError(f"data: clip {clip} has {len(found)} frames and {len(boxes.get(clip, ()))} boxes.")
        yield clip, [_decode(found[file], f"{clip}/{file}") for file in sorted(found)], boxes[clip]

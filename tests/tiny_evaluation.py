"""Small annotated sequences, tracks with known boxes, and trackers that misbehave: several tests of evaluation share
them."""

import os
from collections.abc import Sequence as Many
from pathlib import Path

import numpy as np
from PIL import Image

from playground.box import Box
from playground.data.sequence import Sequence
from playground.evaluate.record import TrackerRecord
from playground.evaluate.results import Track
from playground.peers import FirstBox

WIDTH, HEIGHT = 64, 48


def write_otb(root: Path, name: str, boxes: Many[Many[float]]) -> Path:
    """A sequence of black frames in the OTB layout, with 1-based ``boxes``; its folder."""
    folder = root / name
    (folder / "img").mkdir(parents=True)
    for i in range(len(boxes)):
        Image.fromarray(np.zeros((HEIGHT, WIDTH, 3), np.uint8)).save(folder / "img" / f"{i + 1:04d}.png")
    (folder / "groundtruth_rect.txt").write_text("".join(",".join(map(str, box)) + "\n" for box in boxes))
    return folder


def make_sequence(name: str, boxes: Many[Many[float]], attributes: tuple[str, ...] = ()) -> Sequence:
    """A sequence whose frames are not on disk."""
    frames = tuple(Path(f"/nowhere/{name}/{i:04d}.jpg") for i in range(len(boxes)))
    return Sequence(name, frames, np.array(boxes, np.float64), attributes)


def make_track(name: str, found: Many[Many[float]], truth: Many[Many[float]], **fields: object) -> Track:
    """A track of ``someone`` that took 10 ms for every frame but the first, which took a second."""
    seconds = np.full(len(found), 0.01)
    seconds[0] = 1.0
    values = {"seconds": seconds, "scores": np.full(len(found), 0.5), "sequence": make_sequence(name, truth)} | fields
    return Track(tracker="someone", boxes=np.array(found, np.float64), **values)


def make_record(**fields: object) -> TrackerRecord:
    """What might be said of a tracker, with some ``fields`` otherwise."""
    values = {"tracker": "someone", "weights": "abc", "device": "cpu", "threads": 1, "jobs": 1, "machine": "a box"}
    return TrackerRecord(**(values | {"versions": {"numpy": "2"}} | fields))


class _Raises(FirstBox):
    def step(self, state: Box, image: np.ndarray, *, time_s: float = 0.0):
        raise ZeroDivisionError("on purpose")


class _Dies(FirstBox):
    def step(self, state: Box, image: np.ndarray, *, time_s: float = 0.0):
        os._exit(3)


def make_strange(tracker: str, device: str) -> FirstBox:
    """A tracker that keeps its box, or ``raises`` or ``dies`` at its first step. A process of a pool can make it."""
    return {"stays": FirstBox, "raises": _Raises, "dies": _Dies}[tracker]()

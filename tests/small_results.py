"""A small folder of results, as an evaluation leaves it: three sequences, two trackers, names that would be markup."""

from pathlib import Path

import cv2
import numpy as np

from playground.data.sequence import Sequence
from playground.evaluate.folders import open_data_set, open_tracker
from playground.evaluate.record import TrackerRecord
from playground.evaluate.results import Track, write_track

FRAMES, WIDTH, HEIGHT = 12, 96, 72
BAD_NAME = "<b>bad&"
ABSENT = 5  # a frame of the first sequence
SEQUENCES = ("easy", "<i>odd&", "hard")


def true_boxes(place: int) -> np.ndarray:
    """Boxes of sequence number ``place``: 20x16 pixels, moving right, absent in one frame of the first."""
    steps = np.arange(FRAMES)
    boxes = np.stack([10 + 3.0 * steps, 20 + place + 0 * steps, 20 + 0 * steps, 16 + 0 * steps], axis=1)
    if place == 0:
        boxes[ABSENT] = np.nan
    return boxes


def write_sequences(root: Path) -> list[Sequence]:
    """Images under ``root``; frame i is grey of level 10 i."""
    sequences = []
    for place, name in enumerate(SEQUENCES):
        folder = root / f"images-{place}"
        folder.mkdir(parents=True)
        for i in range(FRAMES):
            cv2.imwrite(str(folder / f"{i:04d}.png"), np.full((HEIGHT, WIDTH, 3), 10 * i, np.uint8))
        attributes = ("blur",) if place == 2 else ()
        sequences.append(Sequence(name, tuple(sorted(folder.iterdir())), true_boxes(place), attributes))
    return sequences


def write_results(root: Path, skip: tuple[str, ...] = ()) -> Path:
    """Results of ``good``, one pixel off, and of `BAD_NAME`, which stays where it began and has not finished the
    sequences to ``skip``. Returns their folder."""
    sequences = write_sequences(root / "data")
    folder, _ = open_data_set(root / "results", "otb:data", sequences, "plain")
    for name, ms in (("good", 5.0), (BAD_NAME, 50.0)):
        record = TrackerRecord(
            tracker=name, weights="", device="cpu", threads=1, jobs=1, machine="a machine", versions={"numpy": "2"}
        )
        open_tracker(folder / name, record)
        for sequence in sequences:
            if name == BAD_NAME and sequence.name in skip:
                continue
            first = np.repeat(sequence.boxes[:1], FRAMES, axis=0)
            beside = np.nan_to_num(sequence.boxes, nan=30.0) + np.array([1, 0, 0, 0])
            found = beside if name == "good" else first
            found[0] = sequence.boxes[0]
            seconds, scores = np.full(FRAMES, ms / 1e3), np.full(FRAMES, np.nan)
            write_track(
                folder / name, Track(tracker=name, sequence=sequence, boxes=found, seconds=seconds, scores=scores)
            )
    return root / "results"

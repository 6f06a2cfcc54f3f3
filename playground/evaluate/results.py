"""What trackers found, on disk: every finished sequence in files of its own, so that an evaluation can go on later.

``RESULTS/DATA/data.json`` says what was tracked, ``RESULTS/DATA/TRACKER/tracker.json`` by what. Beside the latter
``NAME.txt`` holds a box ``x,y,w,h`` a frame (0-based frame pixels, full precision), ``NAME_time.txt`` seconds and
``NAME_score.txt`` scores. Frames before the target's first box, which no tracker saw, hold nan.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from playground.data.sequence import Sequence
from playground.data.skipped import Fault
from playground.evaluate.record import DataRecord, TrackerRecord, rows_to_text
from playground.files import replacing
from playground.settings import from_file, to_json

DATA, TRACKER = "data.json", "tracker.json"
PARTS = ("", "_time", "_score")
MOST_DATA = 2**30  # bytes of a data.json, which names every frame
MOST_LINE = 128  # bytes of a line of four numbers in full precision


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """One sequence as ``tracker`` followed it: x, y, w, h in 0-based frame pixels, the seconds that each frame took
    without reading it, and scores in 0..1, nan where the tracker gives none. ``size`` is the frames' width and height
    in pixels, where the rules of the data set need it."""

    tracker: str
    sequence: Sequence
    boxes: Float[np.ndarray, "n 4"]
    seconds: Float[np.ndarray, "n"]
    scores: Float[np.ndarray, "n"]
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All of one data set: ``tracks`` by tracker, finished sequences only, in the order of the data set."""

    name: str
    data: DataRecord
    sequences: tuple[Sequence, ...]
    trackers: dict[str, TrackerRecord]
    tracks: dict[str, tuple[Track, ...]]

    def missing(self, tracker: str) -> tuple[str, ...]:
        """Names of the sequences that ``tracker`` has not finished."""
        there = {track.sequence.name for track in self.tracks[tracker]}
        return tuple(sequence.name for sequence in self.sequences if sequence.name not in there)


def write_track(folder: Path, track: Track) -> None:
    """Write the files of a track into ``folder``, which is that of its tracker. The boxes come last."""
    name = track.sequence.name
    for part, rows in (("_score", track.scores[:, None]), ("_time", track.seconds[:, None]), ("", track.boxes)):
        write_text(folder / f"{name}{part}.txt", rows_to_text(rows))


def is_finished(folder: Path, sequence: Sequence) -> bool:
    """True when all files of the sequence are in ``folder`` and have a line a frame."""
    return all(_has_lines(folder / f"{sequence.name}{part}.txt", len(sequence.boxes)) for part in PARTS)


def read_track(folder: Path, sequence: Sequence, size: tuple[int, int] | None = None) -> Track:
    """The track of a finished sequence, whose frames have this ``size``.

    Raises ``ValueError`` naming ``results`` when a file is damaged.
    """
    name = sequence.name
    boxes, seconds, scores = (
        _read_rows(folder / f"{name}{part}.txt", (len(sequence.boxes), width))
        for part, width in zip(PARTS, (4, 1, 1), strict=True)
    )
    return Track(
        tracker=folder.name, sequence=sequence, boxes=boxes, seconds=seconds[:, 0], scores=scores[:, 0], size=size
    )


def read_results(folder: Path) -> dict[str, Results]:
    """Everything under ``folder``, by the name of the data set. Raises ``ValueError`` naming ``results`` when there is
    nothing, or naming the file that cannot be read."""
    found = {path.parent.name: read_data_set(path.parent) for path in sorted(folder.glob(f"*/{DATA}"))}
    if not found:
        raise ValueError(f"results: no DATA/{DATA} under {folder}; give the folder that an evaluation wrote to.")
    return found


def read_data_set(folder: Path, only: Iterable[str] | None = None) -> Results:
    """The results of the data set in ``folder``, of all trackers or of ``only`` those named, in their order.

    Raises ``ValueError`` naming the file that cannot be read.
    """
    data = read_data_record(folder)
    try:
        sequences = [(record.to_sequence(), record.frame_size) for record in data.sequences]
    except Fault as fault:
        raise ValueError(
            f"results: {folder / DATA} is wrong, {fault.where}: {fault.reason}; evaluate again."
        ) from fault
    names = sorted(path.parent.name for path in folder.glob(f"*/{TRACKER}")) if only is None else list(only)
    return Results(
        name=folder.name,
        data=data,
        sequences=tuple(sequence for sequence, _ in sequences),
        trackers={name: read_tracker(folder / name) for name in names},
        tracks={
            name: tuple(read_track(folder / name, *item) for item in sequences if is_finished(folder / name, item[0]))
            for name in names
        },
    )


def read_data_record(folder: Path) -> DataRecord:
    """What is said in ``folder`` about its data set. Raises ``ValueError`` naming the file when it cannot be read."""
    return from_file(DataRecord, folder / DATA, MOST_DATA)


def read_tracker(folder: Path) -> TrackerRecord:
    """What is said in ``folder`` about its tracker. Raises ``ValueError`` naming the file when it cannot be read."""
    return from_file(TrackerRecord, folder / TRACKER)


def write_record(path: Path, record: DataRecord | TrackerRecord) -> None:
    """Write ``data.json`` or ``tracker.json``."""
    write_text(path, to_json(record))


def write_text(path: Path, text: str) -> None:
    """Write a file that appears only when it is whole, in a folder that is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")


def _read_rows(path: Path, shape: tuple[int, int]) -> Float[np.ndarray, "n width"]:
    try:
        rows = [[float(value) for value in line.split(",")] for line in path.read_text(encoding="utf-8").splitlines()]
        if (values := np.array(rows, np.float64)).shape == shape and not np.isinf(values).any():
            return values
    except ValueError:  # what stands there is not a number, or lines differ in length
        pass
    raise ValueError(
        f"results: {path} is damaged, it should hold {shape[0]} lines of {shape[1]} numbers; remove it, evaluate again."
    )


def _has_lines(path: Path, count: int) -> bool:
    return path.is_file() and path.stat().st_size <= MOST_LINE * count and path.read_bytes().count(b"\n") == count

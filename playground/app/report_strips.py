"""Strips over time on the page of ``playground report``: IoU as colour, under pictures of the same frames."""

from collections.abc import Iterator
from html import escape
from itertools import islice
from pathlib import Path

import numpy as np

from playground.app.report_html import plot
from playground.box import Box, iou
from playground.data.sequence import Sequence
from playground.evaluate.protocol import Protocol
from playground.evaluate.results import Track
from playground.evaluate.standing import Standing
from playground.video.read import read_image
from playground.visualise.looks import Look
from playground.visualise.strips import strips_figure
from playground.visualise.thumbnails import Mark, thumbnail

PICTURES = 6


def strip_sections(
    sequences: tuple[Sequence, ...], found: list[Standing], rules: Protocol, looks: dict[str, Look], most: int
) -> Iterator[str]:
    """At most ``most`` sequences, first those on which the trackers ``found`` differ most in the headline measure.

    Pictures are left out, and the page says so, where the frames cannot be read.
    """
    scores: dict[str, list[float]] = {}
    for one in found:
        for score in one.scores:
            scores.setdefault(score.name, []).append(getattr(score, rules.measures[0]))
    shown = sorted(
        (sequence for sequence in sequences if sequence.name in scores),
        key=lambda sequence: min(scores[sequence.name]) - max(scores[sequence.name]),
    )[:most]
    if not shown:
        return
    tracks = {(one.name, track.sequence.name): track for one in found for track in one.tracks}
    yield "<h3>Over time</h3>"
    yield (
        '<p class="why">The IoU of every frame, from a miss (<i class="miss"></i>) to a hit (<i class="hit"></i>), '
        "with gaps where there is no target; the dashed line in the pictures is the true box. "
        f"{_which(len(shown), len(scores))}</p>"
    )
    for sequence in shown:
        there = {one.name: tracks[one.name, sequence.name] for one in found if (one.name, sequence.name) in tracks}
        yield _strip(sequence, there, looks)


def _which(shown: int, of: int) -> str:
    return f"Where the trackers differ most comes first{f'; {shown} of {of} sequences' if shown < of else ''}."


def _strip(sequence: Sequence, tracks: dict[str, Track], looks: dict[str, Look]) -> str:
    first = int(_present(sequence.boxes).argmax())
    overlaps = {name: _overlap(track)[first:] for name, track in tracks.items()}
    words = f"{len(sequence.boxes)} frames"
    title = f"<h4>{escape(sequence.name)}</h4><span>{escape(', '.join((words, *sequence.attributes)))}</span>"
    try:
        pictures = _pictures(sequence, first, tracks, looks)
    except (OSError, ValueError):
        pictures = '<p class="why">The frames are not at hand, so there are no pictures.</p>'
    figure = plot(strips_figure(overlaps, first), f"IoU over time on {sequence.name}")
    return f'<article class="strip"><header>{title}</header>{pictures}{figure}</article>'


def _overlap(track: Track) -> np.ndarray:
    """IoU a frame, NaN where there is no true box."""
    truth = track.sequence.boxes
    values = iou(np.nan_to_num(track.boxes), np.nan_to_num(truth))
    return np.where(_present(truth), values, np.nan)


def _pictures(sequence: Sequence, first: int, tracks: dict[str, Track], looks: dict[str, Look]) -> str:
    """Frames from the middles of equal parts of the sequence, so that each stands above its part of the strips."""
    length = len(sequence.boxes) - first
    middles = (np.arange(PICTURES) + 0.5) * length / PICTURES
    numbers = sorted({first + int(middle) for middle in middles})
    present = _present(sequence.boxes)
    cells = []
    for number, image in _frames(sequence, numbers):
        marks = [
            Mark(name=name, box=Box(*track.boxes[number].tolist()), colour=looks[name].colour)
            for name, track in reversed(tracks.items())  # the best one is drawn last, over the others
            if np.isfinite(track.boxes[number]).all()
        ]
        nearest = Box(*_nearest(sequence.boxes, number).tolist())
        truth = nearest if present[number] else None
        cells.append(f"<figure>{thumbnail(image, nearest, truth, marks)}<figcaption>{number}</figcaption></figure>")
    return f'<div class="pictures">{"".join(cells)}</div>'


def _frames(sequence: Sequence, numbers: list[int]) -> Iterator[tuple[int, np.ndarray]]:
    if not isinstance(sequence.frames, Path):
        yield from ((number, read_image(sequence.frames[number])) for number in numbers)
        return
    wanted = set(numbers)
    for frame in islice(sequence.read(), numbers[-1] + 1):
        if frame.index in wanted:
            yield frame.index, frame.image


def _present(boxes: np.ndarray) -> np.ndarray:
    return np.isfinite(boxes).all(axis=1) & (boxes[:, 2:] > 0).all(axis=1)


def _nearest(boxes: np.ndarray, number: int) -> np.ndarray:
    """The true box that is nearest in time."""
    known = np.flatnonzero(_present(boxes))
    return boxes[known[np.abs(known - number).argmin()]]

"""Which of several models finds the target better in single search regions: less chance than in a whole track.

python benchmarks/regions.py MODEL MODEL... --data otb:FOLDER

A track goes on from its own boxes, so one frame decides whether a sequence is lost, and with few sequences the AUC of
two models differs by chance. Here every model is asked about the same regions, cut around true boxes that were moved
and resized at random, with the template of the first frame. Prints the mean IoU over sequences and, paired by sequence,
how far it lies above the first model's, each with its 95 % interval; decides nothing. The last column tells how much of
a region's wrong scale stays in the answer's size: 0 where the target is measured, 1 where it is taken to be as large as
it was.
"""

import argparse
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from playground import load
from playground.app.markdown import table_lines
from playground.box import Box, iou
from playground.data.benchmarks import read_benchmark
from playground.data.sequence import Sequence
from playground.evaluate.bootstrap import Interval, interval
from playground.evaluate.machine import describe_machine
from playground.tracker import Tracker

EVERY = 2  # frames between two that are asked about
REGIONS = 2  # a frame
REACH = 0.6  # how far the target lies from the middle of its region at most, in its own sides
RESIZED = 0.1  # standard deviation of the logarithm of a moved box's scale
FOUND = 0.3  # IoU from which on an answer's size is the target's


class Asked(NamedTuple):
    """One region: the answer's IoU with the true box, the logarithm of the scale that the region is wrong by, and of
    the answer's size over the true one."""

    iou: float
    wrong: float
    answered: float


def ask(tracker: Tracker, sequence: Sequence) -> Iterator[Asked]:
    """The answers in the regions of one sequence; the regions are always the same."""
    rng = np.random.default_rng(0)
    state = None
    for index, (frame, row) in enumerate(zip(sequence.read(), sequence.boxes, strict=True)):
        if state is None:
            state, _ = tracker.start(frame.image, Box(*row.tolist()))
        elif index % EVERY == 0 and not np.isnan(row).any():
            for _ in range(REGIONS):
                x, y, w, h = row.tolist()
                dx, dy = rng.uniform(-REACH, REACH, 2) + 0.5
                wrong = rng.normal(0, RESIZED)
                scale = math.exp(wrong)
                near = Box(x + (dx - scale / 2) * w, y + (dy - scale / 2) * h, scale * w, scale * h)
                _, event = tracker.step(replace(state, box=near), frame.image)
                x1, y1, w1, h1 = event.box.as_tuple()
                overlap = iou(np.array([[x1, y1, w1, h1]]), row[None])[0]
                yield Asked(float(overlap), wrong, math.log(w1 * h1 / (w * h)) / 2)


def kept(asked: list[Asked]) -> float:
    """The slope of the answers' sizes over the regions' wrong scales, where the target was found."""
    found = np.array([(one.wrong, one.answered) for one in asked if one.iou >= FOUND])
    return float(np.polyfit(*found.T, 1)[0])


def main() -> None:
    """Print the table, a row a model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--data", required=True, help="FORMAT:PLACE of annotated sequences")
    options = parser.parse_args()
    sequences = read_benchmark(options.data)
    rows, first = [], None
    for model in options.models:
        tracker = load(model, device="cpu")
        answers = [list(ask(tracker, sequence)) for sequence in sequences]
        means = np.array([np.mean([one.iou for one in asked]) for asked in answers])
        first = means if first is None else first
        scale = kept([one for asked in answers for one in asked])
        rows.append([model, *_figures(interval(means)), *_figures(interval(means - first)), f"{scale:.2f}"])
    sys.stdout.write(f"{describe_machine()}; {len(sequences)} sequences\n\n")
    head = ["model", "IoU", "95 % interval", "above the first", "95 % interval", "wrong scale kept"]
    sys.stdout.write("\n".join(table_lines(head, rows)) + "\n")


def _figures(value: Interval) -> tuple[str, str]:
    return f"{value.mean:.3f}", f"{value.low:.3f} to {value.high:.3f}"


if __name__ == "__main__":
    main()

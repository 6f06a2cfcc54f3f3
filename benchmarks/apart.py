"""How far apart the boxes of two models are that look at the same search regions.

python benchmarks/apart.py FIRST SECOND --data otb:FOLDER

FIRST and SECOND are names or folders, like a run and what `playground convert --half` made of it. The first tracks each
sequence; the second looks wherever the first looked, with the same templates. Prints the median, the 99th percentile
and the largest difference of a box's x, y, w or h, in pixels of the frame; decides nothing.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from playground import load
from playground.app.markdown import table_lines
from playground.box import Box
from playground.data.benchmarks import read_benchmark
from playground.data.sequence import Sequence
from playground.evaluate.machine import describe_machine
from playground.tracker import Tracker
from playground.tracker.update import same_online


def differences(first: Tracker, second: Tracker, sequence: Sequence) -> Iterator[float]:
    """The largest of four, one a frame after the first."""
    frames = (frame.image for frame in sequence.read())
    image, box = next(frames), Box(*sequence.boxes[0].tolist())
    (leading, _), (following, _) = first.start(image, box), second.start(image, box)
    for image in frames:
        _, other = second.step(replace(following, box=leading.box), image)
        before, (leading, event) = leading.templates, first.step(leading, image)
        if not same_online(before, leading.templates):
            memory = second.backend.encode(leading.templates.stack())
            following = replace(following, templates=leading.templates, memory=memory)
        yield max(abs(a - b) for a, b in zip(event.box.as_tuple(), other.box.as_tuple(), strict=True))


def main() -> None:
    """Print the table: a row a sequence, and one for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first")
    parser.add_argument("second")
    parser.add_argument("--data", required=True, help="FORMAT:PLACE of annotated sequences")
    asked = parser.parse_args()
    first, second = load(asked.first, device="cpu"), load(asked.second, device="cpu")
    found = {one.name: np.array(list(differences(first, second, one))) for one in read_benchmark(asked.data)}
    found["all"] = np.concatenate(list(found.values()))
    rows = [
        [name, str(len(values)), *(f"{value:.3f}" for value in (*np.quantile(values, (0.5, 0.99)), values.max()))]
        for name, values in found.items()
    ]
    sys.stdout.write(f"{describe_machine()}; {asked.first} and {asked.second}\n\n")
    sys.stdout.write("\n".join(table_lines(["sequence", "frames", "median", "99 %", "largest"], rows)) + "\n")


if __name__ == "__main__":
    main()

"""Does the same video give the same boxes: in other processes, with other threads, with other numbers.

python benchmarks/repeat.py [--model mini-small] [--frames 60] [--runs 3]

Every row is tracked in processes of its own, a new one for every run. "different" counts the results that are not bit
for bit that of the first run with one thread; "from PyTorch" is the median and the largest difference of a box's x, y,
w or h from PyTorch's float32, in pixels. Prints a Markdown table; decides nothing.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch

from playground import load, track
from playground.app.markdown import table_lines
from playground.evaluate.machine import describe_machine
from playground.video.synthetic import EXAMPLES, stream_clip

TORCH, EXPORTS, THREADS = ("float32", "bfloat16"), ("fp32", "fp16", "int8"), (1, 2)


def boxes(kind: str, place: str, threads: int, frames: int) -> list[list[float]]:
    """Boxes and scores of the first example, in this process."""
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    seed, world = next(iter(EXAMPLES.values()))
    drawn = list(islice(stream_clip(seed, world), frames))
    more = {} if kind in TORCH else {"backend": "onnx", "threads": threads}
    half = torch.autocast("cpu", torch.bfloat16) if kind == "bfloat16" else nullcontext()
    with half:
        events = list(track(load(place, device="cpu", **more), [image for image, _, _ in drawn], drawn[0][1]))
    return [[*event.box.as_tuple(), event.score or 0.0] for event in events]


def in_a_process(*words: object) -> np.ndarray:
    """The same of a new process; numbers come back as they were, since JSON's are exact."""
    command = [sys.executable, __file__, "--one", *map(str, words)]
    return np.array(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def rows(model: str, frames: int, runs: int, folder: Path) -> Iterator[list[str]]:
    """A line of the table for every kind of numbers and number of threads."""
    from playground.export.onnx import export_onnx

    places = {kind: model for kind in TORCH} | {dtype: str(folder / dtype) for dtype in EXPORTS}
    for dtype in EXPORTS:
        export_onnx(model, folder / dtype, dtype=dtype)
    usual = None
    for kind, place in places.items():
        first = None
        for threads in THREADS:
            found = [in_a_process(kind, place, threads, frames) for _ in range(runs)]
            first = found[0] if first is None else first
            usual = first if usual is None else usual
            different = sum(one.tobytes() != first.tobytes() for one in found)
            apart = np.abs(found[0] - usual)[:, :4].max(axis=1)
            by = "PyTorch" if kind in TORCH else "ONNX Runtime"
            yield [by, kind, str(threads), f"{different} of {runs}", f"{np.median(apart):.2g}, {apart.max():.2g}"]


def main() -> None:
    """Track one video, or print the table of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mini-small")
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        kind, place, threads, frames = asked.one
        print(json.dumps(boxes(kind, place, int(threads), int(frames))))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = list(rows(asked.model, asked.frames, asked.runs, Path(folder)))
    print(f"{describe_machine()}; {asked.model}, {asked.frames} frames\n")
    head = ["runs on", "numbers", "threads", "different", "from PyTorch, px"]
    print("\n".join(table_lines(head, found, text=2)))


if __name__ == "__main__":
    main()

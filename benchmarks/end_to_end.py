"""A clip from file to boxes: decoded, cropped, tracked, nothing drawn; beside NanoTrack v2's `update()`.

    python benchmarks/end_to_end.py [--peers ../shared/data/peers] [--frames 300] [--threads 2] [--rounds 5]
        [--out FILE.md]

All read the same rendered video of 640x480 with the same decoder, in turn, with frames decoded ahead in a thread
(`playground.prefetch`) and without. Frames a second: the median of the rounds.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch
from written import source_line, write

from playground.api import load
from playground.app.markdown import table_lines
from playground.box import Box
from playground.export.onnx import export_onnx
from playground.follow import FrameTracker, follow
from playground.peers.opencv import nanotrack
from playground.prefetch import prefetch
from playground.video.read import read_frames
from playground.video.synthetic import WorldConfig, stream_clip
from playground.video.write import write_video

TITLE = "From file to boxes"
WORLD = WorldConfig(width=640, height=480, photographs=False, leave_frame=0)
EXPORTS = ("fp32", "int8")


def render(path: Path, frames: int) -> Box:
    """The video, and the box of its first frame."""
    clip = list(islice(stream_clip(0, WORLD), frames))
    write_video(path, (image for image, _, _ in clip), 30)
    return clip[0][1]


def seconds(tracker: FrameTracker | None, path: Path, box: Box, ahead: bool) -> float:
    """For the whole video, opened anew; with no tracker, to decode it."""
    begin = time.perf_counter()
    with closing(prefetch(read_frames(path)) if ahead else read_frames(path)) as frames:
        for _ in frames if tracker is None else follow(tracker, frames, box):
            pass
    return time.perf_counter() - begin


def rows(model: str, peers: str, frames: int, threads: int, rounds: int) -> Iterator[list[str]]:
    """A row a tracker: frames a second one after the other, and with frames decoded ahead."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        box = render(folder / "clip.mp4", frames)
        trackers: dict[str, FrameTracker | None] = {
            "decode alone": None,
            f"{model}, PyTorch": load(model, device="cpu"),
        }
        for dtype in EXPORTS:
            export_onnx(model, folder / dtype, dtype=dtype)
            made = load(str(folder / dtype), backend="onnx", device="cpu", threads=threads)
            trackers[f"{model}, ONNX Runtime {dtype}"] = made
        if peers:
            trackers["NanoTrack v2 in OpenCV"] = nanotrack(peers)
        took: dict[tuple[str, bool], list[float]] = {}
        for turn in range(rounds):
            for key in list(trackers) if turn % 2 else reversed(trackers):
                for ahead in (False, True):
                    took.setdefault((key, ahead), []).append(seconds(trackers[key], folder / "clip.mp4", box, ahead))
        for key in trackers:
            yield [key, *(f"{frames / np.median(took[key, ahead]):.0f}" for ahead in (False, True))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mini-small")
    parser.add_argument("--peers", default="", help="folder with NanoTrack v2's ONNX files")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    cv2.setNumThreads(asked.threads)
    found = list(rows(asked.model, asked.peers, asked.frames, asked.threads, asked.rounds))
    text = "\n".join(table_lines(["tracker", "FPS, one after the other", "FPS, decoded ahead"], found))
    threads = f"{asked.threads} thread{'s' * (asked.threads > 1)}"
    text += "\n\n" + source_line("cpu", f"{threads}, {asked.frames} frames, rounds: {asked.rounds}")
    print(text)
    if asked.out:
        write(asked.out, TITLE, text)


if __name__ == "__main__":
    main()

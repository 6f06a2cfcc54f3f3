"""The tracker at length, in this process: a long video, tracks begun and left, one model after the other."""

import os
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import torch
from process import Held, growth, held, table

from playground import load, track
from playground.app.demo.toggle import MODELS_KEPT, get_tracker
from playground.box import Box
from playground.config import PRESETS, TrackerConfig
from playground.hub import save_model
from playground.model import MixFormer
from playground.video.synthetic import WorldConfig, stream_clip
from playground.video.write import open_writer

WIDTH, HEIGHT, TURN = 160, 120, 300  # the long video plays a clip of so many frames again and again
SAMPLES = 60
BEGUN = 5  # frames of a track that is left
OTHERS = "toy-small"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What was done, in words, what this process held meanwhile, and what was wrong."""

    told: str
    samples: list[Held]
    wrong: list[str] = field(default_factory=list)

    def report(self, head: str) -> str:
        """The result as Markdown."""
        grown = growth(self.samples)
        words = (
            f"{self.told}; {len(self.wrong)} wrong. The last third against the third before: {grown.mib:+.1f} MiB, "
            f"{grown.files:+.0f} open files, {grown.threads:+.0f} threads."
        )
        return "\n\n".join([head, words, table(self.samples), *self.wrong[:20]]) + "\n"


def long_video(frames: int, model: str, folder: Path) -> Ended:
    """Follow a target through a video file of ``frames`` frames; each has to give one box that lies in the picture."""
    path, drawn = folder / "long.mp4", _draw(min(frames, TURN))
    there_and_back = [image for image, _ in drawn + drawn[::-1]]  # without a jump
    with open_writer(path, 30, crf=30) as write:
        for number in range(frames):
            write(there_and_back[number % len(there_and_back)])
    wrong, count, watch = [], 0, _Watch(frames)
    for event in track(load(model, device="cpu"), path, drawn[0][1]):
        box, count = event.box, count + 1
        if event.index != count - 1 or not (0 < box.w <= WIDTH and 0 < box.h <= HEIGHT):
            wrong.append(f"event {count - 1}: number {event.index}, box {box}")
        watch.at(count)
    wrong += [] if count == frames else [f"{count} events for {frames} frames"]
    return Ended(told=f"{count} frames of {WIDTH}x{HEIGHT} in {watch.took():.0f} s", samples=watch.samples, wrong=wrong)


def begun_and_left(cycles: int, model: str, folder: Path) -> Ended:
    """Begin a track of a file and leave it after some frames, again and again; the boxes are always the same."""
    path, drawn, tracker = folder / "clip.mp4", _draw(20), load(model, device="cpu")
    with open_writer(path, 30) as write:
        for image, _ in drawn:
            write(image)
    wrong, first, watch = [], None, _Watch(cycles)
    for cycle in range(cycles):
        with closing(track(tracker, path, drawn[0][1])) as events:
            boxes = [event.box for event in islice(events, BEGUN)]
        first = first or boxes
        wrong += [] if boxes == first else [f"cycle {cycle}: {boxes} instead of {first}"]
        watch.at(cycle + 1)
    return Ended(told=f"{cycles} cycles in {watch.took():.0f} s", samples=watch.samples, wrong=wrong)


def switched(switches: int, model: str, folder: Path) -> Ended:
    """The page's way to a model, with more models than it keeps; each always gives the same box."""
    names = [model]
    for seed in range(MODELS_KEPT + 1):
        torch.manual_seed(seed)
        save_model(MixFormer(PRESETS[OTHERS]), TrackerConfig(), folder / f"model{seed}")
        names.append(str(folder / f"model{seed}"))
    (image, box), (then, _) = _draw(2)
    wrong: list[str] = []
    found: dict[str, Box] = {}
    watch = _Watch(switches)
    for turn in range(switches):
        name = names[turn % len(names)]
        tracker = get_tracker(name, "cpu")
        state, _ = tracker.start(image, box)
        _, event = tracker.step(state, then)
        right = found.setdefault(name, event.box)
        wrong += [] if event.box == right else [f"turn {turn}, {name}: {event.box} instead of {right}"]
        watch.at(turn + 1)
    told = f"{switches} switches between {len(names)} models, of which {MODELS_KEPT} are kept, in {watch.took():.0f} s"
    return Ended(told=told, samples=watch.samples, wrong=wrong)


MODES: dict[str, Callable[[int, str, Path], Ended]] = {
    "frames": long_video,
    "cycles": begun_and_left,
    "switches": switched,
}


class _Watch:
    """Samples of this process, evenly over so many steps."""

    def __init__(self, steps: int) -> None:
        self.begin, self.every, self.samples = time.monotonic(), max(1, steps // SAMPLES), []

    def at(self, step: int) -> None:
        if step % self.every == 0:
            self.samples.append(held(os.getpid(), self.took()))

    def took(self) -> float:
        return time.monotonic() - self.begin


def _draw(frames: int) -> list:
    world = WorldConfig(width=WIDTH, height=HEIGHT, frames=frames, leave_frame=0)
    return [(image, box) for image, box, _ in islice(stream_clip(1, world), frames)]

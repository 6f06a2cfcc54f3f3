"""How the cost of tracking grows: with targets, templates, the size of the search region, the video's resolution.

    python benchmarks/costs.py [--model mini-small] [--threads 1] [--rounds 30] [--out DIR]

Each law has a form that the computation suggests; its factors are fitted to the medians by least squares, and R^2 says
how well it holds. Values are measured in turn, every other round the other way, in one process. Networks of other
search sizes than the model's have random weights, which take the same time. With `--out` the figure is drawn too.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import plotly.graph_objects as go
import torch
from plotly.subplots import make_subplots
from written import source_line, write

from playground.app.benchmark_command import machine_slug
from playground.app.markdown import table_lines
from playground.backends.torch import TorchBackend
from playground.box import Box
from playground.config import CropConfig, TrackerConfig
from playground.crop import crop, normalise
from playground.evaluate.machine import describe_machine
from playground.files import replacing
from playground.hub import load_model, load_tracker_config, resolve
from playground.model import MixFormer
from playground.tracker import Tracker, TrackState
from playground.video.read import read_frames
from playground.video.synthetic import WorldConfig, stream_clip
from playground.video.write import write_video
from playground.visualise.inside.static import to_png
from playground.visualise.looks import COLOURS, axis, layout

WARM = 5
TARGETS, TEMPLATES, GRIDS = (1, 2, 4, 8), (1, 2, 3, 5, 9), (8, 10, 14, 20, 28)
WIDTHS = (320, 640, 1280, 1920)
Work = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """Milliseconds ``ms`` at each of ``at``; ``words`` is the form, a sum of ``terms``."""

    name: str
    words: str
    unit: str
    at: Sequence[float]
    ms: Sequence[float]
    terms: tuple[Callable[[np.ndarray], np.ndarray], ...]

    def factors(self) -> np.ndarray:
        """One factor a term, by least squares."""
        return np.linalg.lstsq(self._columns(np.array(self.at, float)), np.array(self.ms), rcond=None)[0]

    def says(self, at: np.ndarray) -> np.ndarray:
        """Milliseconds by the fitted law."""
        return self._columns(at) @ self.factors()

    def r2(self) -> float:
        """The share of the variance that the law explains."""
        ms = np.array(self.ms)
        left = ms - self.says(np.array(self.at, float))
        return float(1 - (left**2).sum() / ((ms - ms.mean()) ** 2).sum())

    def _columns(self, at: np.ndarray) -> np.ndarray:
        return np.stack([term(at) for term in self.terms], axis=1)


def one(at: np.ndarray) -> np.ndarray:
    return np.ones_like(at)


def same(at: np.ndarray) -> np.ndarray:
    return at


def square(at: np.ndarray) -> np.ndarray:
    return at**2


def fourth(at: np.ndarray) -> np.ndarray:
    return at**4


def medians(works: dict[float, Work], rounds: int) -> list[float]:
    """Median milliseconds of each, run in turn."""
    took: dict[float, list[float]] = {at: [] for at in works}
    for turn in range(WARM + rounds):
        for at in list(works) if turn % 2 else reversed(works):
            begin = time.perf_counter()
            works[at]()
            took[at].append((time.perf_counter() - begin) * 1e3)
    return [float(np.median(values[WARM:])) for values in took.values()]


def targets(tracker: Tracker, images: list[np.ndarray], box: Box, rounds: int) -> tuple[Law, Law]:
    """The tracker's step of several targets in the same frame: one after the other, and in one pass of the network."""
    state, _ = tracker.start(images[0], box)

    def one_by_one(count: int) -> None:
        for _ in range(count):
            tracker.step(state, images[1])

    works: dict[float, Work] = {count: partial(one_by_one, count) for count in TARGETS}
    works |= {-count: partial(tracker.step_all, [state] * count, images[1]) for count in TARGETS}  # in turn with those
    ms = medians(works, rounds)
    singly, together = ms[: len(TARGETS)], ms[len(TARGETS) :]
    words, terms = "a + b n", (one, same)
    return (
        Law(name="targets", words=words, unit="targets", at=TARGETS, ms=singly, terms=terms),
        Law(name="targets in one pass", words=words, unit="targets", at=TARGETS, ms=together, terms=terms),
    )


def templates(tracker: Tracker, images: list[np.ndarray], box: Box, rounds: int) -> Law:
    """A step with several templates remembered: the search tokens attend to more keys."""
    state, _ = tracker.start(images[0], box)
    first = state.templates.stack()[:1]
    kept = {n: replace(state, memory=tracker.backend.encode(np.repeat(first, n, axis=0))) for n in TEMPLATES}
    ms = medians({n: partial(tracker.step, held, images[1]) for n, held in kept.items()}, rounds)
    return Law(name="templates", words="a + b k", unit="templates", at=TEMPLATES, ms=ms, terms=(one, same))


def regions(model: MixFormer, config: TrackerConfig, images: list[np.ndarray], box: Box, rounds: int) -> Law:
    """A step with search regions of other sizes: n patches a side are n^2 tokens, whose attention takes n^4."""
    works: dict[float, Work] = {}
    for grid in GRIDS:
        other = MixFormer(replace(model.config, search_size=grid * model.config.patch))
        tracker = Tracker(TorchBackend(other, "cpu"), config)
        state, _ = tracker.start(images[0], box)
        works[grid * model.config.patch] = partial(tracker.step, state, images[1])
    terms = (one, square, fourth)
    return Law(
        name="search size",
        words="a + b s² + c s⁴",
        unit="pixels",
        at=list(works),
        ms=medians(works, rounds),
        terms=terms,
    )


def resolutions(tracker: Tracker, rounds: int) -> tuple[Law, Law]:
    """Decoding a frame, and cutting the search region from it, for videos of 4:3 with a target of the same share."""
    decode, cut = [], {}
    rules, size = tracker.config.crop, tracker.backend.search_size
    at = [width * width * 3 / 4 / 1e6 for width in WIDTHS]
    with TemporaryDirectory() as folder:
        for width, pixels in zip(WIDTHS, at, strict=True):
            world = WorldConfig(width=width, height=width * 3 // 4, photographs=False)
            clip = list(islice(stream_clip(0, world), 24))
            path = Path(folder) / f"{width}.mp4"
            write_video(path, (image for image, _, _ in clip), 30)
            cut[pixels] = partial(_cut, rules, size, *clip[0][:2])
            decode.append(_decode_ms(path))
    name, words, unit = "resolution", "a + b p", "million pixels"
    terms = (one, same)
    return (
        Law(name=f"{name}: decode", words=words, unit=unit, at=at, ms=decode, terms=terms),
        Law(name=f"{name}: crop", words=words, unit=unit, at=at, ms=medians(cut, 10 * rounds), terms=terms),
    )


def _cut(rules: CropConfig, size: int, image: np.ndarray, box: Box) -> np.ndarray:
    region, _ = crop(image, box, rules.search_factor, size)
    return normalise(region, rules.mean, rules.std)


def _decode_ms(path: Path) -> float:
    took = []
    for _ in range(3):
        with closing(read_frames(path)) as frames:
            while True:
                begin = time.perf_counter()
                if next(frames, None) is None:
                    break
                took.append((time.perf_counter() - begin) * 1e3)
    return float(np.median(took))


def memory_bytes(state: TrackState) -> int:
    """The network's memory of a target's templates; a pass for several holds it once more, beside the others'."""
    return sum(part.numel() * part.element_size() for known in state.memory.blocks for part in known)


def bytes_of(state: TrackState) -> int:
    """What a further target takes at most: the network's memory of its templates, the templates, and the candidate for
    the next one, a picture of its own."""
    return memory_bytes(state) + state.templates.stack().nbytes + state.templates.candidate.nbytes


def figure(laws: Sequence[Law]) -> go.Figure:
    """Medians as points and the fitted law as a line, a panel a law."""
    made = make_subplots(rows=2, cols=3, subplot_titles=[law.name for law in laws], vertical_spacing=0.2)
    for number, law in enumerate(laws):
        row, col = divmod(number, 3)
        line = np.linspace(min(law.at), max(law.at), 50)
        made.add_scatter(x=line, y=law.says(line), mode="lines", line_color=COLOURS[0], row=row + 1, col=col + 1)
        made.add_scatter(x=law.at, y=law.ms, mode="markers", marker_color=COLOURS[1], row=row + 1, col=col + 1)
        made.update_xaxes(axis(law.unit), row=row + 1, col=col + 1)
        made.update_yaxes(axis("ms", rangemode="tozero"), row=row + 1, col=col + 1)
    return made.update_layout(layout(560, showlegend=False, margin={"l": 56, "r": 16, "t": 32, "b": 48}))


def report(laws: Sequence[Law], state: TrackState) -> str:
    """The laws as a table, and the memory of a target."""
    rows = [
        [
            law.name,
            ", ".join(f"{at:.3g}" for at in law.at) + f" {law.unit}",
            ", ".join(f"{ms:.3g}" for ms in law.ms),
            law.words,
            ", ".join(f"{factor:.3g}" for factor in law.factors()),
            f"{law.r2():.3f}",
        ]
        for law in laws
    ]
    table = table_lines(["cost of", "at", "ms", "law", "factors", "R²"], rows, text=5)
    singly, together = (next(law for law in laws if law.name == name) for name in ("targets", "targets in one pass"))
    saved = ", ".join(
        f"{1 - b / a:.0%} for {at}" for at, a, b in zip(singly.at, singly.ms, together.ms, strict=True) if at > 1
    )
    took = (
        f"{bytes_of(state) / 2**20:.2f} MiB; a pass for several holds {memory_bytes(state) / 2**20:.2f} of it once more"
    )
    return "\n".join([*table, "", f"One pass saves {saved} targets.", f"A further target takes {took}."])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mini-small")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--out", type=Path, help="folder for a page and a figure, named by date and machine")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    cv2.setNumThreads(asked.threads)
    source = resolve(asked.model)
    model, config = load_model(source).eval(), load_tracker_config(source)
    tracker = Tracker(TorchBackend(model, "cpu"), config)
    clip = list(islice(stream_clip(0, WorldConfig(width=640, height=480, photographs=False)), 2))
    images, box = [image for image, _, _ in clip], clip[0][1]
    laws = [
        *targets(tracker, images, box, asked.rounds),
        templates(tracker, images, box, asked.rounds),
        regions(model, config, images, box, asked.rounds),
        *resolutions(tracker, asked.rounds),
    ]
    text = report(laws, tracker.start(images[0], box)[0])
    facts = f"{asked.model}, {asked.threads} thread{'s' * (asked.threads > 1)}, rounds: {asked.rounds}"
    text += f"\n\n{source_line('cpu', facts)}"
    print(text)
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        stem = f"{date.today()}-{machine_slug(describe_machine('cpu'))}-costs"
        with replacing(asked.out / f"{stem}.png") as path:
            path.write_bytes(to_png(figure(laws)))
        page = f"![Medians and fitted laws]({stem}.png)\n\n{text}"
        write(asked.out / f"{stem}.md", f"How the cost grows: {asked.model}", page)


if __name__ == "__main__":
    main()

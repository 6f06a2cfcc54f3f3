"""One frame inside the chosen model, and the figures of it: which there are, and what each can be asked."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from playground.app.demo.chosen import Chosen
from playground.app.demo.clip import Clip
from playground.app.demo.job import LOADING_S
from playground.app.demo.toggle import GPU, get_tracker
from playground.app.demo.zero_gpu import on_gpu
from playground.backends.torch import TorchBackend
from playground.box import Box
from playground.model import MixFormer
from playground.tracker import Tracker
from playground.visualise.inside import (
    Inside,
    attention_figure,
    budget_figure,
    cut_step,
    edges_figure,
    fade_through,
    fading_figure,
    layers_figure,
    look_inside,
    mask_figure,
    measure_costs,
    patch_figure,
    replay,
    talk_figure,
    timeline_figure,
)
from playground.visualise.inside.crops import Crops

MOST_AHEAD = 60  # frames that are tracked before the one that is looked at
MOST_REPLAYED = 200
FRAMES_KEPT = 4  # looked at last, all visitors together: an attention map of a large model has a hundred megabytes
COSTS_REPEATS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a visitor asks of a figure; each figure takes its part. Layers count from 0.

    ``head`` is a number, ``mean``, ``max`` or ``rollout``; ``blocks`` fade, as far as ``step`` of 20; ``force`` and
    ``veto`` are frames at which an online template is taken or not.
    """

    layer: int = 0
    head: int | str = "mean"
    temperature: float = 1.0
    row: int = 0
    column: int = 0
    blocks: tuple[int, ...] = ()
    step: int = 10
    force: tuple[int, ...] = ()
    veto: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """A frame to look at: ``number``, after ``box`` was followed to it from frame ``start``. ``end`` is the last frame
    of what is replayed."""

    clip: Clip = field(compare=False)  # its path stands for it
    end: int = field(compare=False)
    path: Path
    box: Box
    start: int
    number: int
    model: str
    device: str


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A figure: its ``label``, the fields of `Asked` that it takes, and how it is drawn."""

    label: str
    takes: tuple[str, ...]
    draw: Callable[[Sight, Asked], go.Figure]


def sight(chosen: Chosen, number: int) -> Sight:
    """Frame ``number`` of what was chosen, first box. Raises ``ValueError`` naming ``frame``."""
    last = min(chosen.clip.frames - 1, chosen.start + MOST_AHEAD)
    if not chosen.start < number <= last:
        raise ValueError(f"frame: choose one from {chosen.start + 1} to {last}, after the start; got {number}.")
    return Sight(
        clip=chosen.clip, end=chosen.end, path=chosen.clip.path, box=chosen.boxes[0], start=chosen.start, number=number,
        model=chosen.model, device=chosen.device,
    )  # fmt: skip


def draw(view: str, chosen: Chosen, number: int, asked: Asked) -> go.Figure:
    """The figure called ``view`` in `VIEWS`. Raises ``ValueError`` naming what is wrong."""
    if view not in VIEWS:
        raise ValueError(f"view: must be one of {', '.join(VIEWS)}; got {view!r}.")
    place = sight(chosen, number)
    return (_draw_on_gpu if chosen.device == GPU else _draw)(view, place, asked)


def _draw(view: str, place: Sight, asked: Asked) -> go.Figure:
    return VIEWS[view].draw(place, asked)


_draw_on_gpu = on_gpu(lambda view, place, asked: 2 * LOADING_S)(_draw)


@lru_cache(maxsize=FRAMES_KEPT)
def capture(place: Sight) -> tuple[Inside, Crops]:
    """What the model did on the frame, and what it was shown."""
    tracker, crops = _tracker(place), None
    with closing(place.clip.read(place.start)) as frames:
        first = next(frames)
        state, _ = tracker.start(first.image, place.box, time_s=first.time_s)
        for frame in frames:
            if frame.index >= place.number:
                crops = cut_step(tracker, state, frame.image)
                break
            state, _ = tracker.step(state, frame.image, time_s=frame.time_s)
    if crops is None:
        raise ValueError(f"frame: {place.number} cannot be decoded; choose another one.")
    return look_inside(_network(tracker), crops), crops


def _tracker(place: Sight) -> Tracker:
    return get_tracker(place.model, place.device)


def _network(tracker: Tracker) -> MixFormer:
    assert isinstance(tracker.backend, TorchBackend)
    return tracker.backend.model


def _of(figure: Callable[..., go.Figure], *takes: str) -> Callable[[Sight, Asked], go.Figure]:
    return lambda place, asked: figure(capture(place)[0], **{name: getattr(asked, name) for name in takes})


def _mask(place: Sight, asked: Asked) -> go.Figure:
    inside, crops = capture(place)
    costs = measure_costs(_network(_tracker(place)), crops, COSTS_REPEATS)
    return mask_figure(inside.config, costs, templates=len(crops.templates))


def _fading(place: Sight, asked: Asked) -> go.Figure:
    return fading_figure(_faded(place, asked.blocks), step=asked.step)


@lru_cache(maxsize=1)
def _faded(place: Sight, blocks: Sequence[int]) -> Any:
    return fade_through(_network(_tracker(place)), capture(place)[1], blocks)


def _timeline(place: Sight, asked: Asked) -> go.Figure:
    tracker, count = _tracker(place), min(place.end - place.start + 1, MOST_REPLAYED)
    with closing(place.clip.read(place.start)) as frames:
        moments = replay(tracker, islice(frames, count), place.box, force=asked.force, veto=asked.veto)
    return timeline_figure(moments, lost_score=tracker.config.lost_score)


def _view(label: str, figure: Callable[..., go.Figure], *takes: str) -> View:
    return View(label=label, takes=takes, draw=_of(figure, *takes))


VIEWS: dict[str, View] = {
    "attention": _view("Where the prediction tokens look", attention_figure, "layer", "head"),
    "edges": _view("Where each edge may lie", edges_figure, "temperature"),
    "layers": _view("The box after every layer", layers_figure),
    "budget": _view("Attention to templates, search region, tokens", budget_figure, "head"),
    "talk": _view("Tokens among themselves", talk_figure, "layer", "head"),
    "patch": _view("Who looked at one patch", patch_figure, "row", "column", "head"),
    "mask": View(label="Who may look at whom, and what it saves", takes=(), draw=_mask),
    "fading": View(label="Blocks fading away", takes=("blocks", "step"), draw=_fading),
    "timeline": View(label="Online templates over the clip", takes=("force", "veto"), draw=_timeline),
}

"""One frame inside the chosen model, and the figures of it: which there are, and what each can be asked."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import plotly.graph_objects as go

from playground.app.demo.chosen import Chosen
from playground.app.demo.job import LOADING_S
from playground.app.demo.sight import Sight, capture, capture_pair, network, sight, tracker_of
from playground.app.demo.toggle import GPU
from playground.app.demo.zero_gpu import on_gpu
from playground.visualise.inside import (
    Inside,
    attention_figure,
    budget_figure,
    corners_figure,
    difference_figure,
    edges_figure,
    fade_through,
    fading_figure,
    layers_figure,
    mask_figure,
    patch_figure,
    replay,
    similarity_figure,
    talk_figure,
    timeline_figure,
)

MOST_REPLAYED = 200
COSTS_REPEATS = 5
EDGES, CORNERS = "edges", "corners"  # the two kinds of box heads


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a visitor asks of a figure; each figure takes its part. Layers count from 0.

    ``head`` is a number, ``mean``, ``max`` or ``rollout``; ``blocks`` fade, as far as ``step`` of 20; ``force`` and
    ``veto`` are frames at which an online template is taken or not; ``mass`` of the attention is shown, the rest left
    out; ``other`` is the model that is laid beside the chosen one.
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
    mass: float = 1.0
    other: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A figure: its ``label``, the fields of `Asked` that it takes, how it is drawn, and of which box ``heads``."""

    label: str
    takes: tuple[str, ...]
    draw: Callable[[Sight, Asked], go.Figure]
    heads: tuple[str, ...] = (EDGES, CORNERS)


def views_of(head: str) -> list[str]:
    """The names of the views that a model with this box head can be drawn in."""
    return [name for name, view in VIEWS.items() if head in view.heads]


def draw(view: str, chosen: Chosen, number: int, asked: Asked) -> go.Figure:
    """The figure called ``view`` in `VIEWS`. Raises ``ValueError`` naming what is wrong."""
    if view not in VIEWS:
        raise ValueError(f"view: must be one of {', '.join(VIEWS)}; got {view!r}.")
    place = sight(chosen, number)
    return (_draw_on_gpu if chosen.device == GPU else _draw)(view, place, asked)


def _draw(view: str, place: Sight, asked: Asked) -> go.Figure:
    return VIEWS[view].draw(place, asked)


_draw_on_gpu = on_gpu(lambda view, place, asked: 2 * LOADING_S)(_draw)


def _of(figure: Callable[..., go.Figure], *takes: str) -> Callable[[Sight, Asked], go.Figure]:
    return lambda place, asked: figure(capture(place)[0], **{name: getattr(asked, name) for name in takes})


def _mask(place: Sight, asked: Asked) -> go.Figure:
    from playground.visualise.inside import measure_costs

    inside, crops = capture(place)
    costs = measure_costs(network(tracker_of(place)), crops, COSTS_REPEATS)
    return mask_figure(inside.config, costs, templates=len(crops.templates))


def _fading(place: Sight, asked: Asked) -> go.Figure:
    return fading_figure(_faded(place, asked.blocks), step=asked.step)


@lru_cache(maxsize=1)
def _faded(place: Sight, blocks: Sequence[int]) -> Any:
    return fade_through(network(tracker_of(place)), capture(place)[1], blocks)


def _timeline(place: Sight, asked: Asked) -> go.Figure:
    tracker, count = tracker_of(place), min(place.end - place.start + 1, MOST_REPLAYED)
    with closing(place.clip.read(place.start)) as frames:
        moments = replay(tracker, islice(frames, count), place.box, force=asked.force, veto=asked.veto)
    return timeline_figure(moments, lost_score=tracker.config.lost_score)


def _pair(place: Sight, asked: Asked) -> tuple[Inside, Inside]:
    """Teacher and student: the one with a corner head is the teacher, else the deeper one."""
    own, other = capture_pair(place, asked.other)
    return (own, other) if _teaches(own) >= _teaches(other) else (other, own)


def _teaches(inside: Inside) -> tuple[bool, int]:
    return inside.config.head == CORNERS, inside.config.depth


def _corners(place: Sight, asked: Asked) -> go.Figure:
    return corners_figure(*_pair(place, asked)) if asked.other else corners_figure(capture(place)[0])


def _difference(place: Sight, asked: Asked) -> go.Figure:
    teacher, student = _pair(place, asked)
    return difference_figure(teacher, student, head=str(asked.head))


def _similarity(place: Sight, asked: Asked) -> go.Figure:
    teacher, student = _pair(place, asked)
    return similarity_figure([student], [teacher])


def _view(label: str, figure: Callable[..., go.Figure], *takes: str, heads: tuple[str, ...] = (EDGES, CORNERS)) -> View:
    return View(label=label, takes=takes, draw=_of(figure, *takes), heads=heads)


TOKENS = (EDGES,)  # only these models have prediction tokens
VIEWS: dict[str, View] = {
    "attention": _view("Where the prediction tokens look", attention_figure, "layer", "head", "mass", heads=TOKENS),
    "edges": _view("Where each edge may lie", edges_figure, "temperature"),
    "layers": _view("The box after every layer", layers_figure),
    "budget": _view("Attention to templates, search region, tokens", budget_figure, "head", heads=TOKENS),
    "talk": _view("Tokens among themselves", talk_figure, "layer", "head", heads=TOKENS),
    "patch": _view("Who looked at one patch", patch_figure, "row", "column", "head", heads=TOKENS),
    "mask": View(label="Who may look at whom, and what it saves", takes=(), draw=_mask),
    "fading": View(label="Blocks fading away", takes=("blocks", "step"), draw=_fading),
    "timeline": View(label="Online templates over the clip", takes=("force", "veto"), draw=_timeline),
    "corners": View(label="Corner maps of a dense teacher", takes=("other",), draw=_corners),
    "difference": View(label="Where teacher and student look", takes=("other", "head"), draw=_difference),
    "similarity": View(label="Which layers of two models are alike", takes=("other",), draw=_similarity),
}

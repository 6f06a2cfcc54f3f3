"""Live views of what one network does: each takes frames seen by it (`look_inside`), one or several."""

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from playground.settings import require
from playground.visualise.inside import (
    Inside,
    attention_figure,
    budget_figure,
    edges_figure,
    layers_figure,
    patch_figure,
    talk_figure,
)
from playground.visualise.inside.rows import JOINS, Head
from playground.visualise.live.view import Control, Live, choice, in_its_place, numbers, pick, steps

Frames = Inside | Sequence[Inside]
MASSES = tuple(i / 10 for i in range(1, 11))
TEMPERATURES = (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4)


@in_its_place
def attention_view(shown: Frames, *, layer: int | None = None, head: Head = "mean", mass: float = 1.0) -> Live:
    """`attention_figure` with sliders for layer and share of the mass, and a list of heads; the last layer if None."""
    first = pick(as_frames(shown), 0)
    return _view(
        "attention",
        shown,
        attention_figure,
        layer=_layer(first, layer),
        head=_heads(first, head),
        mass=steps("share shown", MASSES, mass, ".0%"),
    )


@in_its_place
def edges_view(shown: Frames, *, layer: int | None = None, temperature: float = 1.0) -> Live:
    """`edges_figure` with sliders for the layer after which the edges are read off and for the temperature."""
    read: dict[str, int | None] = {str(i): i for i in range(pick(as_frames(shown), 0).config.depth)}
    after = Control(title="read after layer", values=read | {"answer": None}, start=layer)
    return _view("edges", shown, edges_figure, layer=after, temperature=steps("temperature", TEMPERATURES, temperature))


@in_its_place
def layers_view(shown: Frames) -> Live:
    """`layers_figure`, with a slider over the frames where there are several."""
    return _view("layers", shown, layers_figure)


@in_its_place
def talk_view(shown: Frames, *, layer: int | None = None, head: Head = "mean") -> Live:
    """`talk_figure` with a slider for the layer and a list of heads; the last layer if None."""
    first = pick(as_frames(shown), 0)
    return _view("talk", shown, talk_figure, layer=_layer(first, layer), head=_heads(first, head))


@in_its_place
def patch_view(shown: Frames, *, row: int | None = None, column: int | None = None, head: Head = "mean") -> Live:
    """`patch_figure` with sliders for row and column of the patch, which is in the middle if None. A click on the
    picture moves them."""
    first = pick(as_frames(shown), 0)
    side = first.config.search_grid
    return _view(
        "patch",
        shown,
        patch_figure,
        row=numbers("row", side, side // 2 if row is None else row),
        column=numbers("column", side, side // 2 if column is None else column),
        head=_heads(first, head),
    )


@in_its_place
def budget_view(shown: Frames, *, head: Head = "mean", opens: Live | None = None) -> Live:
    """`budget_figure` with a list of heads. A click on a bar takes ``opens``, such as an `attention_view`, to its
    layer."""
    return _view("budget", shown, budget_figure, opens, head=_heads(pick(as_frames(shown), 0), head))


def as_frames(shown: Frames) -> Sequence[Inside]:
    """One frame as a sequence of it. Raises ``ValueError`` naming ``frames`` for what is neither."""
    require(
        isinstance(shown, Inside | Sequence),
        f"frames: give what look_inside gave, one or several of them; got {shown!r}.",
    )
    return [shown] if isinstance(shown, Inside) else shown


def _view(
    name: str, shown: Frames, figure: Callable[..., go.Figure], opens: Live | None = None, **controls: Control
) -> Live:
    """A view that draws ``figure`` of one of the frames, chosen by the last slider."""
    frames = as_frames(shown)

    def draw(frame: int, **chosen: Any) -> go.Figure:
        return figure(pick(frames, frame), **chosen)

    return Live(name=name, draw=draw, controls=controls | {"frame": numbers("frame", len(frames))}, opens=opens)


def _layer(inside: Inside, layer: int | None) -> Control:
    depth = inside.config.depth
    return numbers("layer", depth, depth - 1 if layer is None else layer)


def _heads(inside: Inside, head: Head) -> Control:
    return choice("head", [*JOINS, *range(inside.config.heads)], head)

"""Live views in which something is changed and the network runs again: layers fade, templates are forced or refused."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache

import plotly.graph_objects as go

from playground.box import Box
from playground.events import TrackEvent
from playground.model import MixFormer
from playground.tracker import Tracker
from playground.video.read import Frame
from playground.visualise.inside import (
    Crops,
    fade_through,
    fading_figure,
    mask_figure,
    measure_costs,
    replay,
    study_figure,
    study_layers,
    timeline_figure,
)
from playground.visualise.inside.compare import agreement
from playground.visualise.inside.fading import RATES
from playground.visualise.inside.given import as_several
from playground.visualise.inside.study import paper_choice
from playground.visualise.live.view import Control, Live, choice, in_its_place, steps

MOST_BUTTONS = 24  # frames offered to force a template on


@in_its_place
def removal_view(
    model: MixFormer, crops: Crops, *, blocks: Collection[int] | None = None, rates: Sequence[float] = RATES
) -> Live:
    """`fading_figure` with a slider for how much of the ``blocks`` is removed, and a button for each layer.

    At first the blocks are those that the paper would take for a third of the layers, at least one, and the slider
    is half way, where they fade. A change of blocks runs the ``model`` once a rate; the slider then runs nothing.
    """
    depth = model.config.depth
    first = paper_choice(depth, max(depth // 3, 1)) if blocks is None else as_several("blocks", blocks)

    @lru_cache(maxsize=1)  # what is kept of the large models is large
    def faded(chosen: tuple[int, ...]) -> list[go.Figure]:
        fading = fade_through(model, crops, chosen, rates)
        return [fading_figure(fading, step=step) for step in range(len(rates))]

    def draw(step: int, blocks: tuple[int, ...]) -> go.Figure:
        if not 0 <= step < len(rates):
            raise ValueError(f"step: choose from 0..{len(rates) - 1}; got {step}.")
        return faded(tuple(blocks))[step]

    removed = {f"{1 - rate:.2f}": step for step, rate in enumerate(rates)}
    controls = {
        "step": Control(title="removed", values=removed, start=len(rates) // 2),
        "blocks": choice("layers", range(depth), first, "several"),
    }
    return Live(name="removal", draw=draw, controls=controls)


@in_its_place
def timeline_view(
    tracker: Tracker,
    frames: Sequence[Frame],
    box: Box,
    *,
    beside: Sequence[TrackEvent] | None = None,
    against: str = "the teacher",
    opens: Live | None = None,
) -> Live:
    """`timeline_figure` of a track from ``box`` (pixels of the first frame), with buttons to force and veto templates.

    Some frames, evenly spread, are offered to force a template on, and those on which the tracker may take one by
    itself, to refuse it. Every change tracks the clip anew. ``beside``: the track of another, whose name is
    ``against``, of the same frames; the IoU with its boxes is drawn too. A click takes ``opens``, such as a
    `swipe_view` of the same frames, to the frame.
    """
    interval = tracker.config.update.interval

    @lru_cache(maxsize=8)
    def tracked(force: tuple[int, ...], veto: tuple[int, ...]) -> go.Figure:
        moments = replay(tracker, frames, box, force=force, veto=veto)
        overlap = None if beside is None else agreement([moment.event for moment in moments], beside)
        return timeline_figure(moments, lost_score=tracker.config.lost_score, overlap=overlap, against=against)

    def draw(force: tuple[int, ...], veto: tuple[int, ...]) -> go.Figure:
        return tracked(tuple(force), tuple(veto))

    later = [frame.index for frame in frames[1:]]
    taken = [frame.index for place, frame in enumerate(frames) if place and place % interval == 0]
    controls = {
        "force": choice("force at", later[:: -(-len(later) // MOST_BUTTONS) or 1], (), "several"),
        "veto": choice("veto at", taken, (), "several"),
    }
    return Live(name="timeline", draw=draw, controls=controls, opens=opens)


@in_its_place
def study_view(model: MixFormer, clip: Sequence[Crops], *, remove: int | None = None) -> Live:
    """`study_figure` with a slider for how many layers are to go, at first half of them; ``clip`` with true boxes."""
    depth = model.config.depth

    @lru_cache
    def draw(remove: int) -> go.Figure:
        return study_figure(study_layers(model, clip, remove))

    start = max(depth // 2, 1) if remove is None else remove
    return Live(name="study", draw=draw, controls={"remove": steps("layers to remove", range(1, depth), start)})


@in_its_place
def mask_view(model: MixFormer, crops: Crops, *, most: int = 4) -> Live:
    """`mask_figure` with a slider for the number of templates, 1 to ``most``; each is measured when it is chosen."""

    def draw(templates: int) -> go.Figure:
        shown = replace(crops, templates=crops.templates[[i % len(crops.templates) for i in range(templates)]])
        return mask_figure(model.config, measure_costs(model, shown), templates=templates)

    counts = steps("templates", range(1, most + 1), len(crops.templates))
    return Live(name="mask", draw=draw, controls={"templates": counts})

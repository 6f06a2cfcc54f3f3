"""Live views of a teacher beside its student, over frames or a clip that both have seen."""

from collections.abc import Collection, Sequence

import numpy as np
import plotly.graph_objects as go

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.inside import corners_figure, difference_figure, similarity_figure, swipe_figure
from playground.visualise.inside.rows import JOINS
from playground.visualise.live.token_views import Frames, as_frames
from playground.visualise.live.view import Control, Live, choice, in_its_place, numbers, pick, steps

SEAMS = tuple(i / 20 for i in range(21))


@in_its_place
def corners_view(teacher: Frames, student: Frames) -> Live:
    """`corners_figure`, with a slider over the frames where there are several."""
    dense, sparse = as_frames(teacher), as_frames(student)

    def draw(frame: int) -> go.Figure:
        return corners_figure(pick(dense, frame), pick(sparse, frame))

    return Live(name="corners", draw=draw, controls={"frame": numbers("frame", len(dense))})


@in_its_place
def difference_view(teacher: Frames, student: Frames, *, head: str = "mean") -> Live:
    """`difference_figure` with a slider for the layer of each, and a list of ways to join the heads."""
    theirs, ours = as_frames(teacher), as_frames(student)
    depths = [pick(side, 0).config.depth for side in (theirs, ours)]

    def draw(frame: int, theirs_layer: int, ours_layer: int, head: str) -> go.Figure:
        layers = (theirs_layer, ours_layer)
        return difference_figure(pick(theirs, frame), pick(ours, frame), layers=layers, head=head)

    controls = {
        "theirs_layer": numbers("teacher's layer", depths[0], depths[0] - 1),
        "ours_layer": numbers("student's layer", depths[1], depths[1] - 1),
        "head": choice("head", JOINS, head),
        "frame": numbers("frame", len(theirs)),
    }
    return Live(name="difference", draw=draw, controls=controls)


@in_its_place
def swipe_view(
    frames: Sequence[np.ndarray],
    teacher: Sequence[TrackEvent],
    student: Sequence[TrackEvent],
    *,
    names: tuple[str, str] = ("teacher", "student"),
    truth: Sequence[Box] | None = None,
    start: int = 0,
    least: float = 0.5,
) -> Live:
    """`swipe_figure` of a clip's ``frames`` (RGB uint8) with sliders for the frame and for the seam."""

    def draw(place: int, seam: float) -> go.Figure:
        return swipe_figure(frames, teacher, student, place=place, seam=seam, names=names, truth=truth, least=least)

    shown = {str(event.index): i for i, event in enumerate(teacher)}
    controls = {
        "place": Control(title="frame", values=shown, start=start),
        "seam": steps(f"{names[0]} | {names[1]}", SEAMS, 0.5, ".0%"),
    }
    return Live(name="swipe", draw=draw, controls=controls)


@in_its_place
def similarity_view(student: Frames, teacher: Frames, *, pairs: Collection[tuple[int, int]] = ()) -> Live:
    """`similarity_figure` over all frames, or over one of them."""
    ours, theirs = as_frames(student), as_frames(teacher)

    def draw(frame: int | None) -> go.Figure:
        if frame is None:
            return similarity_figure(ours, theirs, pairs=pairs)
        return similarity_figure([pick(ours, frame)], [pick(theirs, frame)], pairs=pairs)

    single: dict[str, int | None] = {str(i): i for i in range(len(ours))} if len(ours) > 1 else {}
    frame = Control(title="frames", values={"all": None} | single, start=None)
    return Live(name="similarity", draw=draw, controls={"frame": frame})

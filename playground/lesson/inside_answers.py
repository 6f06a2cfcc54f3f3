"""Who judges the exercises on one frame inside a network, on a layer study, and on a view of one's own."""

from typing import Any

from playground.visualise.inside import Inside, LayerStudy, edges_figure
from playground.visualise.inside.crops import overlap
from playground.visualise.live import Live

ENOUGH = 0.5  # IoU
WARMTHS = [0.5, 1, 2]


def first_box(answer: Any, inside: Inside) -> str:
    """The first layer after which the box read off overlaps the final answer by an IoU of `ENOUGH`."""
    reached = [overlap(box.tolist(), inside.box) for box in inside.boxes]
    if wrong := _no_layer(answer, len(reached)):
        return wrong
    if reached[answer] < ENOUGH:
        return f"After layer {answer} the IoU with the final answer is {reached[answer]:.2f}, which is below {ENOUGH}."
    if max(reached[:answer], default=0.0) >= ENOUGH:
        return f"After layer {answer} the IoU is {reached[answer]:.2f}, but an earlier layer reaches {ENOUGH} too."
    return ""


def cheapest_layer(answer: Any, study: LayerStudy) -> str:
    """The layer without which the IoU stays highest."""
    if wrong := _no_layer(answer, len(study.without)):
        return wrong
    found, most = study.without[answer], max(study.without)
    return "" if found >= most else f"Without layer {answer} the IoU is {found:.2f}; without another it is {most:.2f}."


def warm_view(answer: Any, inside: Inside) -> str:
    """A view with a slider for the temperature that draws the edges of ``inside``."""
    if not isinstance(answer, Live):
        return (
            f"Make a `live.Live` with a name, a function that draws, and controls; yours is a {type(answer).__name__}."
        )
    if list(answer.controls) != ["temperature"]:
        return f"It needs one control, `temperature`; yours has {', '.join(answer.controls) or 'none'}."
    offered = list(answer.controls["temperature"].values.values())
    if offered != WARMTHS:
        return f"The slider should offer 0.5, 1 and 2; yours offers {', '.join(map(str, offered))}."
    for warmth in offered:
        if answer.figure(temperature=warmth).to_json() != edges_figure(inside, temperature=warmth).to_json():
            return f"At {warmth} it draws something else than `edges_figure(middle, temperature={warmth})`."
    return ""


def _no_layer(answer: Any, depth: int) -> str:
    if isinstance(answer, int) and 0 <= answer < depth:
        return ""
    return f"Give the number of a layer, counted from 0, so one of 0..{depth - 1}; yours is {answer!r}."

"""The controls of a live view as ipywidgets, and the canvas under them that follows."""

import json
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import plotly.graph_objects as go

from playground.visualise.live.ahead import Moved, look_ahead
from playground.visualise.live.canvas import Canvas, canvas
from playground.visualise.live.view import Control, Live, in_a_sentence


def panel(live: Live, first: go.Figure | str) -> widgets.VBox:
    """Controls above, below them a canvas that shows ``first`` (`in_a_sentence`) until one of them is moved.

    What they say is kept in ``live.chosen``, and they go where `Live.choose` moves them. A control with a single value
    is left out.
    """
    drawn = canvas(_shown(first))
    drawn.clicked.observe(lambda change: live.clicked(json.loads(change["new"])["point"]), names="value")
    ahead = look_ahead(live, drawn, _text)
    moves: dict[str, Callable[[Any], None]] = {}
    controls = {
        name: _control(control, name, live, drawn, ahead, moves)
        for name, control in live.controls.items()
        if len(control.values) > 1
    }
    live.watchers.append(lambda name, value: moves[name](value) if name in moves else None)
    for name, control in controls.items():
        if isinstance(control, widgets.SelectionSlider):
            ahead(name, control)
            break
    row = widgets.Box(
        list(controls.values()), layout={"flex_flow": "row wrap", "align_items": "center", "grid_gap": "2px 20px"}
    )
    return widgets.VBox([row, drawn] if controls else [drawn])


def _shown(figure: go.Figure | str) -> str:
    """A figure, or the sentence in its place, as the canvas wants it."""
    return json.dumps({"message": figure}) if isinstance(figure, str) else figure.to_json()


def _text(live: Live, **values: Any) -> str:
    return _shown(in_a_sentence(live, **values))


def _control(
    control: Control, name: str, live: Live, drawn: Canvas, ahead: Moved, moves: dict[str, Callable[[Any], None]]
) -> widgets.Widget:
    """The widget of a control; how to move it is put into ``moves``."""

    def changed(value: Any) -> None:
        live.chosen[name] = value
        ahead(name, made if control.kind == "slider" else None)
        drawn.shown.value = _text(live)

    if control.kind == "several":
        made, moves[name] = _several(control, live.chosen[name], changed)
        return made
    values = list(control.values.values())
    # By number: a widget takes None for "nothing chosen", but it may be a value here.
    shown = {
        "options": [(words, i) for i, words in enumerate(control.values)],
        "value": values.index(live.chosen[name]) if live.chosen[name] in values else 0,
        "description": control.title,
        "style": {"description_width": "initial"},
    }
    made = widgets.SelectionSlider(**shown) if control.kind == "slider" else widgets.Dropdown(**shown)
    made.layout.width = "300px" if control.kind == "slider" else "max-content"
    made.observe(lambda change: changed(values[change["new"]]), names="value")
    moves[name] = lambda value: made.set_trait("value", values.index(value))
    return made


def _several(
    control: Control, chosen: tuple[Any, ...], changed: Callable[[tuple[Any, ...]], None]
) -> tuple[widgets.Box, Callable[[tuple[Any, ...]], None]]:
    """A small button for each value, pressed or not, in as many lines as they need; and how to press others."""
    narrow = {"width": "auto", "margin": "1px"}
    buttons = [
        widgets.ToggleButton(value=value in chosen, description=words, layout=narrow)
        for words, value in control.values.items()
    ]

    def pressed(_: Any) -> None:
        pairs = zip(buttons, control.values.values(), strict=True)
        changed(tuple(value for button, value in pairs if button.value))

    for button in buttons:
        button.observe(pressed, names="value")
    row = widgets.Box([widgets.Label(control.title), *buttons])
    row.layout.flex_flow = "row wrap"

    def press(wanted: tuple[Any, ...]) -> None:
        for button, value in zip(buttons, control.values.values(), strict=True):
            button.value = value in wanted

    return row, press

"""The controls of a live view as ipywidgets, and the canvas under them that follows."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import ipywidgets as widgets
import plotly.graph_objects as go

from playground.visualise.live.ahead import look_ahead
from playground.visualise.live.canvas import canvas
from playground.visualise.live.view import Control, Live, in_a_sentence


def panel(live: Live, first: go.Figure | str) -> widgets.VBox:
    """Controls above, below them a canvas that shows ``first`` (`in_a_sentence`) until one of them is moved.

    What they say is kept in ``live.chosen``, and they go where `Live.choose` moves them. A control with a single value
    is left out.
    """
    drawn = canvas(_shown(first))
    ahead = look_ahead(live, drawn, _text)
    placing = False  # while several controls are moved together, which is one change to draw

    def moved(name: str, value: Any) -> None:
        if placing:
            return
        live.chosen[name] = value
        made = controls[name]
        ahead(name, made.widget if isinstance(made.widget, widgets.SelectionSlider) else None)
        drawn.shown.value = _text(live)

    def follow() -> None:
        nonlocal placing
        ahead("", None)  # before sliders move: what was drawn ahead for them is about the old values of the others
        placing = True
        try:
            for name, made in controls.items():
                made.place(live.chosen[name])
        finally:
            placing = False
        drawn.shown.value = _text(live)
        look()

    def look() -> None:
        for name, made in controls.items():
            if isinstance(made.widget, widgets.SelectionSlider):
                return ahead(name, made.widget)

    controls = {
        name: _control(control, live.chosen[name], partial(moved, name))
        for name, control in live.controls.items()
        if len(control.values) > 1
    }
    live.watchers.append(follow)
    drawn.clicked.observe(lambda change: live.clicked(json.loads(change["new"])["point"]), names="value")
    look()
    row = widgets.Box(
        [made.widget for made in controls.values()],
        layout={"flex_flow": "row wrap", "align_items": "center", "grid_gap": "2px 20px"},
    )
    return widgets.VBox([row, drawn] if controls else [drawn])


class _Made(NamedTuple):
    """The widget of a control, and a function that moves it to a value."""

    widget: widgets.Widget
    place: Callable[[Any], None]


def _shown(figure: go.Figure | str) -> str:
    """A figure, or the sentence in its place, as the canvas wants it."""
    return json.dumps({"message": figure}) if isinstance(figure, str) else figure.to_json()


def _text(live: Live, **values: Any) -> str:
    return _shown(in_a_sentence(live, **values))


def _control(control: Control, chosen: Any, moved: Callable[[Any], None]) -> _Made:
    """``moved`` is called with what the control says when that changes."""
    if control.kind == "several":
        return _several(control, chosen, moved)
    values = list(control.values.values())
    # By number: a widget takes None for "nothing chosen", but it may be a value here.
    shown = {
        "options": [(words, i) for i, words in enumerate(control.values)],
        "value": values.index(chosen) if chosen in values else 0,
        "description": control.title,
        "style": {"description_width": "initial"},
    }
    made = widgets.SelectionSlider(**shown) if control.kind == "slider" else widgets.Dropdown(**shown)
    made.layout.width = "300px" if control.kind == "slider" else "max-content"
    made.observe(lambda change: moved(values[change["new"]]), names="value")
    return _Made(made, lambda value: made.set_trait("value", values.index(value) if value in values else 0))


def _several(control: Control, chosen: tuple[Any, ...], moved: Callable[[Any], None]) -> _Made:
    """A small button for each value, pressed or not, in as many lines as they need."""
    narrow = {"width": "auto", "margin": "1px"}
    buttons = [
        widgets.ToggleButton(value=value in chosen, description=words, layout=narrow)
        for words, value in control.values.items()
    ]

    def pressed(_: Any) -> None:
        pairs = zip(buttons, control.values.values(), strict=True)
        moved(tuple(value for button, value in pairs if button.value))

    for button in buttons:
        button.observe(pressed, names="value")
    row = widgets.Box([widgets.Label(control.title), *buttons])
    row.layout.flex_flow = "row wrap"

    def place(wanted: tuple[Any, ...]) -> None:
        for button, value in zip(buttons, control.values.values(), strict=True):
            button.value = value in wanted

    return _Made(row, place)

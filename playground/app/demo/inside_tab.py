"""The tab *Look inside*: one frame of the clip inside the chosen model. Layout, wiring, and what it shows."""

from functools import partial
from typing import Any

import gradio as gr

from playground.app.demo import looking, sight
from playground.app.demo.chooser import QUIET, Chooser
from playground.app.demo.chosen import VALUES, read_chosen, read_number
from playground.app.demo.figure import make_figure, show_figure
from playground.app.demo.looking import VIEWS, Asked, views_of
from playground.app.demo.models import find_model, offered_models
from playground.app.demo.stage import empty_html
from playground.app.demo.toasts import toasts
from playground.app.demo.track_tab import JOBS
from playground.config import ModelConfig, TrackerConfig
from playground.hub import MODEL_CONFIG, load_tracker_config
from playground.settings import from_file
from playground.visualise.inside.fading import RATES
from playground.visualise.inside.rows import JOINS

AHEAD = 10  # frames after the start: far enough for the target to have moved
EMPTY = empty_html(
    "One frame, seen from inside",
    "What the model on the left does on a frame after the start: where it looks, how sure it is of each edge, what "
    "every layer adds.",
)


def make_inside_tab(chooser: Chooser, config: TrackerConfig) -> None:
    """The tab's content, inside a `gr.Tab`."""
    model = model_config(chooser.model.value)
    views = _views(model)
    first = views[0][1]
    slider = partial(gr.Slider, step=1, buttons=[], min_width=150)
    side = model.search_grid - 1
    with gr.Row():
        view = gr.Dropdown(views, value=first, label="View", elem_id="view", scale=3)
        ahead = slider(1, sight.MOST_AHEAD, AHEAD, label="Frames after the start", elem_id="ahead", scale=2)
    with gr.Row(elem_id="asked"):
        asked = {
            "layer": slider(0, model.depth - 1, model.depth - 1, label="Layer", elem_id="layer"),
            "head": gr.Dropdown(_heads(model), value="mean", label="Heads", min_width=150, elem_id="head"),
            "temperature": slider(0.1, 4, 1, step=0.1, label="Temperature"),
            "row": slider(0, side, side // 2, label="Row"),
            "column": slider(0, side, side // 2, label="Column"),
            "blocks": gr.CheckboxGroup(list(range(model.depth)), value=[model.depth - 1], label="Blocks that fade"),
            "step": slider(0, len(RATES) - 1, 10, label="How far (of 20)", elem_id="fade-step"),
            "force": gr.Textbox("", label="Take a template at frames", placeholder="such as 12, 40", max_lines=1),
            "veto": gr.Textbox("", label="Take none at frames", placeholder="such as 25", max_lines=1),
            "mass": slider(0.1, 1, 1, step=0.05, label="Share of the attention shown", elem_id="mass"),
            "other": gr.Dropdown(
                offered_models(), value=beside(chooser.model.value), allow_custom_value=True, label="Beside it",
                min_width=170, elem_id="beside",
            ),
        }  # fmt: skip
    for name, control in asked.items():
        control.visible = name in VIEWS[first].takes
    button = gr.Button("Look inside", variant="primary", elem_id="look")
    stage = gr.HTML(EMPTY, elem_id="inside-stage")
    figure, size = make_figure("view-figure"), gr.HTML(elem_classes="no-size")
    controls = list(asked.values())
    inputs, outputs = [*chooser.inputs(), view, ahead, *controls], [stage, figure, size]
    button.click(look, inputs, outputs, **JOBS, api_visibility="private", show_progress_on=[stage, figure])
    view.change(show_controls, view, controls, **QUIET).then(look_again, [figure, *inputs], outputs, **JOBS, **QUIET)
    chooser.model.change(fit_controls, [chooser.model, view], [view, *controls], **QUIET)
    # Not `release`, which a slider that is moved by keys never sends.
    redraw = [control.input for name, control in (asked | {"ahead": ahead}).items() if name not in ("force", "veto")]
    redraw += [asked["force"].submit, asked["veto"].submit]
    gr.on(redraw, look_again, [figure, *inputs], outputs, trigger_mode="always_last", **JOBS, **QUIET)


def show_controls(view: str) -> list[Any]:
    """The controls that a view takes; the others go."""
    return [gr.update(visible=name in VIEWS[view].takes) for name in _fields()]


def fit_controls(model: str, view: str) -> list[Any]:
    """The views that another model can be drawn in, and ranges as it has them; as they were for a name that is no
    model."""
    try:
        config = model_config(model)
    except ValueError:  # the line under the model tells it
        return [gr.skip()] * (1 + len(_fields()))
    views = _views(config)
    known = [name for _, name in views]
    last, side = config.depth - 1, config.search_grid - 1
    fitted = {
        "layer": gr.update(maximum=last, value=last),
        "head": gr.update(choices=_heads(config), value="mean"),
        "row": gr.update(maximum=side, value=side // 2),
        "column": gr.update(maximum=side, value=side // 2),
        "blocks": gr.update(choices=list(range(config.depth)), value=[last]),
        "other": gr.update(value=beside(model)),
    }
    shown = gr.update(choices=views, value=view if view in known else known[0])
    return [shown, *(fitted.get(name, gr.skip()) for name in _fields())]


def look(*values: Any) -> list[Any]:
    """Stage, figure and its size. ``values``: the left side, view, frames after the start, the fields of `Asked`."""
    with toasts():
        chosen, view, ahead = read_chosen(*values[:VALUES]), values[VALUES], read_number(values[VALUES + 1], "frame")
        number = min(chosen.start + ahead, chosen.clip.frames - 1)
        figure = looking.draw(view, chosen, number, read_asked(*values[VALUES + 2 :]))
        return [gr.HTML(visible=False), *show_figure(figure, "view-figure")]


def look_again(shown: Any, *values: Any) -> list[Any]:
    """As `look`, where there is a figure already."""
    return [gr.skip()] * 3 if shown is None else look(*values)


def read_asked(*values: Any) -> Asked:
    """What a visitor asks: its fields, in their order. Raises ``ValueError`` naming what cannot be read."""
    layer, head, temperature, row, column, blocks, step, force, veto, mass, other = values
    return Asked(
        layer=int(layer),
        head=int(head) if str(head).isdecimal() else str(head),
        temperature=float(temperature),
        row=int(row),
        column=int(column),
        blocks=tuple(sorted(int(block) for block in blocks or ())),
        step=int(step),
        force=_numbers(force, "force"),
        veto=_numbers(veto, "veto"),
        mass=float(mass),
        other=str(other or ""),
    )


def _numbers(text: Any, name: str) -> tuple[int, ...]:
    parts = str(text or "").replace(",", " ").split()
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"{name}: write numbers of frames between commas, such as 12, 40; got {text!r}.")
    return tuple(map(int, parts))


def _fields() -> tuple[str, ...]:
    return tuple(Asked.__dataclass_fields__)


def beside(model: str) -> str | None:
    """The model that is laid beside another one at first: the teacher, or a student beside the teacher; None where no
    other one cuts its crops in the same way."""
    rules = load_tracker_config(find_model(model)).crop
    others = (name for name in reversed(offered_models()) if name != model)
    return next((name for name in others if load_tracker_config(find_model(name)).crop == rules), None)


def _views(config: ModelConfig) -> list[tuple[str, str]]:
    return [(VIEWS[name].label, name) for name in views_of(config.head)]


def _heads(config: ModelConfig) -> list[tuple[str, str]]:
    return [(name, name) for name in JOINS] + [(f"head {i}", str(i)) for i in range(config.heads)]


def model_config(model: str) -> ModelConfig:
    """The network's shape, from its folder. Raises ``ValueError`` naming ``model``."""
    return from_file(ModelConfig, find_model(model) / MODEL_CONFIG)

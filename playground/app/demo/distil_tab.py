"""The tab *Distil*: the chosen model loses blocks, the rest learns from it and tracks the clip. Layout and wiring."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from playground.app.demo.chooser import QUIET, Chooser
from playground.app.demo.chosen import VALUES, read_chosen
from playground.app.demo.compare_tab import LEAST, words_html
from playground.app.demo.comparing import Compared
from playground.app.demo.distilling import MOST_S, MOST_STEPS, STUDENT, Lesson, distil, why_no_teacher
from playground.app.demo.figure import make_figure, show_figure
from playground.app.demo.inside_tab import model_config
from playground.app.demo.stage import WAITING, empty_html, progress_html
from playground.app.demo.steps import Order, Progress
from playground.app.demo.stopping import StopSign
from playground.app.demo.toasts import toasts
from playground.app.demo.track_tab import JOBS, end
from playground.app.event_words import event_line
from playground.config import TrackerConfig
from playground.events import TrainEvent
from playground.settings import require
from playground.visualise.inside import compare_figure
from playground.visualise.lesson import lesson_figure

# Terms of the loss: name in `LossWeights`, label, highest weight, and the paper's.
WEIGHTS = {
    "l1": ("box, L1", 10.0, 5.0),
    "iou": ("box, IoU", 5.0, 2.0),
    "edges": ("teacher's edges, KL", 10.0, 5.0),
    "features": ("teacher's features", 1.0, 0.2),
}
RATES = {"1e-4": 1e-4, "5e-4": 5e-4, "2e-3": 2e-3}
RESULTS = 9  # components that `teach` fills: curves and size, column, words, agreement and size, video, student, stage
EMPTY = empty_html(
    "A small distillation, here and now",
    "The model on the left is the teacher. A copy loses the blocks you tick and learns from it on rendered clips, for "
    f"at most {MOST_S} s; then both follow your box.",
)


def make_distil_tab(chooser: Chooser, config: TrackerConfig) -> None:
    """The tab's content, inside a `gr.Tab`."""
    first, sign = model_config(chooser.model.value), gr.State(StopSign())
    with gr.Row():
        blocks = gr.CheckboxGroup(
            list(range(first.depth)),
            value=[_gone(first.depth)],
            label="Blocks the student loses",
            elem_id="blocks",
            scale=2,
        )
        steps = gr.Slider(
            10, MOST_STEPS, 60, step=10, label="Steps", buttons=[], elem_id="steps", scale=2, min_width=150
        )
        rate = gr.Radio(list(RATES), value="5e-4", label="Learning rate", scale=2, min_width=180)
    with gr.Row(elem_id="weights"):
        weights = [
            gr.Slider(0, most, value, step=most / 20, label=label, buttons=[], min_width=130, elem_id=f"weight-{name}")
            for name, (label, most, value) in WEIGHTS.items()
        ]
    with gr.Row():
        why = why_no_teacher(chooser.model.value, first)
        teach_button = gr.Button("Distil", variant="primary", elem_id="distil", scale=3, interactive=not why)
        stop_button = gr.Button("Stop", variant="stop", visible=False, elem_id="distil-stop", scale=1)
    note = gr.HTML(_wrong_html(why), elem_id="distil-note", visible=bool(why))
    stage = gr.HTML(EMPTY, elem_id="distil-stage")
    curves, curves_size = make_figure("curves"), gr.HTML(elem_classes="no-size")
    with gr.Column(visible=False, elem_id="distil-results") as results:
        words = gr.HTML(elem_id="distil-words")
        video = gr.Video(label="Teacher and student", show_label=False, loop=True, autoplay=True, buttons=["download"])
        agreed, agreed_size = make_figure("taught"), gr.HTML(elem_classes="no-size")
        student = gr.DownloadButton("The student as a model folder (.zip)", size="sm", elem_id="download-student")
    begun = teach_button.click(begin, sign, [stage, results, teach_button, stop_button], queue=False, **QUIET)
    job = begun.then(
        teach,
        [sign, *chooser.inputs(), blocks, steps, rate, *weights],
        [stage, curves, curves_size, results, words, agreed, agreed_size, video, student],
        **JOBS,
        **QUIET,
    )
    job.success(end, None, [teach_button, stop_button], queue=False, **QUIET)
    job.failure(give_up, None, [stage, teach_button, stop_button], queue=False, **QUIET)
    stop_button.click(StopSign.lift, sign, None, queue=False, **QUIET)
    chooser.model.change(fit_model, chooser.model, [blocks, teach_button, note], **QUIET)


def begin(sign: StopSign) -> list[Any]:
    """Stage, results, Distil and Stop while a lesson waits and runs."""
    sign.lower()
    shown, hidden = gr.HTML(WAITING, visible=True), gr.Column(visible=False)
    return [shown, hidden, gr.Button(interactive=False), gr.Button(visible=True)]


def give_up() -> list[Any]:
    """Stage, Distil and Stop after a lesson that failed."""
    return [gr.HTML(EMPTY, visible=True), *end()]


def fit_model(model: str) -> list[Any]:
    """The blocks of another model, whether it can teach, and why not; as they were for a name that is no model."""
    try:
        config = model_config(model)
    except ValueError:  # the line under the model tells it
        return [gr.skip()] * 3
    why = why_no_teacher(model, config)
    blocks = gr.update(choices=list(range(config.depth)), value=[_gone(config.depth)])
    return [blocks, gr.Button(interactive=not why), gr.HTML(_wrong_html(why), visible=bool(why))]


def teach(sign: StopSign, *values: Any) -> Iterator[list[Any]]:
    """Stage, curves and their size, then `RESULTS` values with both trackers on the clip.

    ``values``: the left side, blocks, steps, learning rate, `WEIGHTS`.
    """
    with toasts(), tempfile.TemporaryDirectory() as folder:
        order = Order(chosen=read_chosen(*values[:VALUES]), folder=Path(folder))
        blocks, steps, rate, *weights = values[VALUES:]
        lesson = read_lesson(blocks, steps, rate, dict(zip(WEIGHTS, weights, strict=True)))
        events: list[TrainEvent] = []
        with sign.over(order.stop), closing(distil(order, lesson)) as job:
            for step in job:
                if isinstance(step, TrainEvent):
                    events.append(step)
                    figure = lesson_figure(events)
                    yield [_training_html(step), *show_figure(figure, "curves"), *[gr.skip()] * (RESULTS - 3)]
                elif isinstance(step, Progress):
                    yield [progress_html(step, "Teacher and student"), *[gr.skip()] * (RESULTS - 1)]
                else:
                    # Once more, and told apart: a plot drops what comes while it is still drawing.
                    figure = lesson_figure(events).update_layout(meta="finished")
                    yield [gr.HTML(EMPTY, visible=False), *show_figure(figure, "curves"), *_results(step, order)]


def read_lesson(blocks: Any, steps: float, rate: str, weights: Any) -> Lesson:
    """The lesson that was asked for; weights that are not named are the paper's.

    Raises ``ValueError`` naming ``blocks``, ``rate`` or ``weights``.
    """
    require(rate in RATES, f"rate: must be one of {', '.join(RATES)}; got {rate!r}.")
    given = weights if isinstance(weights, dict) else {}
    right = all(name in WEIGHTS and isinstance(value, int | float) for name, value in given.items())
    require(right, f"weights: give numbers for {', '.join(WEIGHTS)}; got {weights}.")
    whole = isinstance(blocks, list) and all(type(block) is int for block in blocks)
    require(whole, f"blocks: give a list of numbers of blocks; got {blocks!r}.")
    usual = {name: value for name, (_, _, value) in WEIGHTS.items()}
    return Lesson(removed=tuple(sorted(blocks)), steps=int(steps), weights=usual | given, lr=RATES[rate])


def _wrong_html(why: str) -> str:
    return f'<p class="wrong" role="status">{escape(why)}</p>'


def _training_html(event: TrainEvent) -> str:
    share = 100 * event.step / event.steps
    return (
        f'<div class="stage"><div class="stage-bar" role="progressbar" aria-label="Training" '
        f'aria-valuenow="{share:.0f}"><div style="width: {share:.1f}%"></div></div>'
        f'<p class="stage-status">{escape(event_line(event))}</p></div>'
    )


def _results(compared: Compared, order: Order) -> list[Any]:
    one, other = compared.events.values()
    agreed = compare_figure(one, other, names=compared.names, least=LEAST)
    packed = shutil.make_archive(str(order.folder / "student_model"), "zip", order.folder / STUDENT)
    words, video = words_html(compared, LEAST), str(compared.video)
    return [gr.Column(visible=True), words, *show_figure(agreed, "taught"), video, packed]


def _gone(depth: int) -> int:
    """The block that is ticked at first: an early one, whose loss shows; not the first, which no other can replace."""
    return min(1, depth - 1)

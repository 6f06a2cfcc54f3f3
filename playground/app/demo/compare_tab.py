"""The tab *Compare*: the chosen model and another on the same clip. Layout, wiring, and what it shows."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from playground.app.demo import limits
from playground.app.demo.chooser import QUIET, Chooser
from playground.app.demo.chosen import VALUES, read_chosen
from playground.app.demo.clip import Clip
from playground.app.demo.comparing import CLASSICAL, Compared, compare
from playground.app.demo.figure import make_figure, show_figure
from playground.app.demo.models import offered_models
from playground.app.demo.stage import WAITING, empty_html, progress_html
from playground.app.demo.steps import Order, Progress
from playground.app.demo.stopping import StopSign
from playground.app.demo.toasts import toasts
from playground.app.demo.track_tab import JOBS, end
from playground.config import TrackerConfig
from playground.visualise.inside import compare_figure, swipe_html
from playground.visualise.overlay import COLOURS

LEAST = 0.5
RESULTS = 8  # components that `compare_clip` fills at the end: column, kept, words, frame, swipe, video, figure, size
EMPTY = empty_html(
    "Two trackers on one clip",
    "The model on the left against another one: where they part, how fast each is, and a frame to swipe between them.",
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Kept:
    """What a visitor's last comparison was of, for swiping through its frames."""

    clip: Clip
    compared: Compared


def make_compare_tab(chooser: Chooser, config: TrackerConfig) -> None:
    """The tab's content, inside a `gr.Tab`."""
    sign, kept = gr.State(StopSign()), gr.State(None, time_to_live=limits.KEEP_S)
    models = offered_models()
    others = [(label, name) for name, label in CLASSICAL.items()]
    first = next((name for name in reversed(models) if name != chooser.model.value), "csrt")
    with gr.Row():
        other = gr.Dropdown(
            [*models, *others], value=first, allow_custom_value=True, label="Against", elem_id="other", scale=2
        )
        least = gr.Slider(0.05, 0.95, LEAST, step=0.05, label="They part below IoU", buttons=[], elem_id="least")
    with gr.Row():
        compare_button = gr.Button("Compare", variant="primary", elem_id="compare", scale=3)
        stop_button = gr.Button("Stop", variant="stop", visible=False, elem_id="compare-stop", scale=1)
    stage = gr.HTML(EMPTY, elem_id="compare-stage")
    with gr.Column(visible=False, elem_id="compare-results") as results:
        words = gr.HTML(elem_id="compare-words")
        swipe = gr.HTML(elem_id="swipe")
        frame = gr.Slider(0, 1, 0, step=1, label="Frame to swipe", buttons=[], elem_id="swipe-frame")
        figure, size = make_figure("agreement"), gr.HTML(elem_classes="no-size")
        video = gr.Video(label="Both boxes", show_label=False, loop=True, buttons=["download"], elem_id="compare-video")
    begun = compare_button.click(begin, sign, [stage, results, compare_button, stop_button], queue=False, **QUIET)
    job = begun.then(
        compare_clip,
        [sign, *chooser.inputs(), other, least],
        [stage, results, kept, words, frame, swipe, video, figure, size],
        **JOBS,
        **QUIET,
    )
    job.success(end, None, [compare_button, stop_button], queue=False, **QUIET)
    job.failure(give_up, None, [stage, compare_button, stop_button], queue=False, **QUIET)
    stop_button.click(StopSign.lift, sign, None, queue=False, **QUIET)
    frame.input(swipe_frame, [kept, frame], swipe, trigger_mode="always_last", **QUIET)
    least.input(judge, [kept, least], [words, frame, swipe, figure, size], trigger_mode="always_last", **QUIET)


def begin(sign: StopSign) -> list[Any]:
    """Stage, results, Compare and Stop while a job waits and runs."""
    sign.lower()
    shown, hidden = gr.HTML(WAITING, visible=True), gr.Column(visible=False)
    return [shown, hidden, gr.Button(interactive=False), gr.Button(visible=True)]


def give_up() -> list[Any]:
    """Stage, Compare and Stop after a job that failed."""
    return [gr.HTML(EMPTY, visible=True), *end()]


def compare_clip(sign: StopSign, *values: Any) -> Iterator[list[Any]]:
    """Stage and `RESULTS`: the running job, then its result. ``values``: the left side, the other model, least IoU."""
    with toasts(), tempfile.TemporaryDirectory() as folder:
        order = Order(chosen=read_chosen(*values[:VALUES]), folder=Path(folder))
        other, least = values[VALUES:]
        with sign.over(order.stop), closing(compare(order, other or "")) as job:
            for step in job:
                if isinstance(step, Progress):
                    yield [progress_html(step), *[gr.skip()] * RESULTS]
                else:
                    kept = Kept(clip=order.chosen.clip, compared=step)
                    words, frame, swipe, figure, size = judge(kept, least)
                    results = [gr.Column(visible=True), kept, words, frame, swipe, str(step.video), figure, size]
                    yield [gr.HTML(EMPTY, visible=False), *results]


def judge(kept: Kept | None, least: float) -> list[Any]:
    """Words, frame, swipe, figure and its size, with the frame where the two first overlap by less than ``least``."""
    if kept is None:
        return [gr.skip()] * 5
    with toasts():
        one, other = kept.compared.events.values()
        apart = kept.compared.apart(least)
        place = one[-1].index if apart is None else apart
        slider = gr.Slider(minimum=one[0].index, maximum=one[-1].index, value=place)
        figure = compare_figure(one, other, names=kept.compared.names, least=least)
        words = words_html(kept.compared, least)
        return [words, slider, swipe_frame(kept, place), *show_figure(figure, "agreement")]


def swipe_frame(kept: Kept | None, number: float) -> Any:
    """The swipe of one frame."""
    if kept is None:
        return gr.skip()
    with toasts():
        one, other = kept.compared.events.values()
        place = min(max(int(number) - one[0].index, 0), len(one) - 1)
        image = kept.clip.frame(one[place].index).image
        return swipe_html(image, one[place], other[place], kept.compared.names, (COLOURS[0], COLOURS[1]))


def words_html(compared: Compared, least: float) -> str:
    """Agreement, first disagreement and speeds, as cells."""
    apart = compared.apart(least)
    said = ("never", f"below an IoU of {least:g}") if apart is None else (str(apart), "first frame where they part")
    cells = [(f"{compared.agreed():.2f}", "mean IoU between them"), said]
    colours = [f"rgb{colour}" for colour in COLOURS[:2]]
    body = "".join(f"<div><b>{escape(value)}</b><span>{escape(name)}</span></div>" for value, name in cells)
    body += "".join(
        f"<div><b>{'–' if fps is None else format(fps, '.0f')}</b>"
        f'<span><i style="background: {colour}"></i>FPS of {escape(name)} alone</span></div>'
        for (name, fps), colour in zip(compared.fps.items(), colours, strict=True)
    )
    note = f"<p>{escape(compared.note)}</p>" if compared.note else ""
    return f'<div class="summary">{body}</div><div class="notes">{note}</div>'

"""The tab *Track*: the chosen boxes followed through the chosen frames. Layout, wiring, and what it shows."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import gradio as gr

from playground.app.demo import limits
from playground.app.demo.chooser import QUIET, Chooser
from playground.app.demo.chosen import VALUES, read_chosen
from playground.app.demo.drawing import OPTIONS, read_drawing
from playground.app.demo.figure import make_figure, show_figure
from playground.app.demo.job import read_setting, run
from playground.app.demo.models import find_model
from playground.app.demo.stage import WAITING, empty_html, progress_html, summary_html
from playground.app.demo.steps import Finished, Order, Progress
from playground.app.demo.stopping import StopSign
from playground.app.demo.toasts import toasts
from playground.config import TrackerConfig
from playground.hub import load_tracker_config
from playground.visualise.overlay import COLOURS
from playground.visualise.quality import Course, quality_figure

DOWNLOADS = {
    "mp4": "Video .mp4",
    "json": "Events .json",
    "csv": "Boxes .csv",
    "otb": "OTB text",
    "got10k": "GOT-10k zip",
}
# Settings of the tracker that the page offers: name in `TrackerConfig`, label, and whether it is a whole number.
SETTINGS = {
    "crop.search_factor": ("search factor", False),
    "update.interval": ("update interval", True),
    "lost_score": ("lost below score", False),
}
RESULTS = 5 + len(DOWNLOADS)  # components that `track_boxes` fills: column, video, summary, plot, its size, files
JOBS: dict[str, Any] = {"concurrency_id": "jobs", "concurrency_limit": limits.JOBS_AT_ONCE}
EMPTY = empty_html(
    "Your tracked video will play here",
    "The examples come with a box already drawn: press <b>Track</b>, or drag your own.",
)


def make_track_tab(chooser: Chooser, config: TrackerConfig) -> None:
    """The tab's content, inside a `gr.Tab`; ``config`` holds the first model's settings."""
    sign = gr.State(StopSign())
    with gr.Row():
        track_button = gr.Button("Track", variant="primary", elem_id="track", scale=3)
        stop_button = gr.Button("Stop", variant="stop", visible=False, elem_id="stop", scale=1)
    with gr.Accordion("Drawing and settings", open=False, elem_id="settings"):
        drawn = gr.CheckboxGroup(
            list(OPTIONS.items()), value=["trail", "search"], label="Draw beside the box", elem_id="drawn"
        )
        with gr.Row():
            settings = [
                gr.Number(
                    read_setting(config, name), label=label, precision=0 if whole else None, step=1 if whole else 0.1,
                    min_width=100,
                )
                for name, (label, whole) in SETTINGS.items()
            ]  # fmt: skip
    stage = gr.HTML(EMPTY, elem_id="stage")
    with gr.Column(visible=False, elem_id="results") as results:
        video = gr.Video(label="Tracked video", show_label=False, autoplay=True, loop=True, buttons=[], elem_id="video")
        script = Path(__file__).with_name("marker.js").read_text(encoding="utf-8")
        summary = gr.HTML(elem_id="summary", js_on_load=script)
        plot, size = make_figure("plot"), gr.HTML(elem_classes="no-size")
        with gr.Row(elem_id="downloads"):
            downloads = [
                gr.DownloadButton(label, size="sm", min_width=96, elem_id=f"download-{kind}")
                for kind, label in DOWNLOADS.items()
            ]
    chooser.model.change(model_settings, chooser.model, settings, **QUIET)
    begun = track_button.click(begin, sign, [stage, results, track_button, stop_button], queue=False, **QUIET)
    job = begun.then(
        track_boxes,
        [sign, *chooser.inputs(), drawn, *settings],
        [stage, results, video, summary, plot, size, *downloads],
        **JOBS,
        **QUIET,
    )
    job.success(end, None, [track_button, stop_button], queue=False, **QUIET)
    job.failure(give_up, None, [stage, track_button, stop_button], queue=False, **QUIET)
    stop_button.click(StopSign.lift, sign, None, queue=False, **QUIET)


def model_settings(model: str) -> list[Any]:
    """What the model's own ``tracker.json`` says of `SETTINGS`; nothing new for a name that is no model."""
    try:
        config = load_tracker_config(find_model(model))
    except ValueError:  # the line under the model tells it
        return [gr.skip()] * len(SETTINGS)
    return [read_setting(config, name) for name in SETTINGS]


def begin(sign: StopSign) -> list[Any]:
    """Stage, results, Track and Stop while a job waits and runs."""
    sign.lower()
    return [
        gr.HTML(WAITING, visible=True),
        gr.Column(visible=False),
        gr.Button(interactive=False),
        gr.Button(visible=True),
    ]


def end() -> list[Any]:
    """Track and Stop as before."""
    return [gr.Button(interactive=True), gr.Button(visible=False)]


def give_up() -> list[Any]:
    """Stage, Track and Stop after a job that failed."""
    return [gr.HTML(EMPTY, visible=True), *end()]


def track_boxes(sign: StopSign, *values: Any) -> Iterator[list[Any]]:
    """Stage and `RESULTS`: the running job, then its result. ``values``: the left side, what to draw, `SETTINGS`."""
    with toasts(), tempfile.TemporaryDirectory() as folder:
        chosen = read_chosen(*values[:VALUES])
        settings = dict(zip(SETTINGS, values[VALUES + 1 :], strict=True))
        order = Order(chosen=chosen, settings=settings, drawing=read_drawing(values[VALUES]), folder=Path(folder))
        # A visitor who leaves ends the job, and its files go before their folder does.
        with sign.over(order.stop), closing(run(order)) as job:
            for step in job:
                if isinstance(step, Progress):
                    yield [progress_html(step), *[gr.skip()] * RESULTS]
                else:
                    yield [gr.HTML(EMPTY, visible=False), *_results(step, order)]


def _results(finished: Finished, order: Order) -> list[Any]:
    chosen = order.chosen
    courses = [
        Course(
            name=f"target {i + 1}",
            colour=f"rgb{COLOURS[i]}" if len(finished.targets) > 1 else "#0d9488",
            events=target.events,
            bits=target.bits,
            lost=target.summary.lost,
        )
        for i, target in enumerate(finished.targets)
    ]
    figure = quality_figure(courses, lost_score=finished.lost_score, fps=chosen.clip.fps)
    files = {kind: str(finished.files[kind]) for kind in DOWNLOADS}
    summary = summary_html(finished, chosen.model, chosen.device)
    return [gr.Column(visible=True), files["mp4"], summary, *show_figure(figure, "plot"), *files.values()]

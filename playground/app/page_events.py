"""What the page does when something on it is used: values of components in, values of components out."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from playground.app.clip import Clip, open_clip
from playground.app.examples import example_clip, example_start, read_name
from playground.app.job import Finished, Progress, get_tracker, read_setting, track_clip
from playground.app.picker import picker_value, read_box
from playground.app.stage import EMPTY, WAITING, progress_html, summary_html
from playground.box import Box
from playground.hub import load_tracker_config, resolve
from playground.visualise.curves import score_curve

logger = logging.getLogger(__name__)

# Settings of the tracker that the page offers, by their names in `TrackerConfig`, and whether they are whole numbers.
SETTINGS = {"crop.search_factor": False, "update.interval": True, "lost_score": False}
RESULTS = 8  # components that `run_track` fills at the end: column, video, summary, plot, four downloads


@dataclass(slots=True)
class StopSign:
    """Raised by the Stop button, looked at by the job of the same visitor."""

    raised: bool = False


@contextmanager
def toasts() -> Iterator[None]:
    """Show a ``ValueError``'s sentence to the visitor; log anything else and say so, without a traceback."""
    try:
        yield
    except ValueError as error:
        raise gr.Error(str(error), print_exception=False) from error
    except gr.Error:
        raise
    except Exception as error:
        logger.exception("the page could not do what was asked")
        raise gr.Error("Something went wrong on the server; its log says what.", print_exception=False) from error


def show_clip(clip: Clip, box: Box | None) -> list[Any]:
    """Clip, picker, slider and the four numbers, for a clip that was just chosen."""
    image = clip.frame(0).image
    slider = gr.Slider(minimum=0, maximum=max(clip.frames - 1, 1), value=0, interactive=clip.frames > 1)
    numbers = [None] * 4 if box is None else list(box.as_tuple())
    return [clip, picker_value(image, box, clip.caption()), slider, *numbers]


def show_upload(path: str) -> list[Any]:
    """As `show_clip`, for an uploaded file. The box is left to the visitor."""
    with toasts():
        return show_clip(open_clip(Path(path)), None)


def show_example(folder: Path, name: object) -> list[Any]:
    """As `show_clip`, for an example, which is rendered into ``folder`` at first; with the box of its target."""
    with toasts():
        known = read_name(name)
        return show_clip(example_clip(known, folder), example_start(known)[1])


def show_frame(clip: Clip, index: float, *numbers: float | None) -> dict[str, Any]:
    """The picker with another frame and the same box."""
    with toasts():
        box = None if None in numbers else read_box(numbers)
        return picker_value(clip.frame(int(index)).image, box, clip.caption())


def take_box(data: gr.EventData) -> list[int]:
    """The four numbers of a box that was dragged."""
    with toasts():
        return [round(value) for value in read_box(data._data.get("box")).as_tuple()]


def model_settings(model: str) -> list[float]:
    """What the model's own ``tracker.json`` says of `SETTINGS`."""
    with toasts():
        config = load_tracker_config(resolve(model))
        return [read_setting(config, name) for name in SETTINGS]


def begin_track(sign: StopSign) -> list[Any]:
    """Stage, results, Track and Stop while a job waits and runs."""
    sign.raised = False
    return [
        gr.HTML(WAITING, visible=True),
        gr.Column(visible=False),
        gr.Button(interactive=False),
        gr.Button(visible=True),
    ]


def end_track() -> list[Any]:
    """Track and Stop as before."""
    return [gr.Button(interactive=True), gr.Button(visible=False)]


def show_empty() -> list[Any]:
    """Stage, Track and Stop after a job that failed."""
    return [gr.HTML(EMPTY, visible=True), *end_track()]


def raise_stop(sign: StopSign) -> None:
    """Ask the running job to end and to keep what it has."""
    sign.raised = True


def run_track(
    sign: StopSign, clip: Clip, model: str, device: str, start: float | None, *numbers: float | None
) -> Iterator[list[Any]]:
    """Stage and `RESULTS`: the running job, then its result. ``numbers``: x, y, w, h, then `SETTINGS`."""
    with toasts(), tempfile.TemporaryDirectory() as folder:
        box = read_box(numbers[:4]).check_start(clip.width, clip.height)
        tracker = get_tracker(model, device, dict(zip(SETTINGS, numbers[4:], strict=True)))
        job = track_clip(tracker, model, clip, box, read_start(start), Path(folder), lambda: sign.raised)
        with closing(job):  # a visitor who leaves ends the job, and its files go before their folder does
            for step in job:
                if isinstance(step, Progress):
                    yield [progress_html(step), *[gr.skip()] * RESULTS]
                else:
                    yield [gr.HTML(EMPTY, visible=False), *_results(step, model, tracker.config.lost_score)]


def track_file(
    video: str | None, x: float, y: float, w: float, h: float, start: float | None, model: str
) -> Iterator[tuple[str, list[str], str]]:
    """Follow the box x, y, w, h (pixels of frame start) through a video.

    Gives the video with the box drawn, the boxes as .csv, .json and .txt, and a line of summary.
    """
    # Yielded, not returned: the files are copied to the page's cache before the folder goes.
    with toasts(), tempfile.TemporaryDirectory() as folder:
        if not video:
            raise ValueError("video: give a file.")
        clip, box = open_clip(Path(video)), read_box([x, y, w, h])
        tracker = get_tracker(model, "auto", {})
        *_, end = track_clip(tracker, model, clip, box, read_start(start), Path(folder), lambda: False)
        assert isinstance(end, Finished)
        yield str(end.video), [str(path) for path in end.boxes.values()], end.summary.text()


def read_start(value: float | None) -> int:
    """The start frame that a visitor gave. Raises ``ValueError`` naming ``start`` when it is empty or below 0."""
    if value is None or not value >= 0:
        raise ValueError(f"start: must be the number of a frame, 0 or above; got {value}.")
    return int(value)


def _results(finished: Finished, model: str, lost_score: float) -> list[Any]:
    figure = score_curve(finished.events, finished.summary.lost, lost_score)
    files = [str(path) for path in (finished.video, *finished.boxes.values())]
    return [gr.Column(visible=True), files[0], summary_html(finished, model), figure, *files]

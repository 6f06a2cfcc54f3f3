"""What programs can call, by names that stay: the page's jobs with files and numbers in and out. Nothing of it is seen.

The ``api_name``s and the order of their arguments are kept from version to version; new arguments come last and can be
left out.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import gradio as gr

from playground.app.demo import limits, looking
from playground.app.demo.addressed import noted
from playground.app.demo.chosen import Chosen, read_chosen, read_number
from playground.app.demo.clip import open_clip
from playground.app.demo.comparing import Compared, compare
from playground.app.demo.distil_tab import read_lesson
from playground.app.demo.distilling import STUDENT, distil
from playground.app.demo.fetch import fetch
from playground.app.demo.job import run
from playground.app.demo.looking import VIEWS, Asked
from playground.app.demo.steps import Finished, Order
from playground.app.demo.targets import Targets, read_box
from playground.app.demo.toasts import toasts
from playground.app.demo.toggle import CPU, DEVICES, default_device, describe_model, gpu, paired_model, why_no_gpu
from playground.app.demo.track_tab import JOBS
from playground.app.track_command import summary_text
from playground.events import TrainEvent
from playground.hub import embedded_models
from playground.settings import require
from playground.visualise.inside import to_static

LAST = -1  # as ``end``: the last frame
KINDS = ("csv", "json", "otb", "got10k")


def make_endpoints(model: str) -> None:
    """The endpoints, inside a `gr.Blocks`; ``model`` is the one for callers that name none."""
    with gr.Row(visible=False):
        clip = [gr.File(label="video"), *(gr.Number(label=name) for name in "xywh")]
        clip += [gr.Number(0, label="start", precision=0), gr.Textbox(model, label="model")]
        end, device = gr.Number(LAST, label="end", precision=0), gr.Textbox(default_device(), label="device")
        others, other = gr.JSON([], label="others"), gr.Textbox("csrt", label="other")
        least = gr.Number(0.5, label="least")
        view, frame, asked = (
            gr.Textbox("attention", label="view"),
            gr.Number(1, label="frame"),
            gr.JSON({}, label="asked"),
        )
        blocks, steps = gr.JSON([1], label="blocks"), gr.Number(60, label="steps", precision=0)
        rate = gr.Textbox("5e-4", label="rate")
        weights = gr.JSON({}, label="weights")
        tracked, boxes = gr.File(label="tracked"), gr.File(label="boxes", file_count="multiple")
        words, told, page = gr.Textbox(label="summary"), gr.JSON(label="told"), gr.File(label="page")
        button = gr.Button()
        button.click(models, None, told, api_name="models", queue=False)
        button.click(track_file, [*clip, end, device, others], [tracked, boxes, words], api_name="track", **JOBS)
        button.click(compare_file, [*clip, other, end, device, least], [tracked, told], api_name="compare", **JOBS)
        button.click(look_file, [*clip, frame, view, asked, device], page, api_name="look_inside", **JOBS)
        button.click(
            distil_file, [*clip, blocks, steps, rate, weights, end, device], [page, told], api_name="distil", **JOBS
        )


def models() -> dict[str, Any]:
    """Models and devices that can be named, which go together, views to look inside, and the limits."""
    return {
        "models": {name: describe_model(name) for name in embedded_models()},
        "devices": list(DEVICES.values()) if gpu() else [CPU],
        "pairs": {device: paired_model(device) for device in DEVICES.values()},
        "no_gpu": why_no_gpu(),
        "views": {
            name: {"label": view.label, "asked": list(view.takes), "heads": list(view.heads)}
            for name, view in VIEWS.items()
        },
        "limits": limits.in_words(),
    }


def track_file(
    video: str | None, x: float, y: float, w: float, h: float, start: float | None, model: str, end: float | None,
    device: str, others: Any,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """Follow the box x, y, w, h (pixels of frame start) through a video, up to frame end (-1: the last one).

    others: a list of further boxes [x, y, w, h]. Gives the video with the boxes drawn, the boxes as .csv, .json, OTB
    text and GOT-10k .zip, and a summary.
    """
    # Yielded, not returned: the files are copied to the page's cache before the folder goes. And something is yielded
    # meanwhile, for that is where a job ends that its caller cancels or leaves.
    with toasts(), tempfile.TemporaryDirectory() as folder:
        chosen = read_call(video, (x, y, w, h), start, model, end, device, others)
        with closing(run(Order(chosen=chosen, folder=Path(folder)))) as job:
            for step in job:
                if isinstance(step, Finished):
                    words = summary_text([target.summary for target in step.targets])
                    yield str(step.files["mp4"]), [str(step.files[kind]) for kind in KINDS], words
                else:
                    yield (gr.skip(),) * 3


def compare_file(
    video: str | None, x: float, y: float, w: float, h: float, start: float | None, model: str, other: str,
    end: float | None, device: str, least: float,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """Follow the same box with two models, or with a model and csrt, kcf, mosse or first-box.

    Gives the video with both boxes, and the first frame on which they overlap by less than least IoU (null: none),
    their mean IoU, each one's frames a second, and the boxes of each.
    """
    with toasts(), tempfile.TemporaryDirectory() as folder:
        order = Order(chosen=read_call(video, (x, y, w, h), start, model, end, device), folder=Path(folder))
        with closing(compare(order, other)) as job:
            for step in job:
                if isinstance(step, Compared):
                    told = {"apart": step.apart(least), "agreed": step.agreed(), "fps": step.fps, "boxes": _boxes(step)}
                    yield str(step.video), told
                else:
                    yield (gr.skip(),) * 2


def look_file(
    video: str | None, x: float, y: float, w: float, h: float, start: float | None, model: str, frame: float | None,
    view: str, asked: Any, device: str,
) -> Iterator[str]:  # fmt: skip
    """Look inside the model on a frame after start: one of the views that /models names, as a web page with the figure.

    asked: what the view takes, such as {"layer": 3, "head": "mean"}.
    """
    with toasts(), tempfile.TemporaryDirectory() as folder:
        chosen = read_call(video, (x, y, w, h), start, model, None, device)
        figure = looking.draw(view, chosen, read_number(frame, "frame"), _read_asked(asked))
        path = Path(folder) / f"{chosen.clip.path.stem}_{view}.html"
        path.write_text(to_static(figure), encoding="utf-8")
        yield str(path)


def distil_file(
    video: str | None, x: float, y: float, w: float, h: float, start: float | None, model: str, blocks: Any,
    steps: float, rate: str, weights: Any, end: float | None, device: str,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """A toy distillation: the model loses blocks, what is left learns from it for some steps and tracks the clip.

    weights: of loss terms, such as {"edges": 5, "features": 0.2}; the paper's when left out. Gives the student as a zip
    with a model folder; and the losses step by step, the boxes of teacher and student, and their mean IoU.
    """
    with toasts(), tempfile.TemporaryDirectory() as folder:
        order = Order(chosen=read_call(video, (x, y, w, h), start, model, end, device), folder=Path(folder))
        lesson = read_lesson(blocks, steps, rate, weights)
        losses: list[dict[str, float]] = []
        with closing(distil(order, lesson)) as job:
            for step in job:
                if isinstance(step, Compared):
                    packed = shutil.make_archive(str(order.folder / "student_model"), "zip", order.folder / STUDENT)
                    yield packed, {"losses": losses, "agreed": step.agreed(), "boxes": _boxes(step)}
                    continue
                if isinstance(step, TrainEvent):
                    losses.append({"step": step.step, **step.losses})
                yield (gr.skip(),) * 2


def read_call(
    video: str | None, numbers: tuple[float, float, float, float], start: float | None, model: str, end: float | None,
    device: str, others: Any = None,
) -> Chosen:  # fmt: skip
    """The arguments that all jobs have in common. Raises ``ValueError`` naming what is wrong."""
    require(bool(video), "video: give a file.")
    further = [read_box(box) for box in (others if isinstance(others, list) else [])]
    most = limits.MAX_TARGETS - 1
    require(len(further) <= most, f"others: at most {most} more boxes; got {len(further)}.")
    path = Path(str(video))
    address = noted(path)
    clip, targets = open_clip(fetch(address, path.parent) if address else path), Targets(boxes=(None, *further))
    last = None if end is None or end == LAST else end
    return read_chosen(clip, clip.key, targets, start, last, *numbers, model, device)


def _boxes(compared: Compared) -> dict[str, list[tuple[float, ...]]]:
    return {name: [event.box.as_tuple() for event in events] for name, events in compared.events.items()}


def _read_asked(values: Any) -> Asked:
    known, given = Asked.__dataclass_fields__, values if isinstance(values, dict) else {}
    wrong = [name for name in given if name not in known]
    require(not wrong, f"asked: choose from {', '.join(known)}; got {', '.join(wrong)}.")
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return Asked(**(given | lists))

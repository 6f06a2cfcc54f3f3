"""The tab *Webcam*: frames go to the server at 640x480, boxes come back and are drawn in the browser."""

import os
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from playground.app.demo import limits
from playground.app.demo.chooser import QUIET, Chooser
from playground.app.demo.toasts import toasts
from playground.app.demo.webcam import HEIGHT, WIDTH, Drawn, Live, draw_on, follow_live
from playground.app.demo.zero_gpu import gpus_are_lent
from playground.config import TrackerConfig

SPACE = "SPACE_ID"  # in the environment of every Space
EVERY_S, VISIT_S = 0.05, 120
MIDDLE = [0.3, 0.25, 0.4, 0.5]  # for who cannot drag: x, y, width and height in fractions of the frame
INTRO = (
    "<p>Start the camera, then drag a box over the picture. Frames of 640×480 go to the machine that serves this page "
    f"and boxes come back; nothing is kept. A visit lasts {VISIT_S} s, and {limits.CAMERAS_AT_ONCE} cameras are "
    "followed at a time.{more}</p>"
)
ON_CPU = " The CPU follows here, whichever device is chosen: a GPU is lent for jobs that end."
BETTER = " <b>Better:</b> {page}, where no picture leaves your device."
COMMAND = "the page that runs in the browser itself; <code>playground page</code> opens it (docs/browser.md)"


def make_webcam_tab(chooser: Chooser, config: TrackerConfig, browser_page: str = "") -> None:
    """The tab's content, inside a `gr.Tab`; ``browser_page`` is the address of the page that tracks in the browser."""
    live, drawn = (gr.State(value, time_to_live=limits.KEEP_S) for value in (Live(), Drawn()))
    gr.HTML(intro_html(browser_page), elem_id="webcam-intro")
    camera = gr.Image(
        sources=["webcam"], streaming=True, type="numpy", format="jpeg", label="Webcam", show_label=False, buttons=[],
        elem_id="webcam", webcam_options=gr.WebcamOptions(
            mirror=False, constraints={"video": {"width": {"ideal": WIDTH}, "height": {"ideal": HEIGHT}}}
        ),
    )  # fmt: skip
    script = Path(__file__).with_name("webcam.js").read_text(encoding="utf-8")
    overlay = gr.HTML({"box": None}, html_template="<p role='status'></p>", js_on_load=script, elem_id="webcam-overlay")
    with gr.Row():
        middle = gr.Button("Follow what is in the middle", size="sm", elem_id="webcam-middle")
        forget = gr.Button("Forget the box", size="sm", elem_id="webcam-forget")
    camera.stream(
        show, [live, drawn, camera, chooser.model, chooser.device], [overlay, live], stream_every=EVERY_S,
        time_limit=VISIT_S, concurrency_limit=limits.CAMERAS_AT_ONCE, concurrency_id="webcam", **QUIET,
    )  # fmt: skip
    overlay.select(take_box, drawn, drawn, **QUIET)
    middle.click(lambda drawn: draw_on(drawn, MIDDLE), drawn, drawn, **QUIET)
    forget.click(lambda drawn: draw_on(drawn, None), drawn, drawn, **QUIET)


def intro_html(browser_page: str) -> str:
    """What the tab is for, and where the better page is: at an address, or by a command where none is known.

    On a Space a command would help no visitor.
    """
    more = ON_CPU if gpus_are_lent() else ""
    if browser_page:
        page = f'<a href="{escape(browser_page)}" target="_blank">the page that runs in the browser itself</a>'
        more += BETTER.format(page=page)
    elif SPACE not in os.environ:
        more += BETTER.format(page=COMMAND)
    return INTRO.format(more=more)


def show(live: Live, drawn: Drawn, image: np.ndarray | None, model: str, device: str) -> list[Any]:
    """What to draw over the newest frame, and the visitor's state."""
    if image is None:
        return [gr.skip(), gr.skip()]
    with toasts():
        live, told = follow_live(live, drawn, image, model, device)
        return [told, live]


def take_box(drawn: Drawn, data: gr.EventData) -> Drawn:
    """The box that was dragged over the picture."""
    with toasts():
        return draw_on(drawn, data._data.get("box"))

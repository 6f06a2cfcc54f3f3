"""The box picker: a frame on which a box is dragged, as a `gr.HTML` whose script is ``picker.js``."""

import base64
import html
import math
from pathlib import Path
from typing import Any

import cv2
import gradio as gr
import numpy as np
from jaxtyping import UInt8

from playground.box import Box

SHOWN_SIDE = 1280  # pixels: a larger frame is shown smaller; the box is still in pixels of the frame itself
JPEG_QUALITY = 88

TEMPLATE = """
<div class="picker-frame" style="aspect-ratio: ${value.width} / ${value.height};
     max-width: calc(56vh * ${value.width} / ${value.height})">
  <img src="${value.image}" draggable="false" alt="The frame to draw a box on; the fields below do the same">
  <div class="picker-box" hidden></div>
  <div class="picker-hint" hidden>Drag a box around what you want to follow</div>
</div>
<div class="picker-caption">${value.caption}</div>
"""

STYLE = """
.picker-frame { position: relative; overflow: hidden; margin: 0 auto; border-radius: 8px; background: #111;
  cursor: crosshair; touch-action: none; user-select: none; -webkit-user-select: none; }
.picker-frame img { display: block; width: 100%; height: 100%; margin: 0; pointer-events: none; }
.picker-box { position: absolute; box-sizing: border-box; border: 2px solid #2dd4a0; border-radius: 2px;
  box-shadow: 0 0 0 9999px rgba(8, 15, 25, 0.45); pointer-events: none; }
.picker-box::after { content: attr(data-size); position: absolute; left: -2px; bottom: 100%; padding: 1px 6px;
  margin-bottom: 3px; border-radius: 3px; background: #2dd4a0; color: #101820; font: 600 11px system-ui, sans-serif;
  white-space: nowrap; }
.picker-hint { position: absolute; left: 50%; bottom: 14px; transform: translateX(-50%); padding: 5px 14px;
  border-radius: 999px; background: rgba(8, 15, 25, 0.75); color: #fff; font: 500 13px system-ui, sans-serif;
  white-space: nowrap; pointer-events: none; }
.picker-box[hidden], .picker-hint[hidden] { display: none; }
.picker-caption { margin-top: 6px; text-align: center; font-size: 12px; color: var(--body-text-color-subdued); }
"""

# Runs in the browser whenever a number field changes; see the end of picker.js.
SHOW_NUMBERS = "(...box) => { window.dispatchEvent(new CustomEvent('picker-box', { detail: box })); return []; }"


def picker_value(image: UInt8[np.ndarray, "height width 3"], box: Box | None, caption: str) -> dict[str, Any]:
    """What the picker shows: an RGB frame, the box on it in frame pixels, and a line of text under it."""
    height, width = image.shape[:2]
    shrink = min(1.0, SHOWN_SIDE / max(height, width))
    small = image
    if shrink < 1:
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return {
        "image": jpeg_url(small),
        "width": width,
        "height": height,
        "box": None if box is None else list(box.as_tuple()),
        "caption": html.escape(caption),
    }


def jpeg_url(image: UInt8[np.ndarray, "height width 3"]) -> str:
    """An RGB picture as a ``data:`` address, so that showing it leaves no file behind."""
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")


def make_picker(value: dict[str, Any]) -> Any:
    """The component, inside a `gr.Blocks`. Its ``select`` event carries ``box``: check it with `read_box`."""
    script = Path(__file__).with_name("picker.js").read_text(encoding="utf-8")
    return gr.HTML(
        value, html_template=TEMPLATE, css_template=STYLE, js_on_load=script, elem_id="picker", apply_default_css=False
    )


def read_box(values: Any) -> Box:
    """The box of four numbers from a browser, which may send anything.

    Raises ``ValueError`` naming ``box`` when it is not four finite numbers. Whether it lies in the frame is for
    `Box.check_start` to say.
    """
    numbers = list(values) if isinstance(values, list | tuple) else []
    right = [isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in numbers]
    if len(right) != 4 or not all(right):
        raise ValueError("box: drag a box around the target, or fill in x, y, width and height.")
    return Box(*(float(value) for value in numbers))

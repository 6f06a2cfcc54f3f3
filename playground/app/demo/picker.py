"""The box picker: a frame on which boxes are dragged, as a `gr.HTML` whose script is ``picker.js``."""

import base64
import html
import secrets
from pathlib import Path
from typing import Any

import cv2
import gradio as gr
import numpy as np
from jaxtyping import UInt8

from playground.app.demo.limits import MAX_TARGETS
from playground.app.demo.targets import Targets
from playground.visualise.overlay import COLOURS

SHOWN_SIDE = 1280  # pixels: a larger frame is shown smaller; the boxes are still in pixels of the frame itself
JPEG_QUALITY = 88

TEMPLATE = """
<div class="picker-frame" tabindex="0" role="group" style="aspect-ratio: ${value.width} / ${value.height};
     max-width: calc(52vh * ${value.width} / ${value.height})"
     aria-label="Frame with the target's box. Drag to draw; arrow keys move the box, with Shift by 10 pixels. \
The number fields below do the same.">
  <img src="${value.image}" draggable="false" alt="">
  <div class="picker-boxes"></div>
  <div class="picker-hint" hidden>Drag a box around what you want to follow</div>
</div>
<div class="picker-caption">${value.caption}</div>
<div class="picker-tools" role="toolbar" aria-label="Targets">
  <span class="picker-chips"></span>
  <button type="button" data-do="add">+ target</button>
  <button type="button" data-do="remove">Remove</button>
  <button type="button" data-do="undo">Undo</button>
</div>
"""

STYLE = """
.picker-frame { position: relative; overflow: hidden; margin: 0 auto; border-radius: 8px; background: #111;
  cursor: crosshair; touch-action: none; user-select: none; -webkit-user-select: none; }
.picker-frame:focus-visible { outline: 3px solid var(--primary-500); outline-offset: 2px; }
.picker-frame img { display: block; width: 100%; height: 100%; margin: 0; pointer-events: none; }
.picker-box { position: absolute; box-sizing: border-box; border: 2px solid var(--colour); border-radius: 2px;
  pointer-events: none; }
.picker-box.active { box-shadow: 0 0 0 9999px rgba(8, 15, 25, 0.42); }
.picker-box::after { content: attr(data-size); position: absolute; left: -2px; bottom: 100%; padding: 1px 6px;
  margin-bottom: 3px; border-radius: 3px; background: var(--colour); color: #101820;
  font: 600 11px system-ui, sans-serif; white-space: nowrap; }
.picker-hint { position: absolute; left: 50%; bottom: 14px; transform: translateX(-50%); padding: 5px 14px;
  border-radius: 999px; background: rgba(8, 15, 25, 0.75); color: #fff; font: 500 13px system-ui, sans-serif;
  white-space: nowrap; pointer-events: none; }
.picker-hint[hidden] { display: none; }
.picker-caption { margin-top: 6px; text-align: center; font-size: 12px; color: var(--body-text-color-subdued); }
.picker-tools { display: flex; flex-wrap: wrap; gap: 6px; justify-content: center; margin-top: 6px; }
.picker-chips { display: contents; }
.picker-tools button { padding: 3px 11px; border: 1px solid var(--border-color-primary); border-radius: 999px;
  background: var(--background-fill-primary); color: var(--body-text-color); font-size: 12.5px; cursor: pointer; }
.picker-tools button:hover:not(:disabled) { border-color: var(--primary-400); }
.picker-tools button:focus-visible { outline: 2px solid var(--primary-500); outline-offset: 1px; }
.picker-tools button:disabled { opacity: 0.45; cursor: default; }
.picker-tools button[aria-pressed="true"] { border-color: var(--primary-500);
  box-shadow: 0 0 0 1px var(--primary-500); }
.picker-chips i { display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 3px; }
"""

# Runs in the browser whenever a number field changes; see the end of picker.js.
SHOW_NUMBERS = "(...box) => { window.dispatchEvent(new CustomEvent('picker-box', { detail: box })); return []; }"


def picker_value(
    image: UInt8[np.ndarray, "height width 3"], targets: Targets, caption: str, link: str = ""
) -> dict[str, Any]:
    """What the picker shows: an RGB frame, the boxes on it in frame pixels, and a line of text under it."""
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
        "boxes": [None if box is None else list(box.as_tuple()) for box in targets.boxes],
        "active": targets.active,
        "caption": html.escape(caption),
        "link": link,
        "colours": [f"rgb({r}, {g}, {b})" for r, g, b in COLOURS[:MAX_TARGETS]],
        "shown": secrets.token_hex(8),  # what is the same as before is not shown anew, whatever was drawn since
    }


def jpeg_url(image: UInt8[np.ndarray, "height width 3"]) -> str:
    """An RGB picture as a ``data:`` address, so that showing it leaves no file behind."""
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")


def make_picker(value: dict[str, Any]) -> Any:
    """The component, inside a `gr.Blocks`. Its ``select`` event carries what `read_targets` takes."""
    script = Path(__file__).with_name("picker.js").read_text(encoding="utf-8")
    return gr.HTML(
        value, html_template=TEMPLATE, css_template=STYLE, js_on_load=script, elem_id="picker", apply_default_css=False
    )

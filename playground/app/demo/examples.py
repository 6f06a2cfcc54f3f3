"""The example clips: rendered from the synthetic world, shown as a row of buttons with their first frames."""

import hashlib
import html
import logging
import shutil
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import gradio as gr
import numpy as np

from playground.app.demo.clip import Clip, open_clip
from playground.app.demo.picker import jpeg_url
from playground.box import Box
from playground.cache import default_cache
from playground.files import replacing
from playground.video import synthetic
from playground.video.decode import DEFAULT_FPS
from playground.video.synthetic import EXAMPLES, WorldConfig, stream_clip
from playground.video.write import write_video

logger = logging.getLogger(__name__)

THUMBNAIL_WIDTH = 200

SCRIPT = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button === null) return;
  for (const other of element.querySelectorAll("button")) other.ariaPressed = String(other === button);
  trigger("select", { name: button.dataset.name });
});
"""

# Runs in the browser when another clip takes the place of an example, and empties the upload field.
RELEASE_EXAMPLES = """() => {
  for (const button of document.querySelectorAll("#examples button")) button.ariaPressed = "false";
  return [null];
}"""

STYLE = """
.examples { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 8px; height: 100%; }
.examples button { display: flex; flex-direction: column; padding: 0; overflow: hidden; border-radius: 8px;
  border: 1px solid var(--border-color-primary); background: var(--background-fill-primary); cursor: pointer; }
.examples button:hover { border-color: var(--primary-400); }
.examples button[aria-pressed="true"] { border-color: var(--primary-500); box-shadow: 0 0 0 1px var(--primary-500); }
.examples img { display: block; width: 100%; height: 84px; margin: 0; object-fit: cover; }
.examples span { padding: 5px 4px; font-size: 12px; color: var(--body-text-color); text-align: center; width: 100%; }
"""


def example_start(name: str) -> tuple[np.ndarray, Box]:
    """First frame, uint8 RGB ``(height, width, 3)``, of an example, and the target on it in whole pixels."""
    image, box, _ = next(stream_clip(*EXAMPLES[name]))
    left, top = round(box.x), round(box.y)
    return image, Box(left, top, round(box.x2) - left, round(box.y2) - top)


def example_clip(name: str, folder: Path) -> Clip:
    """The example as a file in ``folder``; rendered the first time it is asked for, then kept in the cache."""
    path = folder / f"{name}.mp4"
    if not path.exists():
        seed, config = EXAMPLES[name]
        kept = default_cache() / "examples" / f"{name}-{_mark(seed, config)}.mp4"
        if kept.is_file():
            shutil.copyfile(kept, path)
        else:
            frames = (image for image, _, _ in islice(stream_clip(seed, config), config.frames))
            write_video(path, frames, DEFAULT_FPS)
            _keep(path, kept)
    return open_clip(path, link=name)


def _keep(path: Path, kept: Path) -> None:
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as beside:
            shutil.copyfile(path, beside)
    except OSError as error:  # the clip is as good, only rendered again next time
        logger.warning("example: %s is not kept (%s)", path.name, error)


def _mark(seed: int, config: WorldConfig) -> str:
    """Of what an example is made of: its world, and the code that draws and writes it."""
    code = b"".join(file.read_bytes() for file in sorted(Path(synthetic.__file__).parent.glob("*.py")))
    return hashlib.sha256(f"{seed} {config} {DEFAULT_FPS}".encode() + code).hexdigest()[:12]


def make_examples(chosen: str) -> Any:
    """The row of buttons, inside a `gr.Blocks`. Its ``select`` event carries ``name``: check it with `read_name`."""
    buttons = "".join(_button(name, name == chosen) for name in EXAMPLES)
    return gr.HTML(
        f'<div class="examples">{buttons}</div>',
        css_template=STYLE,
        js_on_load=SCRIPT,
        apply_default_css=False,
        elem_id="examples",
    )


def read_name(value: Any) -> str:
    """The name of an example, from a browser, which may send anything. Raises ``ValueError`` naming ``example``."""
    if value not in EXAMPLES:
        raise ValueError(f"example: must be one of {', '.join(EXAMPLES)}; got {value!r}.")
    return str(value)


def _button(name: str, pressed: bool) -> str:
    image, _ = example_start(name)
    size = (THUMBNAIL_WIDTH, round(THUMBNAIL_WIDTH * image.shape[0] / image.shape[1]))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return (
        f'<button type="button" data-name="{html.escape(name)}" aria-pressed="{str(pressed).lower()}">'
        f'<img src="{jpeg_url(small)}" alt=""><span>{html.escape(name)}</span></button>'
    )

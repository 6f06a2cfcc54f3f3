"""What stands in a live view's place where no front end is alive: a picture, or a sentence."""

from base64 import b64encode
from html import unescape
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import plotly.graph_objects as go
from jaxtyping import UInt8

from playground.visualise.inside import to_png
from playground.visualise.looks import as_text

WIDTH_PX = 800  # on a code host there is little more room
COLOURS = 256  # so that a notebook with a dozen pictures stays small


def still(name: str, drawn: go.Figure | str) -> dict[str, Any]:
    """A mimebundle without any script, of a view's figure or of the sentence in its place.

    It holds ``image/png`` where a Chromium can draw it, else ``text/html`` that says how to see the view.
    """
    if isinstance(drawn, str):
        return _sentence(drawn)
    try:
        png = to_png(drawn, width=WIDTH_PX if drawn.layout.width is None else int(drawn.layout.width) + 16)
    except ValueError as error:
        return _sentence(as_text(f"The view {name} shows while a notebook runs. There is no picture of it: {error}"))
    return _png(png, f"live view {name}")


def picture(image: UInt8[np.ndarray, "height width 3"], words: str) -> dict[str, Any]:
    """A mimebundle of an RGB picture, and of ``words`` where there are none."""
    return _png(encoded_png(image), words)


def encoded_png(image: UInt8[np.ndarray, "height width 3"]) -> bytes:
    """An RGB picture as the content of a PNG file."""
    return bytes(cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes())


def _png(png: bytes, words: str) -> dict[str, Any]:
    return {"image/png": b64encode(_with_few_colours(png)).decode(), "text/plain": words}


def _sentence(words: str) -> dict[str, Any]:
    return {"text/html": f'<p role="alert">{words}</p>', "text/plain": unescape(words)}


def _with_few_colours(png: bytes) -> bytes:
    try:
        from PIL import Image
    except ModuleNotFoundError:  # it comes with the extra notebooks; without it the picture is only larger
        return png
    made = BytesIO()
    with Image.open(BytesIO(png)) as image:
        # By coverage, not by count: the few pixels of a letter keep their colour.
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(made, "PNG", optimize=True)
    return made.getvalue()

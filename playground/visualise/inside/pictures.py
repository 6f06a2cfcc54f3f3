"""Crops as panels to draw on: coordinates are fractions of the crop, x to the right and y down, 0..1."""

from base64 import b64encode
from collections.abc import Mapping

import cv2
import numpy as np
from jaxtyping import UInt8

from playground.config import EDGE_ORDER
from playground.visualise.inside.crops import Corners
from playground.visualise.inside.sheet import Sheet, Span, axes_of, draw, panel
from playground.visualise.looks import COLOURS, TEXT

EDGE_COLOURS: Mapping[str, str] = dict(zip(EDGE_ORDER, COLOURS, strict=False)) | {"all edges": TEXT}
FOUND, TRUTH, OTHER = "#2dd4a0", "#ffffff", "#fbbf24"
# Weight on a dimmed picture: none shows it as it is, the most is nearly white.
HEAT = [
    [0.0, "rgba(255, 140, 0, 0)"],
    [0.15, "rgba(255, 120, 20, 0.35)"],
    [0.5, "rgba(255, 170, 40, 0.75)"],
    [1.0, "rgba(255, 250, 205, 0.95)"],
]
_QUALITY = 92


def address(image: UInt8[np.ndarray, "height width 3"]) -> str:
    """An RGB picture as a data address, so that a figure holds all it shows."""
    _, jpeg = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return f"data:image/jpeg;base64,{b64encode(jpeg.tobytes()).decode()}"


def dimmed(image: UInt8[np.ndarray, "height width 3"]) -> UInt8[np.ndarray, "height width 3"]:
    """A darker picture with little colour left, on which weights can be seen."""
    grey = image.mean(-1, keepdims=True)
    return np.asarray((0.6 * grey + 0.4 * image) * 0.65, np.uint8)


def picture(sheet: Sheet, image: str, x: Span, y: Span, ratio: float = 1.0) -> int:
    """A panel with a picture (`address`) as its ground, without axes; its number. ``ratio``: height over width."""
    plain = {"visible": False, "constrain": "domain"}
    scale = axes_of(sheet.panels + 1)[0]
    number = panel(
        sheet, x, y, {"range": [0, 1], **plain}, {"range": [1, 0], "scaleanchor": scale, "scaleratio": ratio, **plain}
    )
    xref, yref = axes_of(number)
    place = {"x": 0, "y": 0, "sizex": 1, "sizey": 1, "yanchor": "top", "sizing": "stretch", "layer": "below"}
    sheet.images.append({"source": image, "xref": xref, "yref": yref, **place})
    return number


def put_heat(sheet: Sheet, number: int, heat: np.ndarray, most: float) -> None:
    """Weights of a crop's patches, ``(g, g)``, over its picture; ``most`` is the brightest. NaN shows the picture."""
    side = heat.shape[0]
    centres = (np.arange(side, dtype=np.float32) + 0.5) / side
    draw(
        sheet,
        number,
        type="heatmap",
        z=heat.astype(np.float32),  # arrays go to the page as bytes: smaller, and checked at once
        x=centres,
        y=centres,
        zmin=0,
        zmax=most or 1,
        colorscale=HEAT,
        showscale=False,
        hoverongaps=False,
        hovertemplate="x %{x:.3f}, y %{y:.3f}: %{z:.2%}<extra></extra>",
    )


def put_box(sheet: Sheet, number: int, box_rel: Corners, colour: str, name: str, dash: str = "solid") -> None:
    """A box on a picture: a bright line on a dark one, so that it stands on any ground."""
    x1, y1, x2, y2 = box_rel
    around = {"type": "scatter", "x": [x1, x2, x2, x1, x1], "y": [y1, y1, y2, y2, y1], "mode": "lines"}
    draw(sheet, number, **around, line={"color": "rgba(0, 0, 0, 0.6)", "width": 4}, hoverinfo="skip")
    told = f"{name}<br>x {x1:.3f} to {x2:.3f}<br>y {y1:.3f} to {y2:.3f}<extra></extra>"
    draw(sheet, number, **around, line={"color": colour, "width": 2, "dash": dash}, name=name, hovertemplate=told)

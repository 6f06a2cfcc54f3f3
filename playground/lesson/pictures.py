"""Pictures that a notebook shows and keeps: a film strip of a track, what a network is shown, and the drawings."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from playground.box import Box
from playground.events import TrackEvent
from playground.settings import require
from playground.visualise.inside import Crops
from playground.visualise.looks import COLOURS

WIDTH_PX = 960  # of a strip
QUALITY = 82
INK, GROUND, TRUE_BOX = (31, 41, 55), (255, 255, 255), (255, 255, 255)
TEXT = cv2.FONT_HERSHEY_SIMPLEX
DRAWINGS = Path(__file__).parent / "drawings"

Image = UInt8[np.ndarray, "_ _ 3"]


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture as the value of a cell: its bytes, and of which kind (``image/jpeg`` or ``image/svg+xml``) they are."""

    content: bytes
    kind: str
    words: str

    def __repr__(self) -> str:
        return self.words

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        text = self.content.decode() if self.kind == "image/svg+xml" else b64encode(self.content).decode()
        return {self.kind: text, "text/plain": self.words}


def drawing(name: str) -> Picture:
    """One of the drawings of this package. Raises ``ValueError`` naming ``drawing`` when there is none of that name."""
    names = sorted(path.stem for path in DRAWINGS.glob("*.svg"))
    require(name in names, f"drawing: must be one of {', '.join(names)}; got {name!r}.")
    return Picture((DRAWINGS / f"{name}.svg").read_bytes(), "image/svg+xml", f"drawing: {name}")


def filmstrip(
    frames: Sequence[Image] | UInt8[np.ndarray, "n _ _ 3"],
    tracks: Mapping[str, Sequence[TrackEvent]],
    truth: Sequence[Box] | Float[np.ndarray, "n 4"] | None = None,
    *,
    columns: int = 4,
    rows: int = 2,
) -> Picture:
    """Frames spread over a clip, the first and the last among them, with the boxes of every track, a colour each.

    ``truth`` holds true boxes, drawn in white; as rows: x, y, w, h in frame pixels. Raises ``ValueError`` naming
    ``tracks`` when one has another number of frames than the clip.
    """
    for name, events in tracks.items():
        require(len(events) == len(frames), f"tracks: {name} has {len(events)} frames, the clip {len(frames)}.")
    wide = WIDTH_PX // columns
    scale = wide / frames[0].shape[1]
    tiles = []
    for i in np.linspace(0, len(frames) - 1, columns * rows).round().astype(int).tolist():
        tile = cv2.resize(frames[i], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if truth is not None:
            known = truth[i]
            outline(tile, known if isinstance(known, Box) else Box(*known.tolist()), scale, TRUE_BOX)
        for (_, events), colour in zip(tracks.items(), COLOURS, strict=False):
            outline(tile, events[i].box, scale, _rgb(colour))
        cv2.putText(tile, f"{i}", (6, 16), TEXT, 0.45, (0, 0, 0), 3, cv2.LINE_AA)
        cv2.putText(tile, f"{i}", (6, 16), TEXT, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
        tiles.append(tile)
    sheet = np.vstack([np.hstack(tiles[row * columns : (row + 1) * columns]) for row in range(rows)])
    names = {name: _rgb(colour) for name, colour in zip(tracks, COLOURS, strict=False)}
    whole = sheet if truth is None and len(names) < 2 else np.vstack([_legend(names, truth is not None, sheet), sheet])
    return as_picture(whole, f"film strip: {len(tiles)} frames")


def side_by_side(pictures: Mapping[str, Image], height: int = 240) -> Picture:
    """Pictures beside each other at one ``height`` in pixels, each with its name above; small ones stay blocky."""
    tiles = []
    for name, image in pictures.items():
        scale = height / image.shape[0]
        tile = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
        head = np.full((26, tile.shape[1], 3), GROUND, np.uint8)
        cv2.putText(head, name, (2, 18), TEXT, 0.48, INK, 1, cv2.LINE_AA)
        tiles += [np.vstack([head, tile]), np.full((height + 26, 14, 3), GROUND, np.uint8)]
    return as_picture(np.hstack(tiles[:-1]), f"pictures: {', '.join(pictures)}")


def shown_to(crops: Crops) -> Picture:
    """What a network is shown of one frame: templates and search region, with the true box where it is known."""
    search = np.ascontiguousarray(crops.search).copy()
    if crops.truth_rel is not None:
        x1, y1, x2, y2 = (value * len(search) for value in crops.truth_rel)
        search = cv2.resize(search, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
        outline(search, Box(x1, y1, x2 - x1, y2 - y1), 4, TRUE_BOX)
    online = len(crops.templates) - 1
    names = ["template", *(["online template"] if online == 1 else [f"online template {i + 1}" for i in range(online)])]
    return side_by_side(dict(zip(names, crops.templates, strict=True)) | {"search region": search})


def outline(image: Image, box: Box, scale: float, colour: tuple[int, int, int]) -> None:
    """Draw ``box``, its numbers times ``scale``, on the ``image``, so that it stands on any ground."""
    start, end = ((round(x * scale), round(y * scale)) for x, y in ((box.x, box.y), (box.x2, box.y2)))
    cv2.rectangle(image, start, end, (20, 20, 20), 3, cv2.LINE_AA)
    cv2.rectangle(image, start, end, colour, 1 if colour == TRUE_BOX else 2, cv2.LINE_AA)


def _legend(names: Mapping[str, tuple[int, int, int]], truth: bool, sheet: Image) -> Image:
    head = np.full((28, sheet.shape[1], 3), GROUND, np.uint8)
    at = 4
    for name, colour in [*names.items(), *([("true box: white", INK)] if truth else [])]:
        cv2.putText(head, name, (at, 19), TEXT, 0.5, colour, 1, cv2.LINE_AA)
        at += cv2.getTextSize(name, TEXT, 0.5, 1)[0][0] + 24
    return head


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def as_picture(image: Image, words: str) -> Picture:
    """An RGB image, and what there is to say of it where it cannot be shown."""
    _, jpeg = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return Picture(jpeg.tobytes(), "image/jpeg", words)

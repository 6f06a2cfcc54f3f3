"""A track that plays in a notebook, drawn by the browser page's own code: box, trail, score and the four edges."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from playground.box import Box
from playground.events import TrackEvent
from playground.settings import require
from playground.visualise.live.player_page import player_page
from playground.visualise.live.still import encoded_png, picture
from playground.visualise.live.view import page_path, write_all
from playground.visualise.overlay import Trail, draw

WIDTH_PX, QUALITY = 480, 80  # of the frames that are sent to the page


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Player:
    """A track as the value of a cell. Where no front end is alive, its middle frame stands as a picture."""

    images: Sequence[np.ndarray]
    events: Sequence[TrackEvent]
    fps: float
    lost_score: float

    def __repr__(self) -> str:
        return f"a track of {len(self.events)} frames"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle = picture(self._middle(), repr(self))
        try:
            from ipywidgets import VBox

            from playground.visualise.live.canvas import Screen
        except ModuleNotFoundError:  # no ipywidgets or anywidget: the picture has to do
            return bundle
        return VBox([Screen(track=self.to_json())])._repr_mimebundle_() | bundle

    def to_json(self) -> str:
        """What the page draws: frames as JPEG in base64, and the events in pixels of those frames."""
        return json.dumps(
            {
                "frames": [b64encode(_jpeg(image)).decode() for image in self.images],
                "events": [asdict(event) for event in self.events],
                "fps": self.fps,
                "lost_score": self.lost_score,
            }
        )

    def to_static(self, place: str | Path = ".", *, png: bool = True) -> list[Path]:
        """Write the track as one HTML file that plays it and asks for nothing, and its middle frame as a PNG, and
        return the files' paths.

        ``place`` is a folder, the present one at first, or a path ending in ``.html`` or ``.png``, both of which are
        written; ``png=False`` leaves out the picture.
        """
        path = page_path(place, "track")
        files = {path: player_page(self.to_json(), repr(self)).encode()}
        if png:
            files[path.with_suffix(".png")] = encoded_png(self._middle())
        return write_all(files)

    def _middle(self) -> np.ndarray:
        index, trail = len(self.images) // 2, Trail()
        for event in self.events[:index]:
            trail.centres.append(None if event.lost else (event.box.cx, event.box.cy))
        return draw(self.images[index], self.events[index], trail)


def player(
    images: Sequence[np.ndarray], events: Sequence[TrackEvent], *, fps: float = 25, lost_score: float = 0.5
) -> Player:
    """Play ``events`` over ``images`` (RGB uint8, height x width x 3, one an event, `WIDTH_PX` px wide at most when
    sent) at ``fps`` frames a second. ``lost_score`` (0..1) is drawn as a line among the scores.

    Raises ``ValueError`` naming ``events`` unless there is one a frame, and ``fps`` unless it is above 0.
    """
    require(len(images) > 0, "images: give at least one frame.")
    require(len(images) == len(events), f"events: give one a frame, {len(images)} of them; got {len(events)}.")
    require(fps > 0, f"fps: has to be above 0; got {fps:g}.")
    scale = min(1.0, WIDTH_PX / images[0].shape[1])
    small = [cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for image in images]
    return Player(small, [_scaled(event, scale) for event in events], fps, lost_score)


def _scaled(event: TrackEvent, scale: float) -> TrackEvent:
    def box(one: Box) -> Box:
        return Box(one.x * scale, one.y * scale, one.w * scale, one.h * scale)

    return replace(event, box=box(event.box), search=None if event.search is None else box(event.search))


def _jpeg(image: np.ndarray) -> bytes:
    encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    return bytes(encoded.tobytes())

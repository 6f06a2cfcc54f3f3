"""A track as a video that plays in the notebook, where a page lets it."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from jaxtyping import UInt8

from playground.events import TrackEvent
from playground.settings import require
from playground.video.write import open_writer
from playground.visualise.overlay import Trail, draw

WIDTH_PX, CRF = 360, 30  # small enough to be kept in a notebook


@dataclass(frozen=True, slots=True, repr=False)
class Film:
    """A video as the value of a cell: the file at ``path`` and what there is to say where it cannot play."""

    path: Path
    words: str

    def __repr__(self) -> str:
        return self.words

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        content = b64encode(self.path.read_bytes()).decode()
        video = f'<video controls loop muted playsinline src="data:video/mp4;base64,{content}"></video>'
        return {"text/html": video, "text/plain": self.words}


def film(
    frames: Sequence[np.ndarray] | UInt8[np.ndarray, "n h w 3"],
    events: Sequence[TrackEvent],
    path: Path,
    *,
    fps: float = 25,
) -> Film:
    """Write frames (RGB uint8) with what a tracker said of each to ``path``, an .mp4 of at most `WIDTH_PX` px
    across.

    Raises ``ValueError`` naming ``events`` unless there is one a frame, or as `open_writer` does.
    """
    require(len(frames) == len(events), f"events: give one a frame, {len(frames)} of them; got {len(events)}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    trail = Trail()
    with open_writer(path, fps, crf=CRF) as write:
        for image, event in zip(frames, events, strict=True):
            drawn = draw(image, event, trail)
            scale = min(1.0, WIDTH_PX / drawn.shape[1])
            write(cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return Film(path, f"{path.name}: {len(events)} frames, {path.stat().st_size / 1024:.0f} KiB")

"""Many small frames and the tracks through them, packed so that batches can be cut from them on any device."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

SIDE = 256  # pixels; every frame is shrunk to fit this square, top-left, the rest black


@dataclass(frozen=True, slots=True)
class Track:
    """One object: the numbers of the frames it is seen in, ``(n,)``, and its boxes there, ``(n, 4)`` x, y, w, h."""

    frames: np.ndarray
    boxes: Float[np.ndarray, "n 4"]


@dataclass(frozen=True, slots=True)
class Source:
    """A named group of tracks that is drawn with one weight."""

    name: str
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class FrameStore:
    """All frames ``(n, 3, SIDE, SIDE)`` uint8 RGB, the part of each that holds the picture ``(n, 2)`` as width and
    height, and the sources of tracks."""

    frames: UInt8[Tensor, "n 3 side side"]
    extents: Float[np.ndarray, "n 2"]
    sources: tuple[Source, ...]


class StoreBuilder:
    """Collects frames and tracks, then packs them."""

    def __init__(self) -> None:
        self._frames: list[np.ndarray] = []
        self._extents: list[tuple[int, int]] = []
        self._tracks: dict[str, list[Track]] = {}

    def add(self, source: str, frames: Iterable[np.ndarray], boxes: Iterable[np.ndarray]) -> None:
        """Add a clip of RGB frames ``(h, w, 3)`` with the boxes seen in each, ``(k, 4)`` x, y, w, h in its pixels.

        Object ``j`` of every frame is one track; a NaN box means that the object is absent there. Boxes with a side
        under two stored pixels are left out: nothing can be learnt from them.
        """
        numbers: list[int] = []
        scaled: list[np.ndarray] = []
        for frame, found in zip(frames, boxes, strict=True):
            scale = min(1.0, SIDE / max(frame.shape[:2]))
            size = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
            small = frame if scale == 1.0 else cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
            canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
            canvas[: size[1], : size[0]] = small
            numbers.append(len(self._frames))
            self._frames.append(np.ascontiguousarray(canvas.transpose(2, 0, 1)))
            self._extents.append(size)
            scaled.append(np.asarray(found, np.float64).reshape(-1, 4) * scale)
        for track in np.stack(scaled).transpose(1, 0, 2) if scaled and scaled[0].size else ():
            seen = np.isfinite(track).all(1) & (np.nan_to_num(track[:, 2:]) >= 2).all(1)
            if seen.any():
                entry = Track(np.array(numbers)[seen], track[seen])
                self._tracks.setdefault(source, []).append(entry)

    def build(self) -> FrameStore:
        """Pack everything added so far. Raises ``ValueError`` when that is nothing."""
        if not self._tracks:
            raise ValueError(
                "data: no training track was found; give a folder with clips or photos, or synthetic clips."
            )
        sources = tuple(Source(name, tuple(tracks)) for name, tracks in self._tracks.items())
        frames = torch.from_numpy(np.stack(self._frames))
        return FrameStore(frames, np.array(self._extents, np.float64), sources)

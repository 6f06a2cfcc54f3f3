"""The objects of clips as tracks through numbered frames, grouped by source."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from playground.data.clip import Clip

LEAST = 2.0  # pixels a side of a box as it is kept: nothing can be learnt from less


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One object of the clip ``name`` (``source/clip``).

    ``frames`` are the numbers of the frames it is seen in, in order, ``boxes`` x, y, w, h there; ``absent`` are the
    frames of its clip without it. ``stamp`` is the number of its cut-out, None without one.
    """

    name: str
    frames: Int[np.ndarray, "n"]
    boxes: Float[np.ndarray, "n 4"]
    absent: Int[np.ndarray, "m"]
    stamp: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A named group of tracks that is drawn with one weight."""

    name: str
    tracks: tuple[Track, ...]


def clip_tracks(clip: Clip, first: int, scales: Float[np.ndarray, "t"]) -> list[tuple[int, Track]]:
    """The objects that are seen at all, by their number in the clip, whose frames are counted from ``first``.

    Frame ``i`` is kept ``scales[i]`` times its size. Boxes with a side under `LEAST` pixels are left out.
    """
    numbers = np.arange(first, first + len(clip.frames))
    tracks = []
    for j, boxes in enumerate((clip.boxes * scales[:, None, None]).transpose(1, 0, 2)):
        there = np.isfinite(boxes).all(1)
        seen = there & (np.nan_to_num(boxes[:, 2:]) >= LEAST).all(1)
        if seen.any():
            name = f"{clip.source}/{clip.name}"
            tracks.append((j, Track(name=name, frames=numbers[seen], boxes=boxes[seen], absent=numbers[~there])))
    return tracks


def sources_of(tracks: dict[str, list[Track]]) -> tuple[Source, ...]:
    """Tracks by the name of their source. Raises ``ValueError`` naming ``data`` when there is none."""
    if not tracks:
        raise ValueError(
            "data: no object to train on was found; give locations with clips or stills, or synthetic_clips."
        )
    return tuple(Source(name, tuple(found)) for name, found in tracks.items())

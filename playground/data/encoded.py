"""Frames that stay encoded until a batch needs them, for data that fits into no memory."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import repeat

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from playground.data.clip import Clip, Encoded, image_size, read_image
from playground.data.cuts import Cuts, warp
from playground.data.stamp import STAMP, Outline, cut_out, find_outline
from playground.data.tracks import Source, Track, clip_tracks, sources_of

WORKERS = 4  # threads that decode; OpenCV lets them run side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedFrames:
    """`Frames` (`playground.data.store`) as image files or their bytes, cut at full resolution by OpenCV.

    ``names`` are the clips that the frames belong to. A picture or mask that cannot be read counts as black, or as no
    cut-out, and is counted in ``broken`` by clip. ``recent`` holds the decoded frames of the last call.
    """

    pictures: list[Encoded]
    names: list[str]
    outlines: list[Outline]  # their frames are numbers of ``pictures``
    sources: tuple[Source, ...]
    device: torch.device
    broken: Counter[str] = field(default_factory=Counter)
    recent: dict[int, np.ndarray | None] = field(default_factory=dict)

    def to(self, device: torch.device | str) -> "EncodedFrames":
        """The same frames, for crops on ``device``."""
        return replace(self, device=torch.device(device))

    def extent(self, frame: int) -> Float[np.ndarray, "2"]:
        """Width and height of a frame in pixels. Raises ``ValueError`` when it cannot be read."""
        return np.array(image_size(self.pictures[frame]), np.float64)

    def cut(self, cuts: Cuts, size: int) -> Float[Tensor, "n 3 size size"]:
        images = self._decoded(cuts.frames.tolist())
        crops = warp((images[frame] for frame in cuts.frames.tolist()), cuts, size)
        return torch.from_numpy(crops).permute(0, 3, 1, 2).contiguous().float().to(self.device)

    def stamps(self, numbers: Int[np.ndarray, "n"]) -> Float[Tensor, "n 4 stamp stamp"]:
        wanted = [self.outlines[number] for number in numbers]
        images = self._decoded([outline.frame for outline in wanted])
        found = np.zeros((len(wanted), 4, STAMP, STAMP), np.uint8)
        for stamp, outline in zip(found, wanted, strict=True):
            image = images[outline.frame]
            try:
                made = None if image is None else cut_out(image, outline)
            except ValueError:
                self.broken[self.names[outline.frame]] += 1
                continue
            if made is not None:
                stamp[:] = made
        return torch.from_numpy(found).float().to(self.device)

    def _decoded(self, frames: list[int]) -> dict[int, np.ndarray | None]:
        """The frames by number, each read once; None where that fails."""
        wanted = dict.fromkeys(frames)
        new = [frame for frame in wanted if frame not in self.recent]
        with ThreadPoolExecutor(WORKERS) as pool:
            read = dict(zip(new, pool.map(_read, (self.pictures[frame] for frame in new)), strict=True))
        self.broken.update(self.names[frame] for frame, image in read.items() if image is None)
        found = {frame: read[frame] if frame in read else self.recent[frame] for frame in wanted}
        self.recent.clear()
        self.recent.update(found)
        return found


def _read(picture: Encoded) -> UInt8[np.ndarray, "h w 3"] | None:
    try:
        return read_image(picture)
    except ValueError:
        return None


class EncodedBuilder:
    """Collects clips without decoding them."""

    def __init__(self) -> None:
        self._pictures: list[Encoded] = []
        self._names: list[str] = []
        self._outlines: list[Outline] = []
        self._tracks: dict[str, list[Track]] = {}

    def add(self, clip: Clip) -> None:
        """Keep a clip's frames as they are, and its objects; without an object nothing is kept.

        Raises ``ValueError`` when its first picture cannot be read; the others are looked at when they are needed.
        """
        image_size(clip.frames[0])
        first, tracks = len(self._pictures), []
        for j, track in clip_tracks(clip, first, np.ones(len(clip.frames))):
            if (outline := find_outline(clip, j)) is not None:
                track = replace(track, stamp=len(self._outlines))
                self._outlines.append(replace(outline, frame=first + outline.frame))
            tracks.append(track)
        if not tracks:
            return
        self._pictures += clip.frames
        self._names += repeat(tracks[0].name, len(clip.frames))
        self._tracks.setdefault(clip.source, []).extend(tracks)

    def build(self) -> EncodedFrames:
        """Everything that was added. Raises ``ValueError`` naming ``data`` when that is nothing."""
        sources = sources_of(self._tracks)
        return EncodedFrames(
            pictures=self._pictures,
            names=self._names,
            outlines=self._outlines,
            sources=sources,
            device=torch.device("cpu"),
        )

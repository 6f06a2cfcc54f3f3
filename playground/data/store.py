"""The frames that batches are cut from: what is asked of them, and all of them in one tensor."""

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import cv2
import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor
from torch.nn import functional as F

from playground.data.clip import Clip, read_image
from playground.data.cuts import Cuts, warp
from playground.data.stamp import STAMP, cut_out, find_outline
from playground.data.tracks import Source, Track, clip_tracks, sources_of

SIDE = 256  # pixels; every frame is shrunk to fit this square, top-left, the rest black


@runtime_checkable
class Frames(Protocol):
    """Numbered frames, those of a clip in a row, and the tracks through them."""

    @property
    def sources(self) -> tuple[Source, ...]: ...

    @property
    def device(self) -> torch.device:
        """Where crops appear."""
        ...

    def to(self, device: torch.device | str) -> "Frames":
        """The same frames, for crops on ``device``."""
        ...

    def extent(self, frame: int) -> Float[np.ndarray, "2"]:
        """Width and height of a frame in pixels."""
        ...

    def cut(self, cuts: Cuts, size: int) -> Float[Tensor, "n 3 size size"]:
        """RGB crops of ``size`` pixels, 0..255, bilinear and black outside, as the tracker's (spec 4.1)."""
        ...

    def stamps(self, numbers: Int[np.ndarray, "n"]) -> Float[Tensor, "n 4 stamp stamp"]:
        """Cut-outs as red, green, blue and opacity, 0..255."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameStore:
    """`Frames` in one tensor ``pixels``, RGB; ``extents`` are width and height of the part that holds the picture."""

    pixels: UInt8[Tensor, "n side side 3"]
    extents: Float[np.ndarray, "n 2"]
    cut_outs: UInt8[Tensor, "m 4 stamp stamp"]
    sources: tuple[Source, ...]

    @property
    def device(self) -> torch.device:
        return self.pixels.device

    def to(self, device: torch.device | str) -> "FrameStore":
        """The same frames, held and cut on ``device``."""
        return replace(self, pixels=self.pixels.to(device), cut_outs=self.cut_outs.to(device))

    def extent(self, frame: int) -> Float[np.ndarray, "2"]:
        return self.extents[frame]

    def cut(self, cuts: Cuts, size: int) -> Float[Tensor, "n 3 size size"]:
        """As `Frames.cut`. On a CPU OpenCV does it, which is far quicker there and gives the same within rounding."""
        if self.device.type != "cpu":
            return sample_pixels(self.pixels, cuts, size)
        pixels = self.pixels.numpy()
        crops = warp((pixels[frame] for frame in cuts.frames), cuts, size)
        return torch.from_numpy(crops).permute(0, 3, 1, 2).contiguous().float()

    def stamps(self, numbers: Int[np.ndarray, "n"]) -> Float[Tensor, "n 4 stamp stamp"]:
        return self.cut_outs[torch.from_numpy(numbers).to(self.device)].float()


def sample_pixels(pixels: UInt8[Tensor, "m side side 3"], cuts: Cuts, size: int) -> Float[Tensor, "n 3 size size"]:
    """`Frames.cut` out of ``pixels``, on the device that they are on."""
    device, side = pixels.device, pixels.shape[1]
    step = (torch.arange(size, device=device) + 0.5) / size
    place = torch.stack([*torch.meshgrid(step, step, indexing="xy"), torch.ones(size, size, device=device)], -1)
    maps = torch.from_numpy(cuts.affine()).float().to(device)
    grid = torch.einsum("hwk,nck->nhwc", place, maps) * (2 / side) - 1
    frames = pixels[torch.from_numpy(cuts.frames).to(device)].permute(0, 3, 1, 2).float()
    return F.grid_sample(frames, grid, align_corners=False)


class StoreBuilder:
    """Collects clips, then packs them."""

    def __init__(self) -> None:
        self._pixels = bytearray()
        self._extents: list[tuple[int, int]] = []
        self._cut_outs: list[np.ndarray] = []
        self._tracks: dict[str, list[Track]] = {}

    def add(self, clip: Clip) -> None:
        """Shrink and keep a clip's frames, with its objects and their cut-outs; without an object nothing is kept.

        Raises ``ValueError`` naming a picture or mask that cannot be read, and keeps nothing of the clip then.
        """
        images = [read_image(frame) for frame in clip.frames]
        scales = np.array([min(1.0, SIDE / max(image.shape[:2])) for image in images])
        tracks: list[Track] = []
        cut_outs: list[np.ndarray] = []
        for j, track in clip_tracks(clip, len(self._extents), scales):
            outline = find_outline(clip, j)
            made = None if outline is None else cut_out(images[outline.frame], outline)
            if made is not None:
                track = replace(track, stamp=len(self._cut_outs) + len(cut_outs))
                cut_outs.append(made)
            tracks.append(track)
        if not tracks:
            return
        for image, scale in zip(images, scales, strict=True):
            height, width = (max(1, round(side * scale)) for side in image.shape[:2])
            canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
            canvas[:height, :width] = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
            self._pixels += canvas.tobytes()
            self._extents.append((width, height))
        self._cut_outs += cut_outs
        self._tracks.setdefault(clip.source, []).extend(tracks)

    def build(self) -> FrameStore:
        """Everything that was added, in place: nothing can be added after it.

        Raises ``ValueError`` naming ``data`` when that is nothing.
        """
        sources = sources_of(self._tracks)
        cut_outs = np.array(self._cut_outs, np.uint8).reshape(-1, 4, STAMP, STAMP)
        return FrameStore(
            pixels=torch.frombuffer(self._pixels, dtype=torch.uint8).view(-1, SIDE, SIDE, 3),
            extents=np.array(self._extents, np.float64),
            cut_outs=torch.from_numpy(cut_outs),
            sources=sources,
        )

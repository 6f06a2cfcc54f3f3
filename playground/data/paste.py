"""Other objects pasted into crops: before the target, which they partly cover, or beside it."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional as F

from playground.data.cuts import upright
from playground.data.sample import Plan
from playground.data.stamp import STAMP
from playground.data.store import Frames

SOFT = 3.0  # pixels of a pasted picture over which its edge fades
NUMBERS = 5  # uniform numbers that place one


@dataclass(frozen=True, slots=True, kw_only=True)
class Pastes:
    """For each of ``n`` crops whether an object is pasted into it, and which.

    It is the cut-out ``stamps``, or where that is -1 ``boxes`` (x, y, w, h in pixels) of the frame ``frames``.
    ``numbers`` in 0..1 decide where it goes.
    """

    wanted: Bool[np.ndarray, "n"]
    frames: Int[np.ndarray, "n"]
    boxes: Float[np.ndarray, "n 4"]
    stamps: Int[np.ndarray, "n"]
    numbers: Float[np.ndarray, "n numbers"]


def draw_pastes(plan: Plan, name: str, chance: float, n: int, rng: np.random.Generator) -> Pastes:
    """For each of ``n`` crops, at ``chance``, an object of another clip than ``name``."""
    wanted = rng.random(n) < chance
    frames, boxes, stamps = np.zeros(n, np.int64), np.ones((n, 4)), np.full(n, -1)
    for i in np.flatnonzero(wanted):
        if (track := plan.draw_other(name, rng)) is None:
            wanted[i] = False
            continue
        at = int(rng.integers(len(track.frames)))
        frames[i], boxes[i] = track.frames[at], track.boxes[at]
        stamps[i] = -1 if track.stamp is None else track.stamp
    return Pastes(wanted=wanted, frames=frames, boxes=boxes, stamps=stamps, numbers=rng.random((n, NUMBERS)))


def before(pastes: Pastes, targets: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n 4"]:
    """Places that cover a part of each target, a quarter to three quarters of its width and height.

    Targets and places are x1, y1, x2, y2 in fractions of the crop.
    """
    size = targets[:, 2:] - targets[:, :2]
    part = size * (0.25 + 0.5 * pastes.numbers[:, :2])
    corner = targets[:, :2] + pastes.numbers[:, 2:4] * (size - part)
    return np.concatenate([corner, corner + part], 1)


def beside(pastes: Pastes, targets: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n 4"]:
    """Places about as large as each target, in the object's own shape, that just touch it or lie a little away."""
    size, middle = targets[:, 2:] - targets[:, :2], (targets[:, 2:] + targets[:, :2]) / 2
    numbers = pastes.numbers
    shape = np.sqrt(pastes.boxes[:, 2:] / pastes.boxes[:, :1:-1])
    own = np.sqrt(size.prod(1, keepdims=True)) * shape * np.exp(numbers[:, :1] - 0.5)
    angle = 2 * np.pi * numbers[:, 1]
    way = np.stack([np.cos(angle), np.sin(angle)], 1)
    touch = ((size + own) / 2 / np.maximum(np.abs(way), 1e-9)).min(1, keepdims=True)
    corner = middle + way * touch * (0.9 + 0.6 * numbers[:, 2:3]) - own / 2
    return np.concatenate([corner, corner + own], 1)


def paste(
    images: Float[Tensor, "n 3 size size"], frames: Frames, pastes: Pastes, places: Float[np.ndarray, "n 4"]
) -> Float[Tensor, "n 3 size size"]:
    """The images with the wanted objects pasted at ``places``, x1, y1, x2, y2 in fractions of the crop."""
    rows = np.flatnonzero(pastes.wanted)
    if not len(rows):
        return images
    device, size = images.device, images.shape[-1]
    step = (torch.arange(size, device=device) + 0.5) / size
    x1, y1, x2, y2 = torch.from_numpy(places[rows]).float().to(device)[:, :, None].unbind(1)
    across, down = 2 * (step - x1) / (x2 - x1) - 1, 2 * (step - y1) / (y2 - y1) - 1
    grid = torch.stack([across[:, None, :].expand(-1, size, -1), down[:, :, None].expand(-1, -1, size)], -1)
    layers = F.grid_sample(_pictures(frames, pastes, rows), grid, align_corners=False)
    at = torch.from_numpy(rows).to(device)
    images = images.clone()
    images[at] = images[at] * (1 - layers[:, 3:]) + layers[:, :3]
    return images


def _pictures(frames: Frames, pastes: Pastes, rows: np.ndarray) -> Float[Tensor, "m 4 stamp stamp"]:
    """Red, green and blue, 0..255, times opacity, 0..1. Without a cut-out the box is faded to an ellipse or, as
    often, a rectangle."""
    stamped = pastes.stamps[rows] >= 0
    pictures = torch.empty(len(rows), 4, STAMP, STAMP, device=frames.device)
    if stamped.any():
        stamps = frames.stamps(pastes.stamps[rows[stamped]])
        stamps[:, 3:] /= 255
        pictures[torch.from_numpy(stamped)] = stamps
    if not stamped.all():
        plain = rows[~stamped]
        crops = frames.cut(upright(pastes.frames[plain], pastes.boxes[plain]), STAMP)
        centred = (torch.arange(STAMP, device=frames.device) + 0.5) / STAMP * 2 - 1
        y, x = torch.meshgrid(centred, centred, indexing="ij")
        ellipse, rectangle = torch.hypot(x, y), torch.maximum(x.abs(), y.abs())
        round_ = torch.from_numpy(pastes.numbers[plain, 4] < 0.5).to(frames.device)[:, None, None]
        opacity = ((1 - torch.where(round_, ellipse, rectangle)) * (STAMP / 2 / SOFT)).clamp(0, 1)
        pictures[torch.from_numpy(~stamped)] = torch.cat([crops, opacity[:, None]], 1)
    pictures[:, :3] *= pictures[:, 3:]
    return pictures

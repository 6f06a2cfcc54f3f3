"""Geometry and colour on whole batches, on the device the frames are on."""

import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn import functional as F

Images = Float[Tensor, "n 3 size size"]


def cut(frames: UInt8[Tensor, "n 3 side side"], squares: Float[Tensor, "n 4"], flip: Tensor, size: int) -> Images:
    """Cut ``squares`` (x, y, width, height in frame pixels) out of ``frames``, at ``size`` pixels, values 0..255.

    Bilinear and black outside, as the tracker's crop (spec 4.1); a square may be a rectangle, which stretches the
    picture. Where ``flip`` is set the cut is mirrored left to right.
    """
    side = frames.shape[-1]
    step = (torch.arange(size, device=frames.device, dtype=torch.float32) + 0.5) / size
    across = torch.where(flip[:, None], 1 - step, step)
    x = squares[:, 0, None] + across * squares[:, 2, None]
    y = squares[:, 1, None] + step * squares[:, 3, None]
    grid = torch.stack([x[:, None, :].expand(-1, size, -1), y[:, :, None].expand(-1, -1, size)], -1)
    return F.grid_sample(frames.float(), grid * (2 / side) - 1, align_corners=False)


def colour(images: Images, strength: float, generator: torch.Generator) -> Images:
    """Random brightness, contrast, saturation, colour cast and noise for each image; values stay in 0..255."""

    def draw(low: float, high: float) -> Tensor:
        value = torch.empty(images.shape[0], 1, 1, 1, device=images.device)
        return value.uniform_(low, high, generator=generator)

    grey = images.mean(1, keepdim=True)
    colourful = torch.where(draw(0, 1) < 0.06, torch.zeros_like(grey), 1 + strength * draw(-1, 1))
    images = grey + (images - grey) * colourful
    middle = images.mean((1, 2, 3), keepdim=True)
    images = middle + (images - middle) * (1 + strength * draw(-1, 1))
    cast = torch.empty(images.shape[0], 3, 1, 1, device=images.device).uniform_(-1, 1, generator=generator)
    images = images * (1 + strength * draw(-1, 1)) * (1 + 0.25 * strength * cast)
    noise = torch.empty_like(images).normal_(generator=generator)
    return (images + noise * draw(0, 8).clamp(min=0) * (draw(0, 1) < 0.3)).clamp(0, 255)


def soften(images: Images, least: float) -> Images:
    """Lower the resolution to ``least`` (0..1] of the pixels a side and back: small and defocused targets."""
    size = images.shape[-1]
    small = F.interpolate(images, max(4, round(size * least)), mode="bilinear", antialias=True)
    return F.interpolate(small, size, mode="bilinear")


def smear(images: Images, length: int, angle: float) -> Images:
    """Motion blur: the mean along a line of ``length`` pixels at ``angle`` radians."""
    reach = torch.linspace(-(length - 1) / 2, (length - 1) / 2, length)
    direction = torch.tensor([torch.cos(torch.tensor(angle)), torch.sin(torch.tensor(angle))])
    place = (reach[:, None] * direction).round().long() + length // 2
    kernel = torch.zeros(length, length)
    kernel[place[:, 1], place[:, 0]] = 1
    weight = (kernel / kernel.sum()).to(images).expand(3, 1, length, length)
    return F.conv2d(F.pad(images, [length // 2] * 4, mode="replicate"), weight, groups=3)


def occlude(images: Images, boxes_rel: Float[Tensor, "n 4"], chance: float, generator: torch.Generator) -> Images:
    """Cover part of some targets with a patch of the next image of the batch."""
    n, size = images.shape[0], images.shape[-1]
    rolls = torch.rand(n, 5, generator=generator, device=images.device)
    extent = (boxes_rel[:, 2:] - boxes_rel[:, :2]).clamp(min=0) * (0.25 + 0.5 * rolls[:, :2])
    corner = boxes_rel[:, :2] + rolls[:, 2:4] * (boxes_rel[:, 2:] - boxes_rel[:, :2] - extent)
    place = (torch.arange(size, device=images.device) + 0.5) / size
    inside_x = (place >= corner[:, :1]) & (place < (corner + extent)[:, :1])
    inside_y = (place >= corner[:, 1:]) & (place < (corner + extent)[:, 1:])
    covered = (inside_y[:, :, None] & inside_x[:, None, :])[:, None] & (rolls[:, 4] < chance)[:, None, None, None]
    return torch.where(covered, images.roll(1, 0), images)

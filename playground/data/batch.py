"""A training batch, and the endless stream of them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground.config import CropConfig, ModelConfig, SampleConfig
from playground.data import augment
from playground.data.sample import Cuts, draw_batch
from playground.data.store import FrameStore


class Batch(NamedTuple):
    """``templates`` ``(groups, k, 3, t, t)`` and ``search`` ``(groups * per_group, 3, s, s)``, normalised;
    ``boxes_rel`` ``(n, 4)``, x1, y1, x2, y2 in fractions of the search crop; ``label`` ``(n,)``, 1 = the template's
    object."""

    templates: Tensor
    search: Tensor
    boxes_rel: Tensor
    label: Tensor


def batches(
    store: FrameStore, model: ModelConfig, crop: CropConfig, config: SampleConfig, groups: int, seed: int
) -> Iterator[Batch]:
    """Batches for ever, each of ``groups`` groups, on the device that ``store.frames`` is on; same seed, same
    batches."""
    rng = np.random.default_rng(seed)
    device = store.frames.device
    generator = torch.Generator(device).manual_seed(seed)
    mean = torch.tensor(crop.mean, device=device).view(3, 1, 1) * 255
    std = torch.tensor(crop.std, device=device).view(3, 1, 1) * 255

    def cut(cuts: Cuts, flip: np.ndarray, size: int) -> Tensor:
        frames = store.frames[torch.from_numpy(cuts.frames).to(device)]
        squares = torch.from_numpy(cuts.squares).float().to(device)
        return augment.cut(frames, squares, torch.from_numpy(flip).to(device), size)

    while True:
        draw = draw_batch(store, config, (crop.template_factor, crop.search_factor), groups, rng)
        boxes = torch.from_numpy(draw.boxes_rel).float().to(device)
        templates = cut(draw.templates, np.repeat(draw.flip, config.templates), model.template_size)
        search = cut(draw.search, np.repeat(draw.flip, config.per_group), model.search_size)
        search = augment.occlude(search, boxes, config.occlusion, generator)
        search = _blur(search, config, rng)
        templates, search = (
            (augment.colour(images, config.colour, generator) - mean) / std for images in (templates, search)
        )
        label = torch.from_numpy(draw.label).float().to(device)
        yield Batch(templates.view(groups, config.templates, *templates.shape[1:]), search, boxes, label)


def _blur(images: Tensor, config: SampleConfig, rng: np.random.Generator) -> Tensor:
    """Soften one random run of the batch and smear another; the rest stays sharp."""
    count = round(config.blur * len(images))
    if count == 0:
        return images
    images = images.clone()
    first, second = (slice(start, start + count) for start in rng.integers(0, len(images) - count + 1, 2))
    images[first] = augment.soften(images[first], float(rng.uniform(0.2, 0.7)))
    images[second] = augment.smear(images[second], int(rng.integers(1, 6)) * 2 + 1, float(rng.uniform(0, np.pi)))
    return images

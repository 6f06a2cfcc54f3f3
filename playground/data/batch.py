"""A training batch, and the endless stream of them: each is a pure function of its number."""

import dataclasses
from collections.abc import Generator, Sequence
from itertools import count
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor

from playground.config import CropConfig, ModelConfig
from playground.data.augment import NUMBERS, disturb, look_of, noise_picture
from playground.data.paste import Pastes, before, beside, draw_pastes, paste
from playground.data.sample import Group, Plan, draw_group, source_chances
from playground.data.store import Frames
from playground.settings import require
from playground.train_config import AugmentConfig, SampleConfig

Arrays = TypeVar("Arrays")


class Batch(NamedTuple):
    """``templates`` ``(groups, k, 3, t, t)`` and ``search`` ``(groups * per_group, 3, s, s)``, normalised;
    ``boxes_rel`` ``(n, 4)``, x1, y1, x2, y2 in fractions of the search crop; ``label`` ``(n,)``, 1 = the template's
    object; ``keys``, one a group, are the clips of the templates, ``source/clip``."""

    templates: Tensor
    search: Tensor
    boxes_rel: Tensor
    label: Tensor
    keys: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """One group: everything random about it. Occluders are pasted into search regions only."""

    group: Group
    occluders: Pastes
    template_distractors: Pastes
    search_distractors: Pastes
    template_numbers: np.ndarray
    search_numbers: np.ndarray
    grey: np.ndarray


def batches(
    frames: Frames,
    model: ModelConfig,
    crop: CropConfig,
    data_weights: dict[str, float],
    sample: SampleConfig,
    augment: AugmentConfig,
    groups: int,
    seed: int,
    *,
    start: int = 0,
    rank: int = 0,
    world: int = 1,
    parts: int = 1,
) -> Generator[Batch, None, None]:
    """Batches for ever from step ``start`` on, on the device of ``frames``, where sources weigh ``data_weights``.

    A step has ``groups`` groups. They are shared by ``world`` processes, of which this is number ``rank``, and come in
    ``parts`` successive batches. What a group holds depends on ``seed``, its step and its number in the step alone: a
    stream that starts later, or is shared otherwise, holds the same. Raises ``ValueError`` naming ``groups`` when they
    cannot be shared equally, and ``weights`` when all are 0.
    """
    share, rest = divmod(groups, world * parts)
    require(
        share > 0 and not rest,
        f"groups: must be a multiple of processes times parts ({world} x {parts}); got {groups}.",
    )
    plan = Plan(
        frames=frames,
        chances=source_chances(frames.sources, data_weights),
        sample=sample,
        augment=augment,
        template_factor=crop.template_factor,
        search_factor=crop.search_factor,
    )
    firsts = [(rank * parts + part) * share for part in range(parts)]
    return _stream(plan, model, crop, [range(first, first + share) for first in firsts], seed, start)


def _stream(
    plan: Plan, model: ModelConfig, crop: CropConfig, parts: list[range], seed: int, start: int
) -> Generator[Batch, None, None]:
    device = plan.frames.device
    mean = torch.tensor(crop.mean, device=device).view(3, 1, 1) * 255
    std = torch.tensor(crop.std, device=device).view(3, 1, 1) * 255
    noise = noise_picture(max(model.template_size, model.search_size), device)
    for step in count(start):
        for numbers in parts:
            drawn = [_draw(plan, np.random.default_rng([seed, step, number])) for number in numbers]
            templates, search, boxes, label = _pixels(plan, model, _joined(drawn), noise)
            templates, search = (images.sub_(mean).div_(std) for images in (templates, search))
            templates = templates.view(len(numbers), -1, *templates.shape[1:])
            yield Batch(templates, search, boxes, label, tuple(one.group.name for one in drawn))


def _draw(plan: Plan, rng: np.random.Generator) -> _Drawn:
    group, augment = draw_group(plan, rng), plan.augment
    k, n = plan.sample.templates, plan.sample.per_group
    return _Drawn(
        group=group,
        occluders=draw_pastes(plan, group.name, augment.occlusion, n, rng),
        template_distractors=draw_pastes(plan, group.name, augment.distractors, k, rng),
        search_distractors=draw_pastes(plan, group.name, augment.distractors, n, rng),
        template_numbers=rng.random((k, NUMBERS)),
        search_numbers=rng.random((n, NUMBERS)),
        grey=rng.random(1) < augment.grey,
    )


def _pixels(plan: Plan, model: ModelConfig, drawn: _Drawn, noise: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Templates and search regions, 0..255, boxes and labels of the groups that are joined in ``drawn``."""
    frames, group = plan.frames, drawn.group
    in_templates = group.templates.relative(group.template_boxes)
    in_search = group.search.relative(group.search_boxes)
    templates = frames.cut(group.templates, model.template_size)
    templates = paste(templates, frames, drawn.template_distractors, beside(drawn.template_distractors, in_templates))
    search = frames.cut(group.search, model.search_size)
    search = paste(search, frames, drawn.search_distractors, beside(drawn.search_distractors, in_search))
    search = paste(search, frames, drawn.occluders, before(drawn.occluders, in_search))
    augment = plan.augment
    template_grey, search_grey = (drawn.grey.repeat(len(images) // len(drawn.grey)) for images in (templates, search))
    templates = disturb(templates, look_of(augment, drawn.template_numbers, template_grey, blur=0.0), noise)
    search = disturb(search, look_of(augment, drawn.search_numbers, search_grey, augment.blur), noise)
    boxes, label = (torch.from_numpy(value).float().to(frames.device) for value in (in_search, group.label))
    return templates, search, boxes, label


def _joined(parts: Sequence[Arrays]) -> Arrays:
    """Values of one kind as a single one, with their arrays end to end."""
    joined = {}
    for field in dataclasses.fields(parts[0]):  # type: ignore[arg-type]
        values = [getattr(part, field.name) for part in parts]
        if isinstance(values[0], np.ndarray):
            joined[field.name] = np.concatenate(values)
        else:
            joined[field.name] = _joined(values) if dataclasses.is_dataclass(values[0]) else values[0]
    return type(parts[0])(**joined)

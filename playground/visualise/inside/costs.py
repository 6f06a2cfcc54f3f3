"""What one frame costs, measured when asked: with remembered templates, without, and without the asymmetry at all."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from playground.model import MixFormer
from playground.model.attention import Block
from playground.visualise.inside.capture import as_inputs, embedded
from playground.visualise.inside.cost import ASYMMETRIC, CACHED, SYMMETRIC, Cost
from playground.visualise.inside.crops import Crops


@torch.inference_mode()
def measure_costs(model: MixFormer, crops: Crops, repeats: int = 15) -> dict[str, Cost]:
    """Count and time three ways to run ``model`` on a frame, by name, heads included.

    ``CACHED``: the templates are remembered and only `locate` runs. ``ASYMMETRIC``: they are encoded in every frame.
    ``SYMMETRIC``: template tokens look at search and prediction tokens too, so that nothing could be remembered; it
    answers something else and serves for comparison. The ways take turns, and the least time
    of ``repeats`` is kept: what else the machine does only adds to it.

    Raises ``ValueError`` naming ``repeats`` below 1, or as `as_inputs` does.
    """
    if repeats < 1:
        raise ValueError(f"repeats: must be at least 1; got {repeats}.")
    templates, search = as_inputs(model, [crops])
    memory = model.encode(templates)
    ways: dict[str, Callable[[], object]] = {
        CACHED: partial(model.locate, search, memory),
        ASYMMETRIC: partial(model, templates, search),
        SYMMETRIC: partial(_symmetric, model, templates, search),
    }
    macs = {name: _macs(way) for name, way in ways.items()}
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            took[name].append(_ms(way, search.device))
    return {name: Cost(macs=macs[name], ms=min(took[name])) for name in ways}


def _symmetric(model: MixFormer, templates: Tensor, search: Tensor) -> Sequence[Tensor]:
    """The model's own layers with every token looking at every token, and its heads."""
    x = embedded(model, templates, search)
    for layer in cast(list[Block], list(model.backbone.blocks)):
        x = layer.finish(x, *layer.remember(x), None)
    many = templates.shape[1] * model.config.template_grid**2
    own, cells = x[:, many:], model.config.search_grid**2
    prediction = own[:, cells:]
    boxes = model.box_head(prediction if model.config.prediction_tokens else own[:, :cells])
    return boxes if model.score_head is None else (*boxes, model.score_head(prediction))


def _macs(way: Callable[[], object]) -> int:
    # The plain kernel is made of matrix products, which the counter knows; the fused one it may not.
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        way()
    return counter.get_total_flops() // 2


def _ms(way: Callable[[], object], device: torch.device) -> float:
    begin = time.perf_counter()
    way()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return (time.perf_counter() - begin) * 1e3

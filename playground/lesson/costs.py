"""What networks weigh and what a frame costs them, as a table."""

from collections.abc import Mapping

from torch import nn

from playground.lesson.words import Words, table
from playground.model import MixFormer
from playground.visualise.inside import Crops, measure_costs
from playground.visualise.inside.cost import CACHED


def costs(models: Mapping[str, MixFormer], crops: Crops) -> Words:
    """Blocks, parameters, the work of one frame with its templates remembered, and the milliseconds measured now."""
    rows = []
    for name, model in models.items():
        frame = measure_costs(model, crops)[CACHED]
        weights = [f"{_weights(part):,}" for part in (model, model.box_head)]
        rows.append([name, str(model.config.depth), *weights, f"{frame.macs / 1e6:.0f}", f"{frame.ms:.1f}"])
    return table(["network", "blocks", "weights", "in the box head", "million products a frame", "ms a frame"], rows)


def _weights(part: nn.Module) -> int:
    return sum(weight.numel() for weight in part.parameters() if weight.requires_grad)

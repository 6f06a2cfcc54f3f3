"""Networks, inputs and comparisons that several tests of the model share."""

from typing import NamedTuple

import torch
from golden_files import golden_spec, golden_tensors, under
from torch import Tensor

from playground.model import MixFormer
from playground.model.convert import convert

PROBABILITIES = {"rtol": 0, "atol": 1e-5}
TOKENS = {"rtol": 0, "atol": 5e-5}


class Golden(NamedTuple):
    """A golden network with its inputs and the official outputs."""

    model: MixFormer
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]


def load_golden(name: str) -> Golden:
    tensors = golden_tensors(name)
    model = convert(under(tensors, "sd/"), heads=golden_spec(name)["num_heads"])
    return Golden(model.requires_grad_(False), under(tensors, "in/"), under(tensors, "out/"))


def templates_of(inputs: dict[str, Tensor], prefix: str = "") -> Tensor:
    """First and online template as the model takes them: ``(b, 2, 3, t, t)``."""
    return torch.stack([inputs[f"{prefix}template"], inputs[f"{prefix}online_template"]], dim=1)


def corners(pred_boxes: Tensor) -> Tensor:
    """Official ``(b, 1, 4)`` centre boxes as our ``x1, y1, x2, y2``."""
    centre, size = pred_boxes[:, 0].split(2, dim=-1)
    return torch.cat([centre - size / 2, centre + size / 2], dim=-1)


def edge_stack(outputs: dict[str, Tensor], kind: str) -> Tensor:
    """Official per-edge outputs in our order: left, top, right, bottom."""
    return torch.stack([outputs[f"{kind}_{edge}"] for edge in "ltrb"], dim=1)


def as_map(tokens: Tensor) -> Tensor:
    """Tokens ``(b, n*n, c)`` as the map ``(b, c, n, n)`` of the official outputs."""
    side = round(tokens.shape[1] ** 0.5)
    return tokens.transpose(1, 2).unflatten(2, (side, side))

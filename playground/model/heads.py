"""Edge head, corner heads and score head. Both kinds of box head give the same `Boxes` (spec 1.10, 1.11, 1.14).

Edges are ordered left, top, right, bottom everywhere outside this file; the prediction tokens of the official
weights are ordered left, right, top, bottom, and are put in order here, once.
"""

from typing import NamedTuple, cast

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from playground.config import EDGE_ORDER, TOKEN_ORDER, ModelConfig

_TOKEN_OF_EDGE = [TOKEN_ORDER.index(edge) for edge in EDGE_ORDER]


class Boxes(NamedTuple):
    """``edges``: log-probabilities ``(b, 4, bins)`` in left, top, right, bottom order; ``box``: their expectations,
    ``(b, 4)``, ``x1, y1, x2, y2`` as fractions of the search crop."""

    edges: Tensor
    box: Tensor


def expectation(edges: Float[Tensor, "b 4 bins"]) -> Float[Tensor, "b 4"]:
    """Mean bin of each distribution over the number of bins: 0 .. (bins-1)/bins of the crop (spec 1.10)."""
    bins = edges.shape[-1]
    place = torch.arange(bins, device=edges.device, dtype=edges.dtype) / bins
    return (edges.exp() * place).sum(-1)


class EdgeHead(nn.Module):
    """Plain MLP shared by the prediction tokens: one distribution over the bins for each edge.

    Each of four ``tokens`` answers for one edge; a single one for all four.
    """

    def __init__(self, dim: int, bins: int, tokens: int = 4) -> None:
        super().__init__()
        self.bins = bins
        self.layers = nn.ModuleList(
            [
                nn.Sequential(nn.Linear(dim, dim), nn.LayerNorm(dim), nn.ReLU()),
                nn.Sequential(nn.Linear(dim, bins * 4 // tokens), nn.LayerNorm(bins)),
            ]
        )

    def forward(self, tokens: Float[Tensor, "b tokens c"]) -> Boxes:
        linear, norm = cast(nn.Sequential, self.layers[1])
        logits = norm(linear(self.layers[0](tokens)).reshape(-1, 4, self.bins))[:, _TOKEN_OF_EDGE]
        edges = logits.float().log_softmax(-1)
        return Boxes(edges, expectation(edges))


class ScoreHead(nn.Module):
    """Mean over the prediction tokens of an MLP's logit; the sigmoid is outside (spec 1.11)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Sequential(nn.Linear(dim, dim), nn.ReLU()), nn.Linear(dim, 1)])

    def forward(self, tokens: Float[Tensor, "b tokens c"]) -> Float[Tensor, "b"]:
        return self.layers[1](self.layers[0](tokens)).float().mean(dim=(1, 2))


def _cbr(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU())


def _up(x: Tensor, factor: int) -> Tensor:
    return F.interpolate(x, scale_factor=factor)


class CornerHead(nn.Module):
    """Dense teacher head: a heatmap for the top-left and one for the bottom-right corner (spec 1.14).

    ``pyramid=True`` gives maps of four times the token grid, from four scales; False gives maps of the grid itself.
    """

    def __init__(self, dim: int, channels: int, pyramid: bool) -> None:
        super().__init__()
        self.pyramid = pyramid
        m1, m2, m4, m8 = channels, channels // 2, channels // 4, channels // 8
        for corner in ("tl", "br"):
            parts = {
                "conv1": _cbr(dim, m1),
                "conv2": _cbr(m1, m2),
                "conv3": _cbr(m2, m4),
                "conv4": _cbr(m4, m8),
                "conv5": nn.Conv2d(m8, 1, 1),
            }
            if pyramid:
                parts |= {
                    "adjust1": _cbr(dim, m2),
                    "adjust2": _cbr(dim, m4),
                    "adjust3": nn.Sequential(_cbr(m2, m4), _cbr(m4, m8), _cbr(m8, 1)),
                    "adjust4": nn.Sequential(_cbr(m4, m8), _cbr(m8, 1)),
                }
            for name, part in parts.items():
                self.add_module(f"{name}_{corner}", part)

    def heatmap(self, x: Float[Tensor, "b c n n"], corner: str) -> Float[Tensor, "b f f"]:
        """Raw map of corner ``tl`` or ``br``, before the softmax over all its cells."""

        def part(name: str) -> nn.Module:
            return self.get_submodule(f"{name}_{corner}")

        a = part("conv2")(part("conv1")(x))
        if not self.pyramid:
            return part("conv5")(part("conv4")(part("conv3")(a)))[:, 0]
        b = part("conv3")(_up(part("adjust1")(x), 2) + _up(a, 2))
        d = part("conv4")(_up(part("adjust2")(x), 4) + _up(b, 2))
        return (part("conv5")(d) + _up(part("adjust3")(a), 4) + _up(part("adjust4")(b), 2))[:, 0]

    def forward(self, search: Float[Tensor, "b cells c"]) -> Boxes:
        b, cells, c = search.shape
        side = round(cells**0.5)
        x = search.transpose(1, 2).reshape(b, c, side, side)
        top_left, bottom_right = (self._log_map(x, corner) for corner in ("tl", "br"))
        # Summing a corner's map over rows leaves where its vertical edge lies, over columns its horizontal one.
        edges = torch.stack(
            [
                top_left.logsumexp(1),
                top_left.logsumexp(2),
                bottom_right.logsumexp(1),
                bottom_right.logsumexp(2),
            ],
            dim=1,
        )
        return Boxes(edges, expectation(edges))

    def _log_map(self, x: Tensor, corner: str) -> Tensor:
        heat = self.heatmap(x, corner).float()
        return heat.flatten(1).log_softmax(-1).view_as(heat)


def make_box_head(config: ModelConfig) -> EdgeHead | CornerHead:
    """The box head that ``config.head`` names."""
    if config.head == "edges":
        return EdgeHead(config.dim, config.bins, config.tokens)
    return CornerHead(config.dim, config.head_channels, pyramid=config.head == "corners")

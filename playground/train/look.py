"""Where prediction tokens should look while training from nothing: each at its own edge of the target.

A prediction token that looks everywhere alike learns nothing of places, and without a reason to look anywhere it stays
so for long. This term, for networks that start without pretrained weights, gives the reason: in the later half of the
blocks the attention of each token is drawn to the search tokens along its edge. Like the dense probe it adds nothing
to the tracker.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from playground.config import EDGE_ORDER, TOKEN_ORDER

SPREAD = 0.7  # cells: how far from its edge a token may look
_EDGE_OF_TOKEN = [EDGE_ORDER.index(edge) for edge in TOKEN_ORDER]


def look_loss(attention: tuple[Tensor, ...], box_rel: Float[Tensor, "b 4"], cells: int) -> Float[Tensor, "b"]:
    """Cross-entropy between where each token looks, ``(b, heads, tokens, all)`` a block, and where its edge is.

    ``cells`` search tokens stand before the prediction tokens at the end. The mean over the heads is compared, so that
    a single head is free to look elsewhere. A single token is drawn to all four edges.
    """
    tokens = attention[0].shape[2]
    target = edge_cells(box_rel, round(cells**0.5))
    target = target[:, _EDGE_OF_TOKEN] if tokens == 4 else target.mean(1, keepdim=True)
    losses = []
    for weights in attention[len(attention) // 2 :]:
        seen = weights.float().mean(1)[..., -cells - tokens : -tokens]
        losses.append(-(target * seen.clamp(min=1e-6).log()).sum(-1).mean(1))
    return torch.stack(losses).mean(0)


def edge_cells(box_rel: Float[Tensor, "b 4"], side: int) -> Float[Tensor, "b 4 cells"]:
    """For each edge, in the order left, top, right, bottom, a distribution over the search tokens along it."""
    place = (torch.arange(side, device=box_rel.device) + 0.5) / side
    near = (-0.5 * ((box_rel[..., None] - place) * side / SPREAD) ** 2).softmax(-1)  # (b, 4, side): across the edge
    inside = []
    for low, high in ((0, 2), (1, 3)):
        gap = torch.maximum(box_rel[:, low, None] - place, place - box_rel[:, high, None]).clamp(min=0) * side
        inside.append((-0.5 * (gap / SPREAD) ** 2).softmax(-1))
    in_x, in_y = inside
    rows = [
        in_y[:, :, None] * near[:, i, None, :] if i % 2 == 0 else near[:, i, :, None] * in_x[:, None, :]
        for i in range(4)
    ]
    return torch.stack(rows, 1).flatten(2)

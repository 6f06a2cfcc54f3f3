"""Dense supervision of the search tokens while training: every token learns where it lies on the target.

The four prediction tokens alone teach a network from scratch slowly. A linear map, thrown away afterwards, reads three
numbers off every search token: inside the box or not, top-left corner here, bottom-right corner here. It adds nothing
to the tracker, which has no dense head (paper 3.1).
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


class DenseProbe(nn.Module):
    """One linear layer from search tokens ``(b, cells, c)`` to three maps ``(b, 3, cells)``."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.maps = nn.Linear(dim, 3)

    def forward(self, search: Float[Tensor, "b cells c"]) -> Float[Tensor, "b 3 cells"]:
        return self.maps(self.norm(search)).transpose(1, 2).float()


def dense_losses(
    maps: Float[Tensor, "b 3 cells"], box_rel: Float[Tensor, "b 4"]
) -> tuple[Float[Tensor, "b"], Float[Tensor, "b"]]:
    """For each search region: binary cross-entropy of the inside map, cross-entropy of the corner maps with soft
    corners."""
    side = round(maps.shape[-1] ** 0.5)
    place = (torch.arange(side, device=maps.device) + 0.5) / side
    in_x = (place >= box_rel[:, 0:1]) & (place <= box_rel[:, 2:3])
    in_y = (place >= box_rel[:, 1:2]) & (place <= box_rel[:, 3:4])
    inside = (in_y[:, :, None] & in_x[:, None, :]).flatten(1).float()
    inside_loss = F.binary_cross_entropy_with_logits(maps[:, 0], inside, reduction="none").mean(1)
    corners = [_corner_loss(maps[:, 1 + i], box_rel[:, 2 * i : 2 * i + 2], place) for i in range(2)]
    return inside_loss, (corners[0] + corners[1]) / 2


def _corner_loss(logits: Tensor, corner: Tensor, place: Tensor) -> Tensor:
    side = len(place)
    near = ((corner.clamp(0, 1)[:, :, None] - place) * side) ** 2  # (b, 2, side): squared distance in cells, x then y
    target = (-0.5 * (near[:, 1, :, None] + near[:, 0, None, :])).flatten(1).softmax(1)
    return -(target * logits.log_softmax(1)).sum(1)

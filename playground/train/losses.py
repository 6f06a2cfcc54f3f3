"""Losses of boxes, edges, features and score: tensors in, scalar out (spec 2.1, 2.3, 2.4, 2.6).

Boxes are ``x1, y1, x2, y2`` in fractions of the search crop. Everything is computed in float32 and stays finite for
identical and for empty boxes, where the published formulas divide 0 by 0.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

_TINY = 1e-12


def _overlap(pred: Tensor, truth: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Intersection over union, union, and the sides of the enclosing box."""
    area_p = (pred[:, 2:] - pred[:, :2]).prod(-1)
    area_t = (truth[:, 2:] - truth[:, :2]).prod(-1)
    side = (torch.minimum(pred[:, 2:], truth[:, 2:]) - torch.maximum(pred[:, :2], truth[:, :2])).clamp(min=0)
    inter = side.prod(-1)
    union = area_p + area_t - inter
    hull = (torch.maximum(pred[:, 2:], truth[:, 2:]) - torch.minimum(pred[:, :2], truth[:, :2])).clamp(min=0)
    return inter / _nonzero(union), union, hull


def _nonzero(x: Tensor) -> Tensor:
    return torch.where(x.abs() < _TINY, torch.full_like(x, _TINY), x)


def box_iou(pred: Float[Tensor, "b 4"], truth: Float[Tensor, "b 4"]) -> Float[Tensor, "b"]:
    """Intersection over union of each pair. Range 0..1 for sorted boxes."""
    return _overlap(pred, truth)[0]


def giou_loss(pred: Float[Tensor, "b 4"], truth: Float[Tensor, "b 4"]) -> Float[Tensor, "b"]:
    """``1 - GIoU`` of each pair, 0..2: also pulls boxes together that do not touch."""
    iou, union, hull = _overlap(pred, truth)
    area = hull.prod(-1)
    return 1 - (iou - (area - union) / _nonzero(area))


def ciou_loss(pred: Float[Tensor, "b 4"], truth: Float[Tensor, "b 4"]) -> Float[Tensor, "b"]:
    """``1 - CIoU`` of each pair (spec 2.1). Range 0..2. Finite for identical and for empty boxes."""
    iou, _, hull = _overlap(pred, truth)
    between = ((pred[:, :2] + pred[:, 2:] - truth[:, :2] - truth[:, 2:]) ** 2).sum(-1) / 4
    distance = between / _nonzero((hull**2).sum(-1))
    size_p, size_t = pred[:, 2:] - pred[:, :2], truth[:, 2:] - truth[:, :2]
    aspect_p = torch.atan(size_p[:, 0] / _nonzero(size_p[:, 1]))
    aspect_t = torch.atan(size_t[:, 0] / _nonzero(size_t[:, 1]))
    v = (4 / math.pi**2) * (aspect_t - aspect_p) ** 2
    with torch.no_grad():
        alpha = (iou > 0.5) * v / _nonzero(1 - iou + v)
    return 1 - (iou - distance - alpha * v).clamp(-1, 1)


def edge_kl(teacher: Float[Tensor, "b 4 teacher_bins"], student: Float[Tensor, "b 4 bins"]) -> Float[Tensor, "b"]:
    """KL divergence of the student's edge distributions from the teacher's (spec 2.3); both log-probabilities.

    Summed over bins, averaged over the four edges. A teacher with other bins is resampled to the student's.
    """
    target = teacher.exp()
    if teacher.shape[-1] != student.shape[-1]:
        target = resample_bins(target, student.shape[-1])
    return F.kl_div(student, target, reduction="none").sum(-1).mean(-1)


def resample_bins(edges: Float[Tensor, "b 4 from_bins"], bins: int) -> Float[Tensor, "b 4 bins"]:
    """Probabilities over other ``bins``: each old bin's mass goes to the two new bins around its place.

    Bin ``i`` of ``n`` lies at the fraction ``i / n`` of the crop (spec 1.10), so mass and expectation stay as they are;
    only what lies beyond the last new bin is moved onto it.
    """
    old = edges.shape[-1]
    place = torch.arange(old, device=edges.device, dtype=edges.dtype) * (bins / old)
    new = torch.arange(bins, device=edges.device, dtype=edges.dtype)
    share = (1 - (place.clamp(max=bins - 1)[:, None] - new).abs()).clamp(min=0)
    return edges @ share


def feature_loss(
    teacher: tuple[Tensor, ...], student: tuple[Tensor, ...], pairs: tuple[tuple[int, int], ...]
) -> Float[Tensor, ""]:
    """Mean squared error between block outputs ``(b, tokens, c)``, averaged over ``pairs`` of (student block, teacher
    block) (spec 2.4)."""
    return torch.stack([F.mse_loss(student[s], teacher[t]) for s, t in pairs]).mean()


def soft_edges(box: Float[Tensor, "b 4"], bins: int, spread: float) -> Float[Tensor, "b 4 bins"]:
    """Target distributions for the edges of ``box``: a Gaussian of ``spread`` bins around each edge; rows sum to 1.

    Bin ``i`` stands for the fraction ``i / bins`` of the crop (spec 1.10). An edge outside the crop is moved to its
    border, so the target is always reachable.
    """
    place = torch.arange(bins, device=box.device, dtype=box.dtype)
    centre = (box * bins).clamp(0, bins - 1)[..., None]
    return (-((place - centre) ** 2) / (2 * spread**2)).softmax(-1)

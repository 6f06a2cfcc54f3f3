"""A training step without a teacher: box, edges, dense maps and score, on one batch."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.config import LossWeights, ModelConfig
from playground.data.batch import Batch
from playground.model import Memory, MixFormer, Prediction
from playground.train.dense import DenseProbe, dense_losses
from playground.train.losses import box_iou, ciou_loss, soft_edges

EDGE_SPREAD = 1.0  # bins: an edge is known to about one bin


class PlainStep(nn.Module):
    """The model and its probe, called with a `Batch`: returns the named losses, ``total`` among them.

    The score head sends no gradient back into the network, so score and box can be learnt in one run.
    """

    def __init__(self, config: ModelConfig, weights: LossWeights) -> None:
        super().__init__()
        self.model = MixFormer(config)
        self.probe = DenseProbe(config.dim)
        self.weights = weights

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        prediction = locate_groups(self.model, batch)
        bins = prediction.edges.shape[-1]
        known = batch.label / batch.label.sum().clamp(min=1)  # only pairs of one object have a box to find
        truth = batch.boxes_rel.clamp(0, 1)
        target = soft_edges(truth, bins, EDGE_SPREAD)
        inside, corners = dense_losses(self.probe(prediction.search), truth)
        losses = {
            "l1": ((prediction.box - truth).abs().mean(1) * known).sum(),
            "iou": (ciou_loss(prediction.box, truth) * known).sum(),
            "edges": (-(target * prediction.edges).sum(-1).mean(1) * known).sum(),
            "inside": (inside * known).sum(),
            "corners": (corners * known).sum(),
        }
        if prediction.score_logit is not None:
            losses["score"] = F.binary_cross_entropy_with_logits(prediction.score_logit, batch.label)
        total = sum((getattr(self.weights, name) * loss for name, loss in losses.items()), torch.zeros(()))
        with torch.no_grad():
            reached = (box_iou(prediction.box, truth) * known).sum()
        return {"total": total, "train_iou": reached, **losses}


def locate_groups(model: MixFormer, batch: Batch) -> Prediction:
    """Encode each group's templates once and locate the target in all search regions of the group."""
    per_group = batch.search.shape[0] // batch.templates.shape[0]
    memory = model.encode(batch.templates)
    shared = Memory(
        tuple(
            type(block)(block.keys.repeat_interleave(per_group, 0), block.values.repeat_interleave(per_group, 0))
            for block in memory.blocks
        )
    )
    return model.locate(batch.search, shared)

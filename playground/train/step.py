"""One training step of every stage: a batch in, named losses out."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.data.batch import Batch
from playground.model import MixFormer, Prediction
from playground.model.prune import fade, remove_rate
from playground.train.dense import DenseProbe, dense_losses
from playground.train.distill import ask_teacher, check_pairs, locate_groups
from playground.train.look import look_loss
from playground.train.losses import box_iou, ciou_loss, edge_kl, feature_loss, soft_edges
from playground.train.peer import PeerImitation
from playground.train_config import TrainConfig

EDGE_SPREAD = 1.0  # bins: an edge is known to about one bin


class TrainStep(nn.Module):
    """The student with everything that teaches it, called with a `Batch` and the number of the step.

    Returns losses by name, ``total`` among them, and ``student_iou`` and ``teacher_iou`` for looking at. Blocks that
    fade are frozen. With ``config.trainable`` ``score`` everything but the score head is frozen and stays in eval mode,
    so that no DropPath acts on what the head learns from. Raises ``ValueError`` when teacher and student cannot be
    matched as ``config.distill`` says.
    """

    def __init__(self, config: TrainConfig, model: MixFormer, teacher: MixFormer | None = None) -> None:
        super().__init__()
        self.model, self.weights, self.fading = model, config.loss, config.fade
        self.pairs, self.trainable = config.distill.pairs, config.trainable
        self.probe = DenseProbe(model.config.dim) if self.weights.inside > 0 or self.weights.corners > 0 else None
        self.peer_block, grid = config.distill.peer_block, model.config.search_grid
        self.peer = (
            PeerImitation(config.distill.peer, model.config.dim, grid, config.tracker.crop)
            if self.weights.peer > 0
            else None
        )
        self.teacher = [] if teacher is None else [teacher.eval().requires_grad_(False)]  # a list: no part of the state
        if teacher is not None:
            check_pairs(model.config, teacher.config, self.pairs)
        for name, parameter in model.named_parameters():
            faded = any(name.startswith(f"backbone.blocks.{i}.") for i in self.fading.blocks)
            scores = name.startswith("score_head.")
            wanted = self.weights.score > 0 if scores else self.trainable == "all" and not faded
            parameter.requires_grad_(wanted)

    def train(self, mode: bool = True) -> "TrainStep":
        """Training mode, except for what is frozen as a whole."""
        super().train(mode)
        if self.trainable == "score" and self.model.score_head is not None:
            self.model.eval()
            self.model.score_head.train(mode)
        return self

    def on(self, device: torch.device) -> "TrainStep":
        """Student, probe and teacher moved to ``device``."""
        for teacher in self.teacher:
            teacher.to(device)
        return self.to(device)

    def forward(self, batch: Batch, step: int) -> dict[str, Tensor]:
        features = self.weights.features > 0 or self.peer is not None
        rate = remove_rate(step // self.fading.epoch_steps + 1, self.fading.epochs)
        keep = fade(self.model.config.depth, self.fading.blocks, rate) if self.fading.blocks else None
        student = locate_groups(self.model, batch, keep, features, attention=self.weights.look > 0)
        taught = ask_teacher(self.teacher[0], batch, self.weights.features > 0) if self.teacher else None
        losses = self._losses(student, taught, batch)
        total = sum((getattr(self.weights, name) * loss for name, loss in losses.items()), torch.zeros(()))
        return {"total": total, **_reached(student, taught, batch), **losses}

    def _losses(self, student: Prediction, taught: Prediction | None, batch: Batch) -> dict[str, Tensor]:
        """Every term of weight above 0. Only search regions that show the template's object have a box to find; the
        divisor is all of them, so that it does not depend on how a batch is shared between processes."""
        truth, known, losses = batch.boxes_rel.clamp(0, 1), batch.label / len(batch.label), {}
        if self.weights.l1 > 0:
            losses["l1"] = ((student.box - truth).abs().mean(1) * known).sum()
        if self.weights.iou > 0:
            losses["iou"] = (ciou_loss(student.box, truth) * known).sum()
        if self.weights.soft > 0:
            target = soft_edges(truth, student.edges.shape[-1], EDGE_SPREAD)
            losses["soft"] = (-(target * student.edges).sum(-1).mean(1) * known).sum()
        if self.probe is not None:
            maps = zip(("inside", "corners"), dense_losses(self.probe(student.search), truth), strict=True)
            losses |= {name: (value * known).sum() for name, value in maps if getattr(self.weights, name) > 0}
        if student.attention:
            losses["look"] = (look_loss(student.attention, truth, student.search.shape[1]) * known).sum()
        if self.peer is not None:
            losses["peer"] = self._imitation(self.peer, student, batch)
        if student.score_logit is not None and self.weights.score > 0:
            losses["score"] = F.binary_cross_entropy_with_logits(student.score_logit, batch.label)
        if taught is not None and self.weights.edges > 0:
            losses["edges"] = edge_kl(taught.edges, student.edges).mean()
        if taught is not None and self.weights.features > 0:
            losses["features"] = feature_loss(taught.features, student.features, self.pairs)
        return losses

    def _imitation(self, peer: PeerImitation, student: Prediction, batch: Batch) -> Tensor:
        """For one search region of each group: the peer's convolutions cost as much as a small student."""
        one = slice(None, None, batch.search.shape[0] // batch.templates.shape[0])
        tokens, cells = student.features[self.peer_block][one], student.search.shape[1]
        last = tokens.shape[1] - self.model.config.prediction_tokens
        return peer(tokens[:, last - cells : last], batch.search[one]).mean()


@torch.no_grad()
def _reached(student: Prediction, taught: Prediction | None, batch: Batch) -> dict[str, Tensor]:
    """Mean IoU with the true boxes, where there is something to find."""
    truth, known = batch.boxes_rel.clamp(0, 1), batch.label / batch.label.sum().clamp(min=1)
    found = {"student_iou": student} | ({} if taught is None else {"teacher_iou": taught})
    return {name: (box_iou(prediction.box, truth) * known).sum() for name, prediction in found.items()}

"""The plain step: its losses are those of the formulas, and negatives teach the score alone."""

import torch

from playground.config import PRESETS, LossWeights
from playground.data.batch import Batch
from playground.train.losses import box_iou, ciou_loss
from playground.train.plain import PlainStep, locate_groups


def _batch(label) -> Batch:
    g = torch.Generator().manual_seed(0)
    boxes = torch.tensor([[0.3, 0.3, 0.6, 0.7], [0.2, 0.4, 0.5, 0.6], [0.4, 0.1, 0.9, 0.5], [0.1, 0.1, 0.4, 0.6]])
    return Batch(torch.randn(2, 2, 3, 48, 48, generator=g), torch.randn(4, 3, 96, 96, generator=g), boxes, label)


def test_groups_share_their_templates():
    torch.manual_seed(0)
    model = PlainStep(PRESETS["toy-small"], LossWeights()).model.eval()
    batch = _batch(torch.ones(4))
    shared = locate_groups(model, batch)
    for i in range(4):
        alone = model(batch.templates[i // 2 : i // 2 + 1], batch.search[i : i + 1])
        torch.testing.assert_close(shared.box[i], alone.box[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(shared.score_logit[i], alone.score_logit[0], atol=1e-5, rtol=0)


def test_losses_are_means_over_the_positive_pairs():
    torch.manual_seed(0)
    step = PlainStep(PRESETS["toy-small"], LossWeights(l1=5, iou=2, edges=0, inside=0, corners=0, score=0)).eval()
    batch = _batch(torch.tensor([1.0, 0.0, 1.0, 1.0]))
    losses = step(batch)
    positive = batch.label == 1
    box, truth = locate_groups(step.model, batch).box[positive], batch.boxes_rel[positive]
    expected = 5 * (box - truth).abs().mean() + 2 * ciou_loss(box, truth).mean()
    torch.testing.assert_close(losses["total"], expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(losses["train_iou"], box_iou(box, truth).mean(), atol=1e-5, rtol=1e-5)


def test_negatives_reach_the_score_head_only():
    torch.manual_seed(0)
    step = PlainStep(PRESETS["toy-small"], LossWeights())
    step(_batch(torch.zeros(4)))["total"].backward()
    for name, parameter in step.model.named_parameters():
        moved = parameter.grad is not None and parameter.grad.abs().sum() > 0
        assert moved == name.startswith("score_head"), name

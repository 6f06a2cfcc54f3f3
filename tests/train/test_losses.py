"""Losses against the official classes' values and gradients, and where the official formulas break."""

import json

import numpy as np
import pytest
import torch
from golden_files import golden
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file

from playground.train.losses import box_iou, ciou_loss, edge_kl, feature_loss, giou_loss, soft_edges


@pytest.fixture(scope="module")
def official():
    with np.load(golden("i_box_losses.npz")) as file:
        return {name: torch.from_numpy(np.array(file[name])) for name in file.files}


@pytest.mark.parametrize(
    ("loss", "each", "grad"),
    [(ciou_loss, "ciou_loss_each", "grad_ciou_mean"), (giou_loss, "giou_loss_each", "grad_giou_mean")],
)
def test_box_losses_equal_official_values_and_gradients(official, loss, each, grad):
    pred = official["pred_xyxy"].clone().requires_grad_()
    values = loss(pred, official["gt_xyxy"])
    values.mean().backward()
    torch.testing.assert_close(values, official[each], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(pred.grad, official[grad], atol=1e-6, rtol=1e-4)


def test_iou_and_unsorted_boxes_equal_official(official):
    torch.testing.assert_close(
        box_iou(official["pred_xyxy"], official["gt_xyxy"]), official["iou"], atol=1e-6, rtol=1e-5
    )
    unsorted = official["unsorted_pred_xyxy"]
    torch.testing.assert_close(
        ciou_loss(unsorted, official["gt_xyxy"]), official["unsorted_ciou_loss_each"], atol=1e-5, rtol=1e-4
    )


def test_ciou_is_finite_where_the_official_one_is_not(official):
    assert torch.isnan(official["identical_ciou_loss_mean"])
    same = torch.tensor([[0.1, 0.2, 0.5, 0.9], [0.3, 0.3, 0.3, 0.3]], requires_grad=True)
    loss = ciou_loss(same, same.detach())
    loss.sum().backward()
    assert torch.isfinite(loss).all() and torch.isfinite(same.grad).all()
    assert loss[0].item() == pytest.approx(0, abs=1e-6)


def _stage(stage: str):
    path = golden("e_losses_distill.safetensors")
    with safe_open(path, "pt") as file:
        meta = json.loads(file.metadata()["spec"])[stage]
    tensors = {k.removeprefix(stage + "/"): v for k, v in load_file(path).items() if k.startswith(stage + "/")}
    return meta, tensors


def _edges(tensors, prefix: str) -> torch.Tensor:
    return torch.stack([tensors[f"{prefix}_{edge}"] for edge in "ltrb"], 1)


@pytest.mark.parametrize(("stage", "teacher"), [("stage1", "teacher_marginal"), ("stage2", "teacher_prob")])
def test_whole_distillation_loss_equals_official(stage, teacher):
    meta, t = _stage(stage)
    centre, size = t["student_pred_boxes"][:, 0].split(2, -1)
    pred = torch.cat([centre - size / 2, centre + size / 2], -1)
    truth = torch.cat([t["gt_xywh"][:, :2], t["gt_xywh"][:, :2] + t["gt_xywh"][:, 2:]], -1).clamp(0, 1)
    kl = edge_kl(_edges(t, teacher).log(), _edges(t, "student_logit").log_softmax(-1))
    assert kl.item() == pytest.approx(meta["logits_loss(mean of 4)"], abs=2e-6)
    total = 2 * ciou_loss(pred, truth).mean() + 5 * (pred - truth).abs().mean() + 5 * kl
    if stage == "stage2":
        features = [tuple(t[f"{who}_feat{i:02d}"] for i in (2, 5, 8, 11)) for who in ("teacher", "student")]
        total = total + 0.2 * feature_loss(*features, pairs=((0, 0), (1, 1), (2, 2), (3, 3)))
    assert total.item() == pytest.approx(meta["total"], abs=1e-5)


def test_edge_kl_names_unequal_bins():
    with pytest.raises(ValueError, match="bins: teacher has 24"):
        edge_kl(torch.zeros(1, 4, 24), torch.zeros(1, 4, 96))


@given(edge=st.floats(-0.5, 1.5), bins=st.integers(8, 96))
def test_soft_edges_are_distributions_that_mean_the_edge(edge, bins):
    target = soft_edges(torch.full((1, 4), edge), bins, spread=1.0)
    assert target.sum(-1).allclose(torch.ones(1, 4), atol=1e-5)
    centre = (target * torch.arange(bins)).sum(-1)
    if 4 <= edge * bins <= bins - 5:
        assert centre.allclose(torch.full((1, 4), edge * bins), atol=0.02)
    assert int(target[0, 0].argmax()) == pytest.approx(min(max(edge * bins, 0), bins - 1), abs=0.51)

"""Losses against the official classes' values and gradients, and where the official formulas break."""

import numpy as np
import pytest
import torch
from golden_files import golden, golden_spec, golden_tensors, under
from hypothesis import given
from hypothesis import strategies as st
from networks import corners, edge_stack

from playground.train.losses import (
    box_iou,
    ciou_loss,
    edge_kl,
    feature_loss,
    giou_loss,
    resample_bins,
    soft_edges,
)


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


@pytest.mark.parametrize(("stage", "teacher"), [("stage1", "teacher_marginal"), ("stage2", "teacher_prob")])
def test_distillation_terms_equal_official_on_the_official_outputs(stage, teacher):
    spec = golden_spec("e_losses_distill")[stage]
    t = under(golden_tensors("e_losses_distill"), f"{stage}/")
    truth = torch.cat([t["gt_xywh"][:, :2], t["gt_xywh"][:, :2] + t["gt_xywh"][:, 2:]], -1).clamp(0, 1)
    each = edge_kl(edge_stack(t, teacher).log(), edge_stack(t, "student_logit").log_softmax(-1))
    assert each.shape == (2,)
    assert each.mean().item() == pytest.approx(spec["logits_loss(mean of 4)"], abs=2e-6)
    assert ciou_loss(corners(t["student_pred_boxes"]), truth).mean().item() == pytest.approx(
        spec["status"]["Loss/ciou"], abs=2e-6
    )
    if stage == "stage2":
        found = feature_loss(
            tuple(t[f"teacher_feat{i:02d}"] for i in (2, 5, 8, 11)),
            tuple(t[f"student_feat{i:02d}"] for i in (2, 5, 8, 11)),
            pairs=((0, 0), (1, 1), (2, 2), (3, 3)),
        )
        assert found.item() == pytest.approx(spec["status"]["Loss/distill_feat"], abs=1e-5)


def test_feature_loss_takes_the_pairs_it_is_told():
    student = tuple(torch.full((1, 2, 3), float(i)) for i in range(3))
    teacher = tuple(torch.full((1, 2, 3), 10.0 * i) for i in range(5))
    found = feature_loss(teacher, student, pairs=((0, 1), (2, 4)))
    assert found.item() == ((10 - 0) ** 2 + (40 - 2) ** 2) / 2


def _moved_by_hand(masses: list[float], bins: int) -> list[float]:
    """Each old bin's mass, one after the other, shared by the two new bins around its place."""
    found = [0.0] * bins
    for i, mass in enumerate(masses):
        place = min(i * bins / len(masses), bins - 1)
        below = int(place)
        found[below] += mass * (1 - (place - below))
        if place > below:
            found[below + 1] += mass * (place - below)
    return found


MASSES = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=40)


@given(masses=MASSES, bins=st.integers(2, 96))
def test_resampled_bins_equal_a_loop_and_keep_mass_and_expectation(masses, bins):
    old = torch.tensor(masses, dtype=torch.float64) / sum(masses)
    new = resample_bins(old.expand(1, 4, -1), bins)[0, 0]
    torch.testing.assert_close(new, torch.tensor(_moved_by_hand(old.tolist(), bins), dtype=torch.float64))
    assert new.sum().item() == pytest.approx(1)
    # Places are fractions of the crop. What lies beyond the last new bin is moved down onto it, and nothing else is.
    n = len(masses)
    reached = sum(p * min(i / n, (bins - 1) / bins) for i, p in enumerate(old.tolist()))
    assert sum(p * j / bins for j, p in enumerate(new.tolist())) == pytest.approx(reached)


@given(masses=MASSES, bins=st.integers(2, 60))
def test_a_finer_teacher_says_the_same_to_a_student_of_other_bins(masses, bins):
    old = (torch.tensor(masses, dtype=torch.float64) / sum(masses)).expand(3, 4, -1)
    target = resample_bins(old, bins)
    same = target.clamp(min=1e-30).log()
    assert edge_kl(old.log(), same).abs().max() < 1e-9
    uniform = torch.full((3, 4, bins), 1 / bins, dtype=torch.float64).log()
    by_hand = (torch.xlogy(target, target) - target * uniform).sum(-1).mean(-1)
    torch.testing.assert_close(edge_kl(old.log(), uniform), by_hand)


@given(edge=st.floats(-0.5, 1.5), bins=st.integers(8, 96))
def test_soft_edges_are_distributions_that_mean_the_edge(edge, bins):
    target = soft_edges(torch.full((1, 4), edge), bins, spread=1.0)
    assert target.sum(-1).allclose(torch.ones(1, 4), atol=1e-5)
    centre = (target * torch.arange(bins)).sum(-1)
    if 4 <= edge * bins <= bins - 5:
        assert centre.allclose(torch.full((1, 4), edge * bins), atol=0.02)
    assert int(target[0, 0].argmax()) == pytest.approx(min(max(edge * bins, 0), bins - 1), abs=0.51)

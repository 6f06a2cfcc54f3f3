"""The whole step against the official actors: losses, gradients, what is frozen, and what a batch must not change."""

import dataclasses
from dataclasses import replace
from typing import Any

import pytest
import torch
from golden_files import golden_spec, golden_tensors, under
from networks import load_golden
from tiny_training import TINY, TINY_DENSE, TINY_SCORED, golden_batch, only, random_batch, split, tiny
from torch.testing import assert_close

from playground.model import MixFormer
from playground.model.prune import remove_blocks, remove_rate
from playground.train import step as module
from playground.train.losses import box_iou, ciou_loss
from playground.train.recipes import FIRST_PAIRS, SCORE, SHALLOW, SPARSE, SUPERVISED
from playground.train.scales import SCALES
from playground.train.step import TrainStep
from playground.train_config import DistillConfig, FadeConfig, LossWeights, TrainConfig

GOLDEN = "e_losses_distill"
LOSS = {"rtol": 0, "atol": 1e-5}
OFFICIAL_NAMES = {
    "total": "Loss/total",
    "iou": "Loss/ciou",
    "l1": "Loss/l1",
    "edges": ("Loss/distill_logits", "Loss/distill_corner_kl"),
    "features": "Loss/distill_feat",
    "score": "Loss/scores",
    "student_iou": "IoU",
    "teacher_iou": "IoU_teacher",
}


def _step(model: MixFormer, teacher: MixFormer | None = None, **changes: Any) -> TrainStep:
    return TrainStep(TrainConfig(model=model.config, **changes), model, teacher)


def _taught(pairs: tuple[tuple[int, int], ...] = ()) -> DistillConfig:
    return DistillConfig(teacher="beside it", pairs=pairs)


def _assert_official_losses(found: dict[str, torch.Tensor], stage: str) -> None:
    status, seen = golden_spec(GOLDEN)[stage]["status"], set()
    for name, value in found.items():
        names = OFFICIAL_NAMES[name]
        for official in [names] if isinstance(names, str) else names:
            if official in status:
                assert value.item() == pytest.approx(status[official], abs=1e-5), official
                seen.add(official)
    assert seen == set(status) - {"remove_rate"}


def _assert_official_gradients(model: MixFormer, stage: str) -> None:
    official = under(golden_tensors(GOLDEN), f"{stage}/grad/")
    assert len(official) >= 7
    for name, gradient in official.items():
        assert_close(model.get_parameter(name).grad, gradient, rtol=1e-4, atol=1e-5, msg=lambda m, n=name: f"{n}: {m}")


def test_dense_to_sparse_equals_the_official_losses_and_gradients():
    student, teacher = load_golden("c1_mixformerv2_b_tiny_train").model, load_golden("d_mixvit_teacher_tiny").model
    step = _step(student, teacher, distill=_taught(), loss=SPARSE).eval()
    losses = step(golden_batch("c1_mixformerv2_b_tiny_train", golden_tensors(GOLDEN)["stage1/gt_xywh"]), 0)
    _assert_official_losses(losses, "stage1")
    losses["total"].backward()
    _assert_official_gradients(student, "stage1")


def _student_and_teacher() -> tuple[MixFormer, MixFormer]:
    """The official stage 2 pair: the twelve-block student, and itself with two tensors moved as its teacher."""
    name = "c3_student12_tiny_train"
    student, teacher = load_golden(name).model, load_golden(name).model
    for moved in ("backbone.reg_tokens", "box_head.layers.0.0.bias"):
        teacher.get_parameter(moved).add_(0.1)
    return student, teacher


def _fading(monkeypatch: pytest.MonkeyPatch, rate: float) -> TrainStep:
    student, teacher = _student_and_teacher()
    monkeypatch.setattr(module, "remove_rate", lambda epoch, steps: rate)
    distill = _taught(tuple((i, i) for _, i in FIRST_PAIRS))
    return _step(
        student, teacher, distill=distill, fade=FadeConfig(blocks=SCALES["base"].first_removed), loss=SHALLOW
    ).eval()


def _stage2_batch():
    return golden_batch("c3_student12_tiny_train", golden_tensors(GOLDEN)["stage2/gt_xywh"])


def test_fading_equals_the_official_losses_and_gradients(monkeypatch):
    step = _fading(monkeypatch, 0.37)
    step.model.requires_grad_(True)  # the official gradients were taken before anything was frozen
    losses = step(_stage2_batch(), 0)
    _assert_official_losses(losses, "stage2")
    losses["total"].backward()
    _assert_official_gradients(step.model, "stage2")


@pytest.mark.parametrize(("rate", "name"), [(1.0, "rate_1"), (0.37, "rate_0.37"), (0.0, "rate_0")])
def test_fading_blocks_give_the_official_boxes_at_every_rate(monkeypatch, rate, name):
    step, batch = _fading(monkeypatch, rate), _stage2_batch()
    centre, size = load_golden("c3_student12_tiny_train").outputs[f"{name}/pred_boxes"][:, 0].split(2, -1)
    official, truth = torch.cat([centre - size / 2, centre + size / 2], -1), batch.boxes_rel.clamp(0, 1)
    losses = step(batch, 0)
    assert_close(losses["l1"], (official - truth).abs().mean(), **LOSS)
    assert_close(losses["iou"], ciou_loss(official, truth).mean(), **LOSS)


def test_eight_blocks_equal_the_official_losses():
    deep, teacher = _student_and_teacher()
    step = _step(
        remove_blocks(deep, SCALES["base"].first_removed), teacher, distill=_taught(FIRST_PAIRS), loss=SHALLOW
    ).eval()
    _assert_official_losses(step(_stage2_batch(), 0), "stage2_depth8")


def test_the_score_stage_equals_the_official_loss():
    model, tensors = load_golden("a_mixformerv2_b_tiny_test").model, golden_tensors(GOLDEN)
    batch = golden_batch("a_mixformerv2_b_tiny_test", torch.tensor([[0.1, 0.1, 0.5, 0.5]] * 2), prefix="in/batch2/")
    step = _step(model, loss=SCORE, trainable="score")
    losses = step(batch._replace(label=tensors["stage3/label"].float()), 0)
    status = golden_spec(GOLDEN)["stage3_score"]["status"]
    assert losses["score"].item() == losses["total"].item() == pytest.approx(status["Loss/scores"], abs=1e-5)


@pytest.mark.parametrize("epoch_steps", [1, 3])
def test_the_rate_falls_by_epochs_of_steps(monkeypatch, epoch_steps):
    used = []
    monkeypatch.setattr(module, "fade", lambda depth, blocks, rate: used.append(rate))
    step = _step(tiny(), fade=FadeConfig(blocks=(1,), epochs=5, epoch_steps=epoch_steps))
    for i in range(6 * epoch_steps):
        step(random_batch(), i)
    assert used == [remove_rate(1 + i // epoch_steps, 5) for i in range(6 * epoch_steps)]


def test_total_is_the_weighted_sum_and_terms_of_weight_zero_are_not_there():
    weights = LossWeights(
        l1=3, iou=2, edges=0.7, features=0.3, soft=0.5, inside=0.25, corners=0.125, look=0.6, score=1.5
    )
    named = {item.name for item in dataclasses.fields(weights)} - {"peer"}  # see test_peer.py
    step = _step(tiny(TINY_SCORED), tiny(seed=1), distill=_taught(((0, 1), (3, 3))), loss=weights)
    losses = step(random_batch(label=[1.0, 0.0, 1.0, 1.0]), 0)
    assert set(losses) == named | {"total", "student_iou", "teacher_iou"}
    assert_close(losses["total"], sum(getattr(weights, name) * losses[name] for name in named))
    assert set(_step(tiny(), loss=only(soft=1.0))(random_batch(), 0)) == {"total", "student_iou", "soft"}


def test_box_terms_count_only_regions_that_show_the_object():
    step, batch = _step(tiny(TINY_SCORED), loss=LossWeights(l1=5, iou=2)).eval(), random_batch(label=[1.0, 0, 1.0, 1.0])
    losses = step(batch, 0)
    seen = [0, 2, 3]
    alone = batch._replace(search=batch.search[seen], templates=batch.templates[[0, 1, 1]])
    box, truth = step.model(alone.templates, alone.search).box, batch.boxes_rel[seen]
    assert_close(losses["l1"], (box - truth).abs().mean(1).sum() / 4, **LOSS)
    assert_close(losses["iou"], ciou_loss(box, truth).sum() / 4, **LOSS)
    assert_close(losses["student_iou"], box_iou(box, truth).mean(), **LOSS)


def test_regions_without_the_object_reach_the_score_head_only():
    step = _step(tiny(TINY_SCORED), loss=replace(SUPERVISED, score=1.0))
    step(random_batch(label=0.0), 0)["total"].backward()
    for name, parameter in step.model.named_parameters():
        moved = parameter.grad is not None and parameter.grad.abs().sum() > 0
        assert moved == name.startswith("score_head"), name


@pytest.mark.parametrize(
    ("loss", "pairs"),
    [(SUPERVISED, ()), (SHALLOW, ((1, 2), (3, 3))), (SPARSE, ()), (replace(SUPERVISED, score=2.0), ())],
    ids=["supervised", "shallow", "sparse", "scored"],
)
def test_losses_do_not_depend_on_how_a_batch_is_shared(loss, pairs):
    teacher = tiny(seed=1) if loss.edges else None
    model = tiny(TINY_SCORED if loss.score else TINY)
    step = _step(model, teacher, distill=_taught(pairs) if teacher else DistillConfig(), loss=loss).eval()
    batch = random_batch(groups=4, label=[1, 1, 0, 1, 1, 0, 0, 1])
    whole, first, second = (step(part, 0) for part in (batch, *split(batch)))
    for name in set(whole) - {"student_iou", "teacher_iou"}:
        assert_close(whole[name], (first[name] + second[name]) / 2, **LOSS)


def test_faded_blocks_are_frozen_and_everything_else_learns():
    step = _step(tiny(), loss=SUPERVISED, fade=FadeConfig(blocks=(0, 2), epochs=5, epoch_steps=10)).train()
    before = {name: value.clone() for name, value in step.model.state_dict().items()}
    optimizer = torch.optim.SGD((p for p in step.parameters() if p.requires_grad), lr=0.1, weight_decay=0.1)
    step(random_batch(), 0)["total"].backward()
    optimizer.step()
    for name, parameter in step.model.named_parameters():
        frozen = name.startswith(("backbone.blocks.0.", "backbone.blocks.2."))
        assert (parameter.grad is None) == frozen, name
        assert torch.equal(parameter, before[name]) == frozen, name


def test_the_score_stage_trains_the_score_head_alone_and_keeps_the_rest_as_in_tracking():
    model = tiny(replace(TINY_SCORED, drop_path=0.9))
    step = _step(model, loss=SCORE, trainable="score").train()
    batch = random_batch(label=[1, 0, 1, 0])
    again = [step(batch, 0)["score"].item() for _ in range(3)]
    assert len(set(again)) == 1  # DropPath would show
    expected = tiny(replace(TINY_SCORED, drop_path=0.9)).eval()
    assert_close(step(batch, 0)["student_iou"], _step(expected, loss=SCORE, trainable="score")(batch, 0)["student_iou"])
    step(batch, 0)["total"].backward()
    for name, parameter in step.named_parameters():
        assert (parameter.grad is not None) == name.startswith("model.score_head."), name
    assert model.score_head.training and not model.backbone.training and not model.box_head.training


def test_drop_path_acts_on_the_student_while_everything_trains():
    step = _step(tiny(replace(TINY, drop_path=0.5)), loss=LossWeights())
    assert len({step(random_batch(), 0)["total"].item() for _ in range(4)}) > 1
    assert len({step.eval()(random_batch(), 0)["total"].item() for _ in range(4)}) == 1


def test_the_teacher_is_no_part_of_what_is_trained_or_saved():
    teacher = tiny(replace(TINY, drop_path=0.9), seed=1).train()
    step = _step(tiny(), teacher, distill=_taught(), loss=SPARSE).train()
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    assert not teacher.training
    assert set(step.state_dict()) == {f"model.{name}" for name in step.model.state_dict()}
    kept = {id(p) for p in step.parameters()}
    assert not any(id(p) in kept or p.requires_grad for p in teacher.parameters())
    optimizer = torch.optim.AdamW(step.parameters(), lr=0.1)
    for i in range(2):
        step(random_batch(seed=i), i)["total"].backward()
        optimizer.step()
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())


def test_a_dense_probe_is_trained_with_the_student_and_saved_with_the_step():
    step = _step(tiny(), loss=SUPERVISED)
    step(random_batch(), 0)["total"].backward()
    assert step.probe is not None and step.probe.maps.weight.grad.abs().sum() > 0
    assert "probe.maps.weight" in step.state_dict() and "probe.maps.weight" not in step.model.state_dict()


def test_blocks_and_shapes_that_cannot_be_matched_are_named():
    loss = LossWeights(features=1.0)
    with pytest.raises(ValueError, match=r"^distill.pairs: the teacher's blocks are 0\.\.1; got \[\(0, 2\)\]"):
        _step(tiny(), tiny(replace(TINY, depth=2)), distill=_taught(((0, 2),)), loss=loss)
    with pytest.raises(ValueError, match=r"^distill.pairs: features can only be matched between networks of the same"):
        _step(tiny(), tiny(TINY_DENSE), distill=_taught(((0, 0),)), loss=loss)


def test_a_dense_teacher_of_other_bins_and_sizes_teaches():
    dense = tiny(replace(TINY_DENSE, template_size=32, search_size=48, bins=24, dim=24), seed=1)
    step = _step(tiny(), dense, distill=_taught(), loss=SPARSE)
    losses = step(random_batch(), 0)
    losses["total"].backward()
    assert torch.isfinite(losses["edges"]) and losses["edges"] > 0
    assert step.model.backbone.reg_tokens.grad.abs().sum() > 0


def test_device_moves_student_probe_and_teacher():
    teacher = tiny(seed=1)
    step = _step(tiny(), teacher, distill=_taught(), loss=replace(SUPERVISED, edges=1.0)).on(torch.device("meta"))
    assert {p.device.type for p in (*step.parameters(), *teacher.parameters())} == {"meta"}

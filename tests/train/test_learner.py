"""One step of what learns: accumulation, averaging, number types, random numbers, and its state as tensors."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_training import TINY, TINY_SCORED, random_batch, split, tiny
from torch import nn
from torch.testing import assert_close

from playground.train.engine import OneProcess
from playground.train.learner import Learner
from playground.train.recipes import SUPERVISED
from playground.train.step import TrainStep
from playground.train_config import LossWeights, OptimConfig, TrainConfig

OPTIM = OptimConfig(lr=1e-2, steps=20, warmup=0, ema=0.9)


def _learner(optim: OptimConfig = OPTIM, drop_path: float = 0.0, loss: LossWeights = SUPERVISED, **how: Any) -> Learner:
    model = tiny(replace(TINY_SCORED if loss.score else TINY, drop_path=drop_path))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        step = TrainStep(TrainConfig(model=model.config, loss=loss), model)
    return Learner(step, model, optim, OneProcess("cpu"), **how)


def _same(a: Learner, b: Learner) -> bool:
    one, two = a.tensors(), b.tensors()
    assert one.keys() == two.keys()
    return all(torch.equal(value, two[name]) for name, value in one.items())


def test_two_parts_equal_a_batch_of_double_size():
    whole, parts, batch = _learner(), _learner(), random_batch(groups=4)
    for i in range(3):
        one, two = whole.advance([batch]), parts.advance(split(batch))
        for name in set(one) - {"student_iou"}:
            assert_close(one[name], two[name], rtol=1e-4, atol=1e-5)
        for (name, p), q in zip(whole.module.named_parameters(), parts.module.parameters(), strict=True):
            if i == 0:  # later Adam has made much of rounding where gradients are nothing else
                assert_close(p.grad, q.grad, rtol=1e-4, atol=1e-6, msg=lambda m, n=name: f"{n}: {m}")


def test_gradients_are_clipped_to_their_total_norm_and_the_norm_is_told():
    learner = _learner(replace(OPTIM, grad_clip=1e-3))
    free = _learner(replace(OPTIM, grad_clip=1e9))
    told = learner.advance([random_batch()])["grad_norm"]
    free.advance([random_batch()])
    norm = torch.stack([p.grad.norm() for p in free.module.parameters() if p.grad is not None]).norm()
    assert_close(told, norm)
    clipped = torch.stack([p.grad.norm() for p in learner.module.parameters() if p.grad is not None]).norm()
    assert clipped.item() == pytest.approx(1e-3, rel=1e-3)


def test_the_average_equals_one_by_hand():
    learner, by_hand = _learner(), {}
    for i in range(4):
        learner.advance([random_batch(seed=i)])
        for name, value in learner.model.state_dict().items():
            by_hand[name] = value.clone() if i == 0 else 0.9 * by_hand[name] + 0.1 * value
    for name, value in learner.averaged().state_dict().items():
        assert_close(value, by_hand[name], rtol=1e-5, atol=1e-6)
    assert not torch.equal(learner.averaged().backbone.reg_tokens, learner.model.backbone.reg_tokens)
    plain = _learner(replace(OPTIM, ema=0.0))
    assert plain.averaged() is plain.model


def test_each_group_learns_at_the_schedule_times_its_scale():
    learner = _learner(OptimConfig(lr=1.0, steps=4, warmup=2, backbone_scale=0.1))
    rates = []
    for i in range(4):
        assert learner.step == i
        rates.append(learner.rate)
        learner.advance([random_batch()])
        assert {group["lr"] for group in learner.optimizer.param_groups} == {rates[-1], 0.1 * rates[-1]}
    assert rates == pytest.approx([0.5, 1.0, 1.0, 0.5])


def test_losses_are_detached_means_of_the_parts():
    learner, parts = _learner(), split(random_batch(groups=4))
    each = [learner.module(part, 0) for part in parts]
    means = learner.advance(parts)
    assert not any(value.requires_grad for value in means.values())
    for name, value in means.items():
        if name != "grad_norm":
            assert_close(value, (each[0][name] + each[1][name]).detach() / 2)


def test_a_seed_repeats_drop_path_and_steps_differ():
    def losses(seed: int) -> list[float]:
        learner = _learner(replace(OPTIM, lr=1e-12), drop_path=0.5, seed=seed)
        return [learner.advance([random_batch()])["total"].item() for _ in range(4)]

    assert losses(0) == losses(0) != losses(1)
    assert len(set(losses(0))) > 1


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_state_goes_through_tensors_exactly(precision):
    one = _learner(drop_path=0.3, precision=precision)
    for i in range(3):
        one.advance([random_batch(seed=i)])
    kept = {name: value.clone() for name, value in one.tensors().items()}
    two = _learner(drop_path=0.3, precision=precision)
    two.load(kept, one.step)
    assert _same(one, two) and two.step == 3
    for i in range(3, 6):
        assert one.advance([random_batch(seed=i)])["total"] == two.advance([random_batch(seed=i)])["total"]
    assert _same(one, two)
    assert any(name.startswith("scaler/") for name in kept) == (precision == "float16")


def test_weights_of_another_network_are_refused():
    one, other = _learner(), _learner(loss=replace(SUPERVISED, score=1.0))
    with pytest.raises(ValueError, match="^resume: the checkpoint is of another network"):
        other.load(one.tensors(), 1)
    with pytest.raises(ValueError, match="^resume: the checkpoint is of another network"):
        one.load({}, 1)


@pytest.mark.parametrize(("precision", "close"), [("bfloat16", 0.02), ("float16", 0.002)])
def test_short_numbers_give_nearly_the_same_loss_and_learn(precision, close):
    exact, short, batch = _learner(), _learner(precision=precision), random_batch()
    one, two = exact.advance([batch])["total"], short.advance([batch])["total"]
    assert two.dtype == torch.float32 and 0 < (two / one - 1).abs().item() < close
    assert min(short.advance([batch])["total"].item() for _ in range(19)) < 0.8 * two.item()
    assert all(p.dtype == torch.float32 for p in short.module.parameters())


class _Steep(nn.Module):
    """A loss as steep as wanted: times the scale of float16 its gradient can be too large."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.linear = nn.Linear(4, 4)
        self.slope = slope

    def forward(self, batch: torch.Tensor, step: int) -> dict[str, torch.Tensor]:
        return {"total": self.linear(batch).float().sum() * self.slope}


@pytest.mark.parametrize("grad_clip", [1e-4, 1e9])
def test_gradients_are_clipped_without_the_scale_of_float16(grad_clip):
    found = []
    for precision in ("float32", "float16"):
        module, optim = _Steep(1e-3), replace(OPTIM, ema=0.0, grad_clip=grad_clip)
        Learner(module, module, optim, OneProcess("cpu"), precision=precision).advance([torch.ones(2, 4)])
        found.append(module.linear.weight.grad)
    assert_close(found[0], found[1], rtol=1e-2, atol=0)


def test_a_step_with_gradients_too_large_for_float16_is_left_out_and_the_scale_falls():
    module = _Steep(1e3)
    learner = Learner(module, module, replace(OPTIM, ema=0.0), OneProcess("cpu"), precision="float16")
    before = module.linear.weight.detach().clone()
    losses = learner.advance([torch.ones(2, 4)])
    assert torch.equal(module.linear.weight, before) and "grad_norm" not in losses
    scale = learner.tensors()["scaler/scale"]
    for _ in range(12):
        learner.advance([torch.ones(2, 4)])
    assert not torch.equal(module.linear.weight, before)
    assert learner.tensors()["scaler/scale"] < scale or scale < 65536


COMPILED = """
import torch
from torch import nn
from playground.train.engine import OneProcess
from playground.train.learner import Learner
from playground.train_config import OptimConfig

class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 1)
    def forward(self, batch, step):
        return {"total": (self.linear(batch) - 3).square().mean()}

found = []
for compiled in (False, True):
    torch.manual_seed(0)
    line = Line()
    learner = Learner(line, line, OptimConfig(lr=0.1, steps=9, warmup=0), OneProcess("cpu"), compiled=compiled)
    assert set(line.state_dict()) == {"linear.weight", "linear.bias"}
    found.append([learner.advance([torch.eye(4)])["total"].item() for _ in range(6)])
assert line._compiled_call_impl is not None
assert all(abs(a - b) < 1e-5 for a, b in zip(*found)), found
"""

ONE_GRAPH = """
import torch
from dataclasses import replace
from tiny_training import TINY, random_batch, tiny
from playground.train.recipes import SHALLOW
from playground.train.step import TrainStep
from playground.train_config import DistillConfig, FadeConfig, TrainConfig

config = TrainConfig(
    model=replace(TINY, depth=2), loss=SHALLOW, distill=DistillConfig(teacher="x", pairs=((1, 1),)),
    fade=FadeConfig(blocks=(0,), epochs=6, epoch_steps=2),
)
plain, step = (TrainStep(config, tiny(config.model), tiny(seed=1)) for _ in range(2))
step.compile(backend="eager")
for i in range(20):
    if i == 6:
        torch.compiler.set_stance("fail_on_recompile")
    found, expected = step(random_batch(seed=i), i), plain(random_batch(seed=i), i)
    assert abs(found["total"].item() - expected["total"].item()) < 1e-4, i
    found["total"].backward()
"""


def _in_fresh_process(code: str) -> None:
    """Run without the shape checks of these tests, which torch.compile cannot trace."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.skipif(shutil.which("g++") is None and shutil.which("clang++") is None, reason="needs a C++ compiler")
def test_a_compiled_module_learns_the_same():
    _in_fresh_process(COMPILED)


def test_the_step_is_compiled_once_and_not_for_every_epoch():
    _in_fresh_process(ONE_GRAPH)

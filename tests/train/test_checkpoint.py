"""A checkpoint is whole or not there, holds everything, and says what is wrong with it."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from tiny_training import TINY, random_batch, tiny

from playground.train.checkpoint import CHECKPOINT, load_checkpoint, save_checkpoint, steps_done
from playground.train.engine import OneProcess
from playground.train.learner import Learner
from playground.train.step import TrainStep
from playground.train_config import OptimConfig, TrainConfig


def _learner(steps: int = 0, config=TINY) -> Learner:
    model = tiny(config)
    learner = Learner(TrainStep(TrainConfig(model=config), model), model, OptimConfig(ema=0.5), OneProcess("cpu"))
    for i in range(steps):
        learner.advance([random_batch(seed=i)])
    return learner


def test_a_learner_comes_back_bit_for_bit(tmp_path):
    one, two = _learner(steps=2), _learner()
    assert steps_done(tmp_path) == 0
    save_checkpoint(one, tmp_path)
    assert steps_done(tmp_path) == 2
    load_checkpoint(two, tmp_path)
    for name, value in one.tensors().items():
        assert torch.equal(value, two.tensors()[name]), name
    assert two.step == 2
    assert one.advance([random_batch()])["total"] == two.advance([random_batch()])["total"]


def test_a_crash_while_writing_keeps_the_old_file(tmp_path, monkeypatch):
    learner = _learner(steps=1)
    save_checkpoint(learner, tmp_path)
    before = (tmp_path / CHECKPOINT).read_bytes()
    learner.advance([random_batch()])

    def crash(tensors, path, metadata):
        path.write_bytes(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr("safetensors.torch.save_file", crash)
    with pytest.raises(OSError, match="no space left"):
        save_checkpoint(learner, tmp_path)
    assert (tmp_path / CHECKPOINT).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


def _cut_in_half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _something_else(path):
    path.write_bytes(b"<html>not found</html>")


def _without_a_step(path):
    save_file({"a": torch.zeros(1)}, path)


@pytest.mark.parametrize("damage", [_cut_in_half, _something_else, _without_a_step, lambda path: path.write_bytes(b"")])
def test_a_damaged_or_foreign_file_is_named(tmp_path, damage):
    save_checkpoint(_learner(steps=1), tmp_path)
    damage(tmp_path / CHECKPOINT)
    said = rf"^resume: {tmp_path / CHECKPOINT} is not a readable checkpoint \(.*delete it to start again"
    for use in (steps_done, lambda folder: load_checkpoint(_learner(), folder)):
        with pytest.raises(ValueError, match=said):
            use(tmp_path)


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    save_checkpoint(_learner(steps=1), tmp_path)
    with pytest.raises(ValueError, match="^resume: the checkpoint is of another network"):
        load_checkpoint(_learner(config=replace(TINY, depth=3)), tmp_path)

"""A fading network is measured with the share that its blocks had while it was trained."""

from dataclasses import replace

import pytest
import torch
from tiny_training import TINY_RUN, random_batch, tiny

from playground.lesson.fading import rate_after, while_fading
from playground.lesson.measure import agreement, answers
from playground.lesson.practice import Practice
from playground.model.prune import remove_blocks
from playground.train.step import TrainStep
from playground.train_config import FadeConfig

FADING = FadeConfig(blocks=(1, 2), epochs=5, epoch_steps=2)


def test_the_rate_is_the_one_of_the_training_step():
    torch.manual_seed(0)
    step = TrainStep(replace(TINY_RUN, fade=FADING), tiny(), None)
    kept = [_keep_of(step, number) for number in range(10)]
    assert [rate_after(number + 1, FADING) for number in range(10)] == pytest.approx(kept)
    assert rate_after(0, FADING) == 1 and rate_after(10, FADING) == 0


def _keep_of(step, number):
    """What block 1 adds in training step ``number``, by asking the step for it."""
    seen = []
    original = step.model.locate

    def locate(search, memory, keep=None, *more):
        seen.append(keep[1])
        return original(search, memory, keep, *more)

    step.model.locate = locate
    try:
        step(random_batch(), number)
    finally:
        del step.model.locate
    return seen[0]


def test_at_first_it_is_whole_and_at_last_the_blocks_are_gone(tmp_path):
    whole, batch = tiny().eval(), random_batch()
    snapshots = {0: whole, 4: whole, 10: whole}
    run = Practice(folder=tmp_path, config=replace(TINY_RUN, fade=FADING), measured={}, snapshots=snapshots)
    told = answers(whole, batch)
    found = while_fading(told, run, batch)
    assert found[0] == pytest.approx(0, abs=1e-6)
    assert found[10] == pytest.approx(agreement(told, remove_blocks(whole, (1, 2)), batch).kl, rel=1e-4)
    assert found[4] > 0 and found[4] != pytest.approx(found[10], rel=1e-3)

"""The stages fit each other: who starts from whom, who teaches, and which tokens are matched with which."""

from dataclasses import replace
from pathlib import Path

import pytest

from playground.hub import load_model, resolve
from playground.lesson.stages import (
    PRETRAINED,
    deep_stage,
    fade_stage,
    lesson_scale,
    shallow_stage,
    sparse_stage,
    teacher_stage,
)
from playground.model.prune import remove_rate

DEEP, FADED = Path("deep"), Path("faded")


@pytest.fixture(scope="module")
def pretrained():
    return load_model(resolve(PRETRAINED)).config


@pytest.mark.parametrize("fast", [True, False])
def test_networks_have_the_blocks_of_the_embedded_one(fast, pretrained):
    scale = lesson_scale(fast)
    for config in (scale.teacher, scale.deep):
        for field in ("dim", "depth", "heads", "mlp_ratio", "patch"):
            assert getattr(config, field) == getattr(pretrained, field), field
        assert config.search_size < pretrained.search_size
    assert scale.teacher.head == "corners" and scale.deep.head == "edges"
    assert scale.teacher.bins == scale.deep.bins, "else no row of the one could be held against a row of the other"


def test_teacher_and_student(lesson):
    teacher, student = teacher_stage(lesson), sparse_stage(lesson)
    assert teacher.start_from == PRETRAINED and not teacher.distill.teacher
    assert student.start_from == student.distill.teacher == str(lesson.runs / "teacher")
    assert student.loss.edges > 0 and not teacher.loss.edges
    assert student.data == teacher.data, "one world serves both"


def test_fast_runs_are_short_and_report_a_few_times(lesson):
    for stage in (teacher_stage, sparse_stage, deep_stage):
        fast, full = stage(lesson), stage(replace(lesson, fast=False))
        assert fast.optim.steps < full.optim.steps / 4 and fast.data.synthetic_clips < full.data.synthetic_clips
        assert 5 <= fast.optim.steps // fast.save_every <= 6 and 10 <= full.optim.steps // full.save_every <= 11


@pytest.mark.parametrize("blocks", [(1,), (1, 2), (0, 2), (3,)])
def test_every_group_goes_on_giving_what_its_last_block_gave(lesson, blocks):
    depth = deep_stage(lesson).model.depth
    faded, shallow = fade_stage(lesson, DEEP, blocks), shallow_stage(lesson, DEEP, FADED, blocks)
    kept = [block for block in range(depth) if block not in blocks]
    # The block before the next one that is kept, or the last of all.
    ends = [next((other for other in range(block + 1, depth) if other in kept), depth) - 1 for block in kept]
    assert list(shallow.distill.pairs) == list(enumerate(ends))
    assert list(faded.distill.pairs) == [(end, end) for end in ends]
    assert shallow.model.depth == len(kept) and shallow.remove == faded.fade.blocks == blocks
    assert (shallow.start_from, shallow.distill.teacher, faded.start_from) == ("faded", "deep", "deep")


@pytest.mark.parametrize("fast", [True, False])
def test_blocks_have_faded_before_the_run_is_over(lesson, fast):
    config = fade_stage(replace(lesson, fast=fast), DEEP, (1,))
    epochs = config.optim.steps // config.fade.epoch_steps
    assert remove_rate(epochs, config.fade.epochs) == 0
    assert remove_rate(epochs // 2, config.fade.epochs) > 0.2


def test_a_fair_opponent_gets_more_steps(lesson):
    usual, longer = (shallow_stage(lesson, DEEP, DEEP, (1,), more=more) for more in (0, 30))
    assert longer.optim.steps == usual.optim.steps + 30

"""Fading and removing blocks against the official twelve-block student and its eight-block form."""

import json

import pytest
import torch
from golden_files import golden
from networks import PROBABILITIES, TOKENS, Golden, corners, edge_stack, load_golden, templates_of
from torch.testing import assert_close

from playground.config import PRESETS
from playground.model import MixFormer
from playground.model.prune import fade, remove_blocks, remove_rate

REMOVED = (0, 3, 6, 9)


@pytest.fixture(scope="module")
def student() -> Golden:
    return load_golden("c3_student12_tiny_train")


@pytest.mark.parametrize(("rate", "name"), [(1.0, "rate_1"), (0.37, "rate_0.37"), (0.0, "rate_0")])
def test_faded_student_equals_the_official_one(student: Golden, rate: float, name: str) -> None:
    model, inputs, out = student
    found = model(templates_of(inputs), inputs["search"], keep=fade(12, REMOVED, rate), features=True)
    assert_close(found.box, corners(out[f"{name}/pred_boxes"]), **PROBABILITIES)
    assert_close(found.edges, edge_stack(out, f"{name}/logit").log_softmax(-1), **TOKENS)
    assert_close(found.features[-1][:, -4:], out[f"{name}/reg_tokens"], **TOKENS)
    expected = [key for key in out if key.startswith(f"{name}/distill_feat")]
    assert len(expected) == (0 if rate == 0 else 12)
    for key in expected:
        assert_close(found.features[int(key[-2:])], out[key], **TOKENS)


def test_shallow_student_equals_the_official_conversion(student: Golden) -> None:
    model, inputs, out = student
    shallow = remove_blocks(model, REMOVED)
    assert shallow.config.depth == 8
    found = shallow(templates_of(inputs), inputs["search"], features=True)
    assert_close(found.box, corners(out["converted_depth8/pred_boxes"]), **PROBABILITIES)
    assert_close(found.edges, edge_stack(out, "converted_depth8/logit").log_softmax(-1), **TOKENS)
    for i, tokens in enumerate(found.features):
        assert_close(tokens, out[f"converted_depth8/distill_feat{i:02d}"], **TOKENS)


def test_removed_blocks_equal_blocks_faded_to_nothing_bit_for_bit(student: Golden) -> None:
    model, inputs, _ = student
    faded = model(templates_of(inputs), inputs["search"], keep=fade(12, REMOVED, 0.0), features=True)
    removed = remove_blocks(model, REMOVED)(templates_of(inputs), inputs["search"], features=True)
    assert torch.equal(faded.edges, removed.edges)
    assert torch.equal(faded.features[-1], removed.features[-1])


def test_removing_makes_a_copy_and_keeps_every_other_weight() -> None:
    torch.manual_seed(0)
    model = MixFormer(PRESETS["toy-base"]).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    shallow = remove_blocks(model, [1, 4, 4])
    assert shallow.training and shallow.config.depth == 6
    assert all(parameter.requires_grad for parameter in shallow.parameters())
    for name, value in shallow.state_dict().items():
        head, *tail = name.split("backbone.blocks.")
        if tail:
            new, rest = tail[0].split(".", 1)
            name = f"{head}backbone.blocks.{(0, 2, 3, 5, 6, 7)[int(new)]}.{rest}"
        assert torch.equal(value, before[name]), name
    for value in shallow.state_dict().values():
        value.zero_()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_remove_rate_equals_the_official_trainers() -> None:
    for epoch, rate in json.loads(golden("j_remove_rate.json").read_text())["rate_by_epoch"].items():
        assert remove_rate(int(epoch)) == pytest.approx(rate, abs=1e-12)
    assert remove_rate(39) == 0.0 and remove_rate(10_000) == 0.0


def test_remove_rate_of_a_short_run_falls_to_zero_and_stays() -> None:
    rates = [remove_rate(epoch, steps=5) for epoch in range(1, 8)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] < 1 and rates[2] > 0 and rates[3:] == [0.0] * 4


def test_fade_names_each_block() -> None:
    assert fade(4, [0, 2], 0.5) == (0.5, 1.0, 0.5, 1.0)
    assert fade(3, [], 0.0) == (1.0, 1.0, 1.0)


def test_bad_values_are_named() -> None:
    model = MixFormer(PRESETS["toy-small"])
    with pytest.raises(ValueError, match=r"blocks: choose from 0\.\.3; got -1, 4"):
        remove_blocks(model, [4, 1, -1])
    with pytest.raises(ValueError, match=r"blocks: at least one of the 4"):
        remove_blocks(model, range(4))
    with pytest.raises(ValueError, match=r"blocks: choose from 0\.\.3"):
        fade(4, [4], 0.5)
    with pytest.raises(ValueError, match=r"rate: must be in 0\.\.1"):
        fade(4, [0], 1.5)
    with pytest.raises(ValueError, match="epoch: must be at least 1"):
        remove_rate(0)
    with pytest.raises(ValueError, match="steps: must be at least 1"):
        remove_rate(1, steps=0)

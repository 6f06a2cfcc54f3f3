"""The stages as values: the published ones at full size, and chains in which every stage finds what it needs."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from playground.config import PRESETS
from playground.model import MixFormer
from playground.model.prune import remove_blocks
from playground.settings import from_json, to_json
from playground.train.distill import check_pairs
from playground.train.recipes import CHAINS, RECIPES, STAGES, recipe
from playground.train.scales import EPOCH
from playground.train_config import FadeConfig, TrainConfig


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_survive_json(name):
    config = recipe(name)
    assert from_json(TrainConfig, to_json(config)) == config


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_tells_what_it_is(name):
    assert STAGES[name].__doc__


@pytest.mark.parametrize("scale", CHAINS)
def test_every_stage_comes_after_what_it_needs_and_fits_it(scale):
    done: dict[str, TrainConfig] = {}
    for stage in CHAINS[scale]:
        config = recipe(f"{scale}-{stage}", "chain")
        for needed in (config.start_from, config.heads_from, config.distill.teacher):
            if needed.startswith("chain/"):
                assert Path(needed).name in done, f"{stage} needs {needed}"
        if config.start_from.startswith("chain/"):
            older = done[Path(config.start_from).name].model
            if stage == "teacher":  # grown from `first`
                assert config.model.depth % older.depth == 0 and older.mlp_ratio <= config.model.mlp_ratio
            else:
                assert older.depth - len(config.remove) == config.model.depth
                assert older.mlp_ratio >= config.model.mlp_ratio
        if config.distill.teacher:
            check_pairs(config.model, done[Path(config.distill.teacher).name].model, config.distill.pairs)
        done[stage] = config


@pytest.mark.parametrize("scale", CHAINS)
def test_blocks_that_fade_are_those_removed_next_and_pairs_match_the_same_blocks(scale):
    """The blocks fall into groups that begin where a removed block begins (official) or ends; before and after the
    removal the last kept block of a group is matched with what the whole group gave."""
    for fading, after in (("fade-layers", "deep-to-shallow"), ("fade-again", "shallower")):
        if fading not in CHAINS[scale]:
            continue
        one, two = recipe(f"{scale}-{fading}"), recipe(f"{scale}-{after}")
        assert one.fade.blocks == two.remove
        depth, groups = one.model.depth, len(two.remove)
        ends = [(i + 1) * depth // groups - 1 for i in range(groups)]
        assert {block * groups // depth for block in two.remove} == set(range(groups))  # one of each group
        kept = [i for i in range(depth) if i not in two.remove]
        last_kept = [max(index for index, block in enumerate(kept) if block <= end) for end in ends]
        assert two.distill.pairs == tuple(zip(last_kept, ends, strict=True))
        assert one.distill.pairs == tuple((end, end) for end in ends)


def test_the_full_size_stages_have_the_published_values():
    """Spec 2.1 to 2.4 and 2.6, written out."""
    stage1, stage2a, stage2b, score = (
        recipe(f"base-{name}") for name in ("dense-to-sparse", "fade-layers", "deep-to-shallow", "score-shallow")
    )
    for config, epochs, lr, drop in (
        (stage1, 500, 4e-4, 400), (stage2a, 45, 4e-4, 400), (stage2b, 500, 4e-4, 400), (score, 40, 1e-4, 20),
    ):  # fmt: skip
        optim = config.optim
        assert (optim.steps, optim.lr, optim.drop_at) == (epochs * 234, lr, drop * 234)
        assert (optim.backbone_scale, optim.weight_decay, optim.decay_all) == (0.1, 1e-4, True)
        assert (optim.grad_clip, optim.warmup, optim.schedule, optim.beta2) == (0.1, 0, "step", 0.999)
        assert config.groups * config.sample.per_group == 256
    assert EPOCH == 234
    weights = [(c.loss.l1, c.loss.iou, c.loss.edges, c.loss.features, c.loss.score) for c in (stage1, stage2a, stage2b)]
    assert weights == [(5, 2, 5, 0, 0), (5, 2, 5, 0.2, 0), (5, 2, 5, 0.2, 0)]
    assert stage2a.fade == FadeConfig(blocks=(0, 3, 6, 9), epochs=40, epoch_steps=234)
    assert stage2a.distill.pairs == ((2, 2), (5, 5), (8, 8), (11, 11))
    assert stage2b.remove == (0, 3, 6, 9) and stage2b.distill.pairs == ((1, 2), (3, 5), (5, 8), (7, 11))
    assert stage2a.distill.teacher == stage2b.distill.teacher == "runs/base/dense-to-sparse"
    assert (stage1.model, stage2a.model, stage2b.model) == (
        PRESETS["base-deep"], PRESETS["base-deep"], PRESETS["base-shallow"],
    )  # fmt: skip
    assert (stage1.sample.order, stage1.sample.max_gap, stage1.sample.wild_scale) == ("causal", 200, 0.5)
    assert stage1.sample.wild_reach * stage1.tracker.crop.search_factor == pytest.approx(4.5)
    assert score.trainable == "score" and (score.sample.order, score.sample.negatives) == ("trident", 0.5)


def test_small_ends_at_the_released_shape():
    assert recipe("small-score").model == PRESETS["small"]
    assert recipe("mini-score").model == PRESETS["mini-small"] and recipe("toy-score").model == PRESETS["toy-small"]
    assert recipe("mini-cpu-first").model == recipe("mini-first").model == PRESETS["mini-small"]
    assert recipe("mini-score-shallow").model == PRESETS["mini-base"]
    assert recipe("mini-teacher").model == PRESETS["mini-teacher"]


def test_kept_blocks_give_what_the_fading_network_gives_in_the_end():
    torch.manual_seed(0)
    config = recipe("toy-fade-layers")
    deep = MixFormer(replace(config.model, dim=12, depth=12)).eval()
    shallow = remove_blocks(deep, recipe("toy-deep-to-shallow").remove)
    templates, search = torch.randn(1, 2, 3, 32, 32), torch.randn(1, 3, 64, 64)
    keep = [0.0 if i in config.fade.blocks else 1.0 for i in range(12)]
    # The block that answers for the prediction tokens alone is another one: equal but for rounding.
    assert_close(deep(templates, search, keep).box, shallow(templates, search).box, rtol=0, atol=1e-6)


def test_an_unknown_recipe_is_named():
    with pytest.raises(ValueError, match="^recipe: must be one of toy-teacher, .* got 'toy'"):
        recipe("toy")

"""What a run starts with: nothing, or another model shortened and narrowed, with what fits and nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_training import TINY, TINY_DENSE, TINY_SCORED, random_batch, tiny

from playground.config import ModelConfig, TrackerConfig
from playground.hub import save_model
from playground.model import MixFormer
from playground.model.backbone import position_table
from playground.model.grow import grow
from playground.model.prune import fade, remove_blocks
from playground.train.start import start
from playground.train_config import TrainConfig


def _saved(model: MixFormer, folder: Path) -> str:
    save_model(model, TrackerConfig(), folder)
    return str(folder)


def _from(folder: str, model: ModelConfig, **changes: Any) -> MixFormer:
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return start(TrainConfig(model=model, start_from=folder, **changes))


def _older(tmp_path: Path, config: ModelConfig = TINY) -> tuple[MixFormer, str]:
    model = tiny(config, seed=3)
    return model, _saved(model, tmp_path / "older")


def test_from_nothing_queries_and_keys_are_alike_and_the_seed_decides():
    with torch.random.fork_rng():
        torch.manual_seed(5)
        model = start(TrainConfig(model=TINY))
    plain = tiny(seed=5)
    for name, value in model.state_dict().items():
        expected = plain.state_dict()[name].clone()
        if "attn.qkv" in name:
            expected[16:32] = expected[:16]
        assert torch.equal(value, expected), name
    with pytest.raises(ValueError, match="^remove: needs start_from"):
        start(TrainConfig(model=TINY, remove=(1,)))


def test_the_same_shape_takes_every_tensor(tmp_path):
    older, folder = _older(tmp_path, TINY_SCORED)
    found = _from(folder, TINY_SCORED).state_dict()
    assert all(torch.equal(found[name], value) for name, value in older.state_dict().items())


def test_removed_blocks_leave_what_fading_to_nothing_leaves(tmp_path):
    older, folder = _older(tmp_path)
    shallow = _from(folder, replace(TINY, depth=2), remove=(0, 2)).eval()
    expected = remove_blocks(older, (0, 2)).state_dict()
    assert all(torch.equal(value, expected[name]) for name, value in shallow.state_dict().items())
    batch = random_batch(per_group=1)
    faded = older.eval()(batch.templates, batch.search, keep=fade(4, (0, 2), 0.0))
    assert torch.equal(shallow(batch.templates, batch.search).edges, faded.edges)
    with pytest.raises(ValueError, match=r"^blocks: choose from 0\.\.3; got 9"):
        _from(folder, replace(TINY, depth=3), remove=(9,))


def test_a_narrow_mlp_is_the_first_rows_and_columns_of_the_wide_one(tmp_path):
    older, folder = _older(tmp_path)
    wide, narrow = older.state_dict(), _from(folder, replace(TINY, mlp_ratio=1.0)).state_dict()
    for name, value in narrow.items():
        if name.endswith(("fc1.weight", "fc1.bias")):
            assert torch.equal(value, wide[name][:16]), name
        elif name.endswith("fc2.weight"):
            assert torch.equal(value, wide[name][:, :16]), name
        else:
            assert torch.equal(value, wide[name]), name


def test_a_slice_is_the_wide_network_without_its_last_hidden_units(tmp_path):
    older, folder = _older(tmp_path)
    narrow, batch = _from(folder, replace(TINY, mlp_ratio=1.0)).eval(), random_batch(per_group=1)
    with torch.no_grad():
        for block in older.backbone.blocks:
            block.mlp.fc2.weight[:, 16:] = 0
    expected = older.eval()(batch.templates, batch.search).edges
    torch.testing.assert_close(narrow(batch.templates, batch.search).edges, expected, rtol=0, atol=1e-5)


def _same(new: MixFormer, old: MixFormer, part: str) -> bool:
    theirs = old.state_dict()
    mine = {name: value for name, value in new.state_dict().items() if name.startswith(part)}
    return bool(mine) and all(name in theirs and torch.equal(value, theirs[name]) for name, value in mine.items())


def test_a_new_head_starts_fresh_and_the_backbone_is_kept(tmp_path):
    older, folder = _older(tmp_path, TINY_DENSE)
    student = _from(folder, replace(TINY, depth=2))
    fresh = tiny(replace(TINY, depth=2), seed=7)
    assert _same(student, fresh, "box_head.") and _same(student, fresh, "backbone.reg_tokens")
    assert _same(student, older, "backbone.blocks.") and _same(student, older, "backbone.patch_embed.")


def test_other_bins_start_a_new_box_head_and_keep_the_tokens(tmp_path):
    older, folder = _older(tmp_path)
    student = _from(folder, replace(TINY, bins=24))
    assert _same(student, tiny(replace(TINY, bins=24), seed=7), "box_head.") and _same(student, older, "backbone.")


def test_a_single_prediction_token_starts_fresh_with_its_head(tmp_path):
    _, folder = _older(tmp_path)
    fresh = tiny(replace(TINY, tokens=1), seed=7)
    student = _from(folder, replace(TINY, tokens=1))
    assert all(_same(student, fresh, part) for part in ("box_head.", "backbone.reg_tokens", "backbone.pos_embed_reg"))


def test_a_score_head_is_added_to_a_kept_box_head_or_left_out(tmp_path):
    older, folder = _older(tmp_path)
    scored = _from(folder, TINY_SCORED)
    assert _same(scored, older, "backbone.") and _same(scored, older, "box_head.")
    assert _same(scored, tiny(TINY_SCORED, seed=7), "score_head.")
    back = _from(_saved(scored, tmp_path / "scored"), TINY)
    assert back.score_head is None and _same(back, older, "box_head.")


def test_channels_of_corner_heads_do_not_decide_about_an_edge_head(tmp_path):
    older, folder = _older(tmp_path)
    assert _same(_from(folder, replace(TINY, head_channels=64)), older, "box_head.")


def test_another_grid_keeps_its_own_position_table(tmp_path):
    older, folder = _older(tmp_path)
    larger = _from(folder, replace(TINY, template_size=24, search_size=48))
    assert torch.equal(larger.backbone.pos_embed_s, position_table(6, 16))
    assert torch.equal(larger.backbone.pos_embed_t, position_table(3, 16))
    assert _same(larger, older, "backbone.blocks.") and _same(larger, older, "box_head.")


def test_fresh_names_are_not_copied(tmp_path):
    older, folder = _older(tmp_path)
    model, fresh = _from(folder, TINY, fresh=("mlp", "reg_tokens")), tiny(seed=7)
    for name, value in model.state_dict().items():
        new = "mlp" in name or name == "backbone.reg_tokens"
        assert torch.equal(value, (fresh if new else older).state_dict()[name]), name


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dim": 32}, "has dim 16, this run's model has 32; they must agree"),
        ({"depth": 3}, "has depth 4, this run's model has 3; they must agree"),
        ({"heads": 4}, "has heads 2, this run's model has 4; they must agree"),
        ({"depth": 6}, "cannot grow into this run's model: depth: must be a multiple of the 4 blocks"),
    ],
)
def test_backbones_that_do_not_fit_are_named(tmp_path, changes, said):
    _, folder = _older(tmp_path)
    with pytest.raises(ValueError, match=f"^start_from: {folder} {said}"):
        _from(folder, replace(TINY, **changes))


def test_a_depth_that_does_not_come_out_names_what_was_removed(tmp_path):
    _, folder = _older(tmp_path)
    with pytest.raises(ValueError, match=r"^start_from: .* without blocks \(0,\) has depth 3, this run's model has 2"):
        _from(folder, replace(TINY, depth=2), remove=(0,))


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"^model: .* has no config.json"):
        _from(str(tmp_path), TINY)


def test_a_deeper_network_is_grown_and_takes_the_tokens_and_head_of_another(tmp_path):
    older, folder = _older(tmp_path)
    deep = replace(TINY, depth=8, mlp_ratio=4.0)
    grown = grow(older, deep)
    found = _from(folder, deep)
    assert _same(found, grown, "backbone.blocks.0.attn") and _same(found, older, "box_head.")
    dense = tiny(TINY_DENSE, seed=4)
    corners = _saved(dense, tmp_path / "dense")
    student = _from(corners, replace(TINY_DENSE, head="edges", bins=TINY.bins), heads_from=folder)
    assert _same(student, dense, "backbone.blocks.")
    assert _same(student, older, "box_head.") and _same(student, older, "backbone.reg_tokens")
    with pytest.raises(ValueError, match="^heads_from: needs start_from"):
        start(TrainConfig(model=TINY, heads_from=folder))
    wide = _saved(tiny(replace(TINY, dim=32), seed=1), tmp_path / "wide")
    with pytest.raises(ValueError, match=f"^heads_from: {wide} has dim 32, this run's model has 16"):
        _from(corners, TINY, heads_from=wide)

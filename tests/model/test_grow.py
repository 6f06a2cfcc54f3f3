"""A grown network begins as the small one: exactly where that can be, nearly where blocks are stacked."""

from dataclasses import replace

import pytest
import torch
from tiny_training import TINY, TINY_DENSE, tiny

from playground.config import ModelConfig
from playground.model import MixFormer
from playground.model.grow import grow


def _answers(model: MixFormer, config: ModelConfig, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    templates = torch.randn(2, 2, 3, config.template_size, config.template_size, generator=generator)
    search = torch.randn(2, 3, config.search_size, config.search_size, generator=generator)
    with torch.no_grad():
        return model.eval()(templates, search).edges


def test_a_wider_mlp_changes_nothing_and_can_learn():
    small = tiny(seed=3)
    wide = grow(small, replace(TINY, mlp_ratio=4.0))
    assert wide.config == replace(TINY, mlp_ratio=4.0)
    torch.testing.assert_close(_answers(wide, TINY), _answers(small, TINY), rtol=0, atol=1e-5)
    fc1, fc2 = wide.backbone.blocks[0].mlp.fc1.weight, wide.backbone.blocks[0].mlp.fc2.weight
    old = fc1.shape[0] // 2
    assert (fc1[old:].std(1) > 0).all() and (fc2[:, old:] == 0).all()


def _weakened(model: MixFormer, strength: float) -> MixFormer:
    with torch.no_grad():
        for name, value in model.named_parameters():
            if name.endswith((".attn.proj.weight", ".attn.proj.bias", ".fc2.weight", ".fc2.bias")):
                value *= strength
    return model


def test_stacked_blocks_are_small_steps_along_the_same_way():
    """Three thirds of a step are the step but for terms of second order: blocks of a tenth of the strength move a tenth
    as far, and the stack differs from them by about a hundredth."""
    apart, moved = [], []
    for strength in (0.1, 0.01):
        weak, deep = _weakened(tiny(seed=3), strength), replace(TINY, depth=12)
        answer = _answers(weak, TINY)
        apart.append((_answers(grow(weak, deep), TINY) - answer).abs().max().item())
        moved.append((_answers(_weakened(tiny(seed=3), 0), TINY) - answer).abs().max().item())
    assert moved[1] > moved[0] / 20 and apart[1] < apart[0] / 40 and apart[1] < moved[1] / 10


def test_each_block_stands_several_times_in_a_row():
    small = tiny(seed=3)
    large = grow(small, replace(TINY, depth=12))
    for i, block in enumerate(large.backbone.blocks):
        old = small.backbone.blocks[i // 3]
        assert torch.equal(block.attn.qkv.weight, old.attn.qkv.weight)
        assert torch.equal(block.mlp.fc2.weight, old.mlp.fc2.weight / 3)


@pytest.mark.parametrize("patch", [4, 16])
def test_an_even_surface_gives_the_same_through_patches_of_another_size(patch):
    small = tiny(seed=3)
    sizes = {"template_size": TINY.template_size * patch // 8, "search_size": TINY.search_size * patch // 8}
    other = grow(small, replace(TINY, patch=patch, **sizes))
    for old, new in ((small, other),):
        even = [torch.full((1, 3, model.config.patch, model.config.patch), 0.7) for model in (old, new)]
        torch.testing.assert_close(
            old.backbone.patch_embed(even[0]), new.backbone.patch_embed(even[1]), rtol=0, atol=1e-5
        )


def test_a_corner_head_follows_the_grid_and_the_small_one_is_left_alone():
    small = tiny(TINY_DENSE, seed=3)
    before = {name: value.clone() for name, value in small.state_dict().items()}
    larger = grow(small, replace(TINY_DENSE, search_size=64, bins=32, depth=8))
    assert larger.config.bins == 32 and _answers(larger, larger.config).shape[-1] == 32
    assert all(torch.equal(value, before[name]) for name, value in small.state_dict().items())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dim": 32}, "^dim: growing keeps it at 16; got 32"),
        ({"heads": 4}, "^heads: growing keeps it at 2; got 4"),
        ({"depth": 6}, "^depth: must be a multiple of the 4 blocks to grow from; got 6"),
        ({"depth": 2}, "^depth: must be a multiple of the 4"),
        ({"mlp_ratio": 1.0}, "^mlp_ratio: must be at least the 2 to grow from; got 1"),
    ],
)
def test_what_cannot_grow_is_named(changes, said):
    with pytest.raises(ValueError, match=said):
        grow(tiny(), replace(TINY, **changes))

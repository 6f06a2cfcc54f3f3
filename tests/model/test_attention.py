"""The attention that is shown is the attention that is used; residual branches scale and drop as promised."""

import torch
from torch import nn
from torch.testing import assert_close

from playground.model.attention import Block, KeyValue, MixedAttention


def _known(*sets: KeyValue) -> KeyValue:
    return KeyValue(*(torch.cat(parts, dim=2) for parts in zip(*sets, strict=True)))


def test_weights_sum_to_one_and_reproduce_the_output() -> None:
    torch.manual_seed(0)
    attention = MixedAttention(24, heads=3)
    _, past = attention.project(torch.randn(2, 5, 24))
    q, own = attention.project(torch.randn(2, 7, 24))
    known = _known(past, own)
    weights = attention.weights(q, known.keys)
    assert weights.shape == (2, 3, 7, 12)
    assert_close(weights.sum(-1), torch.ones(2, 3, 7))
    by_hand = attention.proj((weights @ known.values).transpose(1, 2).flatten(2))
    assert_close(attention.attend(q, known), by_hand, rtol=0, atol=1e-6)


def test_attention_equals_torch_multihead_attention() -> None:
    torch.manual_seed(0)
    ours, reference = MixedAttention(24, heads=3), nn.MultiheadAttention(24, 3, batch_first=True)
    reference.in_proj_weight.data.copy_(ours.qkv.weight)
    reference.in_proj_bias.data.copy_(ours.qkv.bias)
    reference.out_proj.load_state_dict(ours.proj.state_dict())
    x = torch.randn(2, 7, 24)
    q, known = ours.project(x)
    expected, weights = reference(x, x, x, average_attn_weights=False)
    assert_close(ours.attend(q, known), expected, rtol=0, atol=1e-6)
    assert_close(ours.weights(q, known.keys), weights, rtol=0, atol=1e-6)


def test_few_tokens_that_ask_get_what_they_would_among_all() -> None:
    """And every weight learns the same from it."""
    torch.manual_seed(0)
    attention = MixedAttention(24, heads=3).double()
    nn.init.normal_(attention.qkv.bias)
    x = torch.randn(2, 7, 24, dtype=torch.float64, requires_grad=True)
    _, past = attention.project(torch.randn(2, 5, 24, dtype=torch.float64))
    q, own = attention.project(x)
    known = _known(past, own)
    got, look = attention.ask(x, 4, past)
    usual = attention.attend(q, known)[:, 4:]
    assert_close(got, usual, rtol=0, atol=1e-12)
    assert_close(look, attention.weights(q, known.keys)[:, :, 4:], rtol=0, atol=1e-12)
    changes = torch.randn_like(got)
    learned, expected = (
        torch.autograd.grad((y * changes).sum(), [x, *attention.parameters()], retain_graph=True) for y in (got, usual)
    )
    for one, other in zip(learned, expected, strict=True):
        assert_close(one, other, rtol=0, atol=1e-12)


def _run(block: Block, x: torch.Tensor, keep: float | None) -> torch.Tensor:
    return block.finish(x, *block.remember(x), keep)


def test_keep_scales_both_branches() -> None:
    torch.manual_seed(0)
    block, x = Block(24, heads=3, mlp_ratio=2.0, drop_path=0.0).eval(), torch.randn(2, 5, 24)
    assert torch.equal(_run(block, x, 0.0), x)
    assert torch.equal(_run(block, x, 1.0), _run(block, x, None))
    middle = x + 0.3 * block.attn.attend(*block.remember(x))
    assert_close(_run(block, x, 0.3), middle + 0.3 * block.mlp(block.norm2(middle)))


def test_an_answer_is_the_whole_block_for_the_last_tokens() -> None:
    torch.manual_seed(0)
    block, x = Block(24, heads=3, mlp_ratio=2.0, drop_path=0.0).eval(), torch.randn(2, 7, 24)
    _, past = block.remember(torch.randn(2, 5, 24))
    q, own = block.remember(x)
    for keep in (None, 0.3):
        whole = block.finish(x, q, _known(past, own), keep)
        assert_close(block.answer(x, 4, past, keep)[0], whole[:, 4:], rtol=0, atol=1e-6)


def test_drop_path_drops_whole_samples_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    block = Block(8, heads=2, mlp_ratio=1.0, drop_path=0.25).train()
    ones = torch.ones(4000, 3, 8)
    dropped = block._branch(ones, None)
    assert torch.equal(dropped, dropped[:, :1, :1].expand_as(dropped))
    assert set(dropped.unique().tolist()) == {0.0, ones[0, 0, 0].div(0.75).item()}
    # Standard error of the mean is sqrt(1/3 / 4000) = 0.009; the seed is fixed, so this cannot flicker.
    assert abs(dropped.mean().item() - 1) < 0.05
    assert torch.equal(block.eval()._branch(ones, None), ones)

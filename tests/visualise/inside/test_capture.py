"""What is captured is what the network did: against a naive one of one mask and one softmax, and its own outputs."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from playground.model.prune import fade
from playground.visualise.inside.capture import as_inputs, look_inside


@pytest.fixture(params=["looked", "looked_deep", "looked_dense"])
def case(request):
    """A capture and its model."""
    model = {"looked": "small", "looked_deep": "deep", "looked_dense": "dense"}[request.param]
    return request.getfixturevalue(request.param), request.getfixturevalue(model)


def _naive_attention(model, layer: int, tokens: np.ndarray, templates: int) -> np.ndarray:
    """All tokens at once with the asymmetric mask, from the stored weights alone: ``(heads, all, all)``."""
    name, weights, heads = f"backbone.blocks.{layer}.", model.state_dict(), model.config.heads
    x = torch.from_numpy(tokens).double()
    x = (x - x.mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + 1e-6).sqrt()
    x = x * weights[f"{name}norm1.weight"].double() + weights[f"{name}norm1.bias"].double()
    qkv = x @ weights[f"{name}attn.qkv.weight"].double().T + weights[f"{name}attn.qkv.bias"].double()
    q, k, _ = qkv.chunk(3, dim=-1)
    size = q.shape[-1] // heads
    logits = torch.stack(
        [q[:, h * size : (h + 1) * size] @ k[:, h * size : (h + 1) * size].T / size**0.5 for h in range(heads)]
    )
    logits[:, :templates, templates:] = -torch.inf
    return logits.softmax(-1).numpy()


def test_attention_is_a_full_softmax_under_the_asymmetric_mask(case):
    inside, model = case
    many = 2 * model.config.template_grid**2
    for layer in range(model.config.depth):
        whole = _naive_attention(model, layer, inside.tokens[layer], many)
        np.testing.assert_allclose(inside.attention[layer], whole[:, many:], atol=2e-5)
        np.testing.assert_allclose(inside.template_attention[layer], whole[:, :many, :many], atol=2e-5)
        assert not whole[:, :many, many:].any()


def test_rows_sum_to_one(case):
    inside, _ = case
    for attention in (inside.attention, inside.template_attention):
        np.testing.assert_allclose(attention.sum(-1), 1, atol=1e-5)


@torch.inference_mode()
def test_the_answer_is_the_models_own(case):
    inside, model = case
    templates, search = as_inputs(model, [inside.crops])
    memory = model.encode(templates)
    said = model.locate(search, memory, attention=bool(model.config.prediction_tokens))
    np.testing.assert_allclose(inside.edges[-1], said.edges[0].exp(), atol=1e-5)
    np.testing.assert_allclose(inside.box, said.box[0], atol=1e-5)
    count = model.config.prediction_tokens
    for mine, looks in zip(inside.attention, said.attention, strict=False):
        np.testing.assert_allclose(mine[:, -count:], looks[0], atol=1e-5)
    if said.score_logit is None:
        assert inside.score is None
    else:
        assert inside.score == pytest.approx(said.score_logit.sigmoid().item(), abs=1e-5)


@torch.inference_mode()
def test_tokens_are_those_between_the_layers(case):
    inside, model = case
    features = model(*as_inputs(model, [inside.crops]), features=True).features
    assert len(inside.tokens) == len(features) + 1
    for mine, theirs in zip(inside.tokens[1:], features, strict=True):
        np.testing.assert_allclose(mine, theirs[0], atol=1e-5)


def test_edges_and_boxes_after_each_layer_are_read_with_the_final_head(looked, small):
    for layer in range(small.config.depth):
        with torch.inference_mode():
            read = small.box_head(torch.from_numpy(looked.tokens[layer + 1, None, -4:]))
        np.testing.assert_allclose(looked.edges[layer], read.edges[0].exp(), atol=1e-5)
        np.testing.assert_allclose(looked.boxes[layer], read.box[0], atol=1e-5)


def test_corner_maps_have_the_edges_as_marginals(looked_dense, looked):
    top_left, bottom_right = looked_dense.corners
    np.testing.assert_allclose(looked_dense.corners.sum((1, 2)), 1, atol=1e-5)
    marginals = [top_left.sum(0), top_left.sum(1), bottom_right.sum(0), bottom_right.sum(1)]
    np.testing.assert_allclose(looked_dense.edges[-1], marginals, atol=1e-6)
    assert looked.corners is None


def test_a_layer_that_is_gone_changes_nothing(small, looked):
    inside = look_inside(small, looked.crops, fade(4, (2,), 0.0))
    np.testing.assert_array_equal(inside.tokens[3], inside.tokens[2])
    assert F.cosine_similarity(torch.from_numpy(inside.tokens[4]), torch.from_numpy(looked.tokens[4])).min() < 0.999


def test_wrong_input_is_told_so(small, looked, looked_deep):
    with pytest.raises(ValueError, match="crops: this model sees templates of 56 px"):
        look_inside(small, looked_deep.crops)
    with pytest.raises(ValueError, match="crops: give at least one"):
        as_inputs(small, [])
    fewer = replace(looked.crops, templates=looked.crops.templates[:1])
    with pytest.raises(ValueError, match="crops: .* same number of templates"):
        as_inputs(small, [looked.crops, fewer])
    small.train()
    try:
        with pytest.raises(ValueError, match="model: is in training mode"):
            look_inside(small, looked.crops)
    finally:
        small.eval()

"""Rows of attention against whole matrices multiplied out, and against the head that reads the tokens."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.box import Box
from playground.config import EDGE_ORDER, PRESETS, TOKEN_ORDER
from playground.model import MixFormer
from playground.visualise.inside.capture import look_inside
from playground.visualise.inside.crops import cut
from playground.visualise.inside.rows import (
    PREDICTION,
    SEARCH,
    as_grid,
    heaviest,
    in_words,
    sources,
    token_names,
    token_places,
    token_rows,
)


def _whole(inside, layer: int) -> np.ndarray:
    """The mean attention of all tokens to all, ``(all, all)``."""
    many, everything = inside.template_attention.shape[-1], inside.attention.shape[-1]
    matrix = np.zeros((everything, everything))
    matrix[:many, :many] = inside.template_attention[layer].mean(0)
    matrix[many:] = inside.attention[layer].mean(0)
    return matrix


@pytest.mark.parametrize("layer", [0, 2, 3])
def test_rollout_is_the_product_of_whole_matrices(looked, layer):
    everything = looked.attention.shape[-1]
    product = np.eye(everything)
    for i in range(layer + 1):
        product = 0.5 * (_whole(looked, i) + np.eye(everything)) @ product
    rows = token_rows(looked, layer, "rollout")
    for i, name in enumerate(TOKEN_ORDER):
        np.testing.assert_allclose(rows[name], product[everything - 4 + i], atol=1e-6)


@pytest.mark.parametrize("head", [0, 2, "mean", "max", "rollout"])
def test_every_row_sums_to_one(looked, head):
    for layer in range(4):
        for row in token_rows(looked, layer, head).values():
            assert row.sum() == pytest.approx(1, abs=1e-5)


def test_heads_are_joined_as_told(looked):
    by_head = looked.attention[1, :, -4 + TOKEN_ORDER.index("bottom")]
    np.testing.assert_array_equal(token_rows(looked, 1, 2)["bottom"], by_head[2])
    np.testing.assert_allclose(token_rows(looked, 1, "mean")["bottom"], sum(by_head) / 3, atol=1e-7)
    largest = np.maximum(np.maximum(by_head[0], by_head[1]), by_head[2])
    np.testing.assert_allclose(token_rows(looked, 1, "max")["bottom"], largest / largest.sum(), atol=1e-7)


def test_a_token_bears_the_name_of_the_edge_that_is_read_from_it(looked, small):
    """Change one prediction token, and the final head moves the edge of that name alone."""
    names, places = token_names(small.config), token_places(small.config)
    assert names == EDGE_ORDER
    for name, place in zip(names, places, strict=True):
        tokens = torch.from_numpy(looked.tokens[-1, None, -4:].copy())
        tokens[0, place] += torch.linspace(-3, 3, tokens.shape[-1])
        with torch.inference_mode():
            changed = (small.box_head(tokens).edges[0].exp() - torch.from_numpy(looked.edges[-1])).abs().amax(1)
        assert [EDGE_ORDER[i] for i in (changed > 1e-4).nonzero()[:, 0]] == [name]


def test_trained_tokens_look_at_their_own_edges(small, small_rules, scene):
    """In the last layer the left token looks further left than the right one, the top one higher than the bottom."""
    target = Box(120, 80, 80, 80)
    inside = look_inside(
        small, cut(small.config, small_rules.crop, [(scene(target), target)] * 2, scene(target), target)
    )
    part = sources(inside.config, 2)[SEARCH]
    centres = {}
    for name, row in token_rows(inside, 3, "mean").items():
        grid = as_grid(row, part)
        rows, columns = np.indices(grid.shape)
        centres[name] = ((grid * columns).sum() / grid.sum(), (grid * rows).sum() / grid.sum())
    assert centres["left"][0] < centres["right"][0] - 0.5
    assert centres["top"][1] < centres["bottom"][1] - 0.5


def test_sources_cover_all_tokens_once(small, crops_for, small_rules):
    for templates, names in ((1, []), (2, ["online template"]), (3, ["online template 1", "online template 2"])):
        inside = look_inside(small, crops_for(small, small_rules.crop, templates))
        found = sources(inside.config, templates)
        assert list(found) == ["template", *names, SEARCH, PREDICTION]
        covered = np.concatenate([np.arange(part.start, part.stop) for part in found.values()])
        np.testing.assert_array_equal(covered, np.arange(inside.attention.shape[-1]))
    assert PREDICTION not in sources(PRESETS["toy-teacher"], 2)


def test_a_grid_has_the_tokens_row_by_row():
    row = np.arange(30.0)
    np.testing.assert_array_equal(as_grid(row, slice(5, 14)), [[5, 6, 7], [8, 9, 10], [11, 12, 13]])


def test_the_heaviest_are_the_fewest_that_hold_the_mass():
    row = np.array([0.05, 0.4, 0.1, 0.3, 0.15])
    for mass, kept in ((0.3, {1}), (0.39, {1}), (0.41, {1, 3}), (0.84, {1, 3, 4}), (1.0, {0, 1, 2, 3, 4})):
        assert set(np.flatnonzero(np.isfinite(heaviest(row, mass)))) == kept
    assert row[0] == 0.05
    for mass in (0, -1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="mass: must be above 0 and at most 1"):
            heaviest(row, mass)


def test_one_token_answers_for_all_edges(crops_for):
    torch.manual_seed(0)
    model = MixFormer(replace(PRESETS["toy-deep"], depth=2, tokens=1)).eval()
    rows = token_rows(look_inside(model, crops_for(model)), 1, "rollout")
    assert list(rows) == ["all edges"] and rows["all edges"].sum() == pytest.approx(1, abs=1e-5)


def test_wrong_choices_are_told_so(looked, looked_dense):
    for layer in (-1, 4):
        with pytest.raises(ValueError, match=rf"layer: this model has layers 0\.\.3; got {layer}"):
            token_rows(looked, layer, "mean")
    for head in (-1, 3, "median"):
        with pytest.raises(ValueError, match=rf"head: choose from 0\.\.2, mean, max, rollout; got {head}"):
            token_rows(looked, 0, head)
    with pytest.raises(ValueError, match="model: the corners head has no prediction tokens"):
        token_rows(looked_dense, 0, "mean")


def test_a_head_in_words():
    assert [in_words(head) for head in (2, "mean", "max", "rollout")] == [
        "head 2",
        "mean of the heads",
        "largest of the heads",
        "rollout up to it",
    ]

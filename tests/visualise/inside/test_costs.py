"""Counted multiply-accumulates against the formulas of spec 1.13, for what this model leaves out too."""

import pytest

from playground.visualise.inside.cost import ASYMMETRIC, CACHED, SYMMETRIC
from playground.visualise.inside.costs import measure_costs


def _formula(config, templates: int) -> dict[str, int]:
    """Matrix products and convolutions of a model with prediction tokens, by hand."""
    c, r, depth, patch = config.dim, config.mlp_ratio, config.depth, 3 * config.patch**2 * config.dim
    t, cells = templates * config.template_grid**2, config.search_grid**2
    s, k = cells + 4, config.bins
    heads = 4 * (c * c + c * k) + (4 * (c * c + c) if config.score_head else 0)
    whole = (4 + 2 * r) * c * c

    def search(layer: int) -> float:
        if layer + 1 < depth:
            return whole * s + 2 * c * s * (t + s)
        # The last layer answers for the prediction tokens alone: their queries go through the keys' weights, and the
        # mean of all tokens, one a head, through the values'.
        return whole * 4 + 2 * c * 4 * (t + config.heads * s) + 4 * c

    def template(layer: int) -> float:
        return whole * t + 2 * c * t * t if layer + 1 < depth else 3 * c * c * t

    cached = patch * cells + sum(map(search, range(depth))) + heads
    encode = patch * t + sum(map(template, range(depth)))
    symmetric = patch * (cells + t) + depth * (whole * (t + s) + 2 * c * (t + s) ** 2) + heads
    return {CACHED: round(cached), ASYMMETRIC: round(cached + encode), SYMMETRIC: round(symmetric)}


@pytest.mark.parametrize(("name", "templates"), [("small", 2), ("deep", 1), ("deep", 3)])
def test_counts_are_those_of_the_formula(request, crops_for, name, templates):
    model = request.getfixturevalue(name)
    costs = measure_costs(model, crops_for(model, templates=templates), repeats=1)
    assert {way: cost.macs for way, cost in costs.items()} == _formula(model.config, templates)
    assert all(cost.ms > 0 for cost in costs.values())


def test_a_dense_model_has_the_same_order(dense, crops_for):
    costs = measure_costs(dense, crops_for(dense), repeats=1)
    assert costs[CACHED].macs < costs[ASYMMETRIC].macs < costs[SYMMETRIC].macs


def test_wrong_input_is_told_so(small, crops_for, deep):
    with pytest.raises(ValueError, match="repeats: must be at least 1; got 0"):
        measure_costs(small, crops_for(small), repeats=0)
    with pytest.raises(ValueError, match="crops: "):
        measure_costs(small, crops_for(deep))

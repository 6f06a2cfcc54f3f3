"""The budget is complete, and each share is the attention summed by hand."""

from dataclasses import replace

import pytest
import torch

from playground.config import PRESETS, TOKEN_ORDER
from playground.model import MixFormer
from playground.visualise.inside import look_inside
from playground.visualise.inside.budget import budget, budget_figure


def test_shares_are_sums_of_attention(looked):
    shares = budget(looked, 1)
    for token, layers in shares.items():
        assert len(layers) == 4
        for layer, found in enumerate(layers):
            row = looked.attention[layer, 1, -4 + TOKEN_ORDER.index(token)]
            direct = {
                "template": row[:49].sum(),
                "online template": row[49:98].sum(),
                "search region": row[98:294].sum(),
                "itself": row[294 + TOKEN_ORDER.index(token)],
                "other prediction tokens": sum(row[294 + i] for i, name in enumerate(TOKEN_ORDER) if name != token),
            }
            assert found == pytest.approx(direct, abs=1e-6)
            assert sum(found.values()) == pytest.approx(1, abs=1e-5)


def test_a_bar_for_each_layer_and_source(looked):
    figure = budget_figure(looked)
    shares = budget(looked, "mean")
    assert len(figure.data) == 4 * 5 and figure.layout.barmode == "stack"
    first = figure.data[0]
    assert list(first.x) == pytest.approx([layer["template"] for layer in shares["left"]], abs=1e-4)
    assert list(first.y) == [0, 1, 2, 3]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # the first layer is at the top


def test_one_token_for_all_edges_has_no_others(crops_for):
    torch.manual_seed(0)
    model = MixFormer(replace(PRESETS["toy-deep"], depth=2, tokens=1)).eval()
    looked = look_inside(model, crops_for(model))
    for layer, found in enumerate(budget(looked, 0)["all edges"]):
        assert list(found)[-1] == "itself" and found["itself"] == pytest.approx(looked.attention[layer, 0, -1, -1])
        assert sum(found.values()) == pytest.approx(1, abs=1e-5)


def test_wrong_input_is_told_so(looked, looked_dense):
    with pytest.raises(ValueError, match="model: .* no prediction tokens"):
        budget_figure(looked_dense)
    with pytest.raises(ValueError, match="head: choose from"):
        budget_figure(looked, head=9)

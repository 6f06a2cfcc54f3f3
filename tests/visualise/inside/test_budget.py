"""The budget is complete, and each share is the attention summed by hand."""

import pytest

from playground.model.heads import TOKEN_ORDER
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
                "prediction tokens": row[294:].sum(),
            }
            assert found == pytest.approx(direct, abs=1e-6)
            assert sum(found.values()) == pytest.approx(1, abs=1e-5)


def test_a_bar_for_each_layer_and_source(looked):
    figure = budget_figure(looked)
    shares = budget(looked, "mean")
    assert len(figure.data) == 4 * 4 and figure.layout.barmode == "stack"
    first = figure.data[0]
    assert list(first.x) == pytest.approx([layer["template"] for layer in shares["left"]], abs=1e-4)
    assert list(first.y) == [0, 1, 2, 3]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # the first layer is at the top


def test_wrong_input_is_told_so(looked, looked_dense):
    with pytest.raises(ValueError, match="model: .* no prediction tokens"):
        budget_figure(looked_dense)
    with pytest.raises(ValueError, match="head: choose from"):
        budget_figure(looked, head=9)

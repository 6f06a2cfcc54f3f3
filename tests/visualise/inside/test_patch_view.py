"""What falls on a patch, against the attention itself at that patch's token."""

import numpy as np
import pytest

from playground.config import EDGE_ORDER, TOKEN_ORDER
from playground.visualise.inside.patch_view import looked_at, patch_figure


def test_shares_are_the_column_of_that_patch(looked):
    shares = looked_at(looked, 5, 9, 2)
    for token, name in enumerate(EDGE_ORDER):
        for layer in range(4):
            direct = looked.attention[layer, 2, -4 + TOKEN_ORDER.index(name), 98 + 5 * 14 + 9]
            assert shares[token, layer] == direct


def test_the_figure_marks_the_patch(looked):
    figure = patch_figure(looked, row=5, column=9)
    patch = next(trace for trace in figure.data if trace.name and trace.name.startswith("patch"))
    assert (min(patch.x), min(patch.y), max(patch.x), max(patch.y)) == (9 / 14, 5 / 14, 10 / 14, 6 / 14)
    ground, heat = (trace for trace in figure.data if trace.type == "heatmap")
    assert ground.customdata[5][9] == {"row": 5, "column": 9}
    assert (ground.x[9], ground.y[5]) == pytest.approx((9.5 / 14, 5.5 / 14))
    np.testing.assert_allclose(heat.z, looked_at(looked, 5, 9, "mean") * 298, rtol=1e-3)


def test_wrong_choices_are_told_so(looked, looked_dense):
    with pytest.raises(ValueError, match=r"row: the search region has patches 0\.\.13 a side; got 14"):
        patch_figure(looked, row=14, column=0)
    with pytest.raises(ValueError, match="column: .* got -1"):
        patch_figure(looked, row=0, column=-1)
    with pytest.raises(ValueError, match="head: "):
        patch_figure(looked, row=0, column=0, head=5)
    with pytest.raises(ValueError, match="model: .* no prediction tokens"):
        patch_figure(looked_dense, row=0, column=0)

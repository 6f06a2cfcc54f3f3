"""The difference of two networks' attention against sums over the attention itself, and the change of grids."""

import numpy as np
import pytest

from playground.config import EDGE_ORDER, TOKEN_ORDER
from playground.visualise.inside.capture import look_inside
from playground.visualise.inside.difference import EVERY, MORE, difference_figure, regridded, search_heat


def test_a_token_s_heat_is_its_row_of_attention(looked, looked_deep):
    for inside in (looked, looked_deep):
        cells = inside.config.search_grid**2
        own = inside.attention[1].mean(0)
        start = own.shape[1] - own.shape[0]
        heat = search_heat(inside, 1, "mean", tokens=True)
        assert list(heat) == list(EDGE_ORDER)
        for name, map_ in heat.items():
            row = own[cells + TOKEN_ORDER.index(name), start : start + cells]
            np.testing.assert_allclose(map_.ravel(), row, rtol=1e-5)


def test_over_all_tokens_every_row_counts_alike(looked_dense):
    (heat,) = search_heat(looked_dense, 2, "mean", tokens=False).values()
    cells = looked_dense.config.search_grid**2
    expected = np.zeros(cells)
    for head in looked_dense.attention[2]:
        for row in head:
            expected += row[-cells:] / head.shape[0] / len(looked_dense.attention[2])
    np.testing.assert_allclose(heat.ravel(), expected, rtol=1e-4)


def test_another_grid_keeps_the_sum_and_the_place():
    heat = np.arange(16.0).reshape(4, 4)
    np.testing.assert_allclose(regridded(heat, 4), heat)
    np.testing.assert_allclose(regridded(heat, 2), [[10, 18], [42, 50]])  # sums of two by two
    np.testing.assert_allclose(regridded(heat, 8), np.kron(heat, np.full((2, 2), 0.25)))
    odd = regridded(heat, 3)
    assert odd.sum() == pytest.approx(heat.sum())
    # A third of a side reaches over one patch and a third of the next one.
    assert odd[0, 0] == pytest.approx(0 + 1 / 3 + 4 / 3 + 5 / 9)


def test_the_lowest_row_is_the_first_minus_the_second(small, looked):
    faded = look_inside(small, looked.crops, (1.0, 0.3, 1.0, 1.0)[: small.config.depth])
    figure = difference_figure(looked, faded, layers=(2, 2))
    maps = [np.array(trace.z, float) for trace in figure.data if trace.type == "heatmap"]
    assert len(maps) == 12
    for theirs, ours, difference in zip(maps[::3], maps[1::3], maps[2::3], strict=True):
        np.testing.assert_allclose(difference, theirs - ours, atol=2e-4)
    assert figure.data[-1].type != "heatmap" or figure.data[-1].colorscale[0][1] == MORE[0][1]
    moved = float(np.abs(maps[2]).sum() / 2)
    assert any(f"to be moved {moved:.0%}" == one.text for one in figure.layout.annotations)


def test_the_same_network_differs_nowhere(looked):
    figure = difference_figure(looked, looked)
    assert [one.text for one in figure.layout.annotations].count("to be moved 0%") == 4


def test_a_dense_teacher_is_compared_over_all_tokens(looked_dense, looked_deep):
    figure = difference_figure(looked_dense, looked_deep)
    assert sum(trace.type == "heatmap" for trace in figure.data) == 3
    assert any(EVERY in one.text for one in figure.layout.annotations)


def test_wrong_input_is_told_so(looked, looked_dense, looked_deep, dense, crops_for):
    with pytest.raises(ValueError, match="layer: this model has layers 0..2; got 3"):
        difference_figure(looked_dense, looked_deep, layers=(3, 0))
    with pytest.raises(ValueError, match="head: over all tokens choose mean or max; got rollout"):
        difference_figure(looked_dense, looked_deep, head="rollout")
    with pytest.raises(ValueError, match="head: choose from"):
        difference_figure(looked, looked, head="median")

"""Token to token, against the attention itself by the names of the official order."""

from dataclasses import replace

import numpy as np
import pytest

from playground.config import EDGE_ORDER, TOKEN_ORDER
from playground.visualise.inside.talk_view import talk, talk_figure, talkers


def test_rows_look_at_columns(looked):
    among = talk(looked, 2, 1)
    for i, looking in enumerate(EDGE_ORDER):
        for j, seen in enumerate(EDGE_ORDER):
            direct = looked.attention[2, 1, -4 + TOKEN_ORDER.index(looking), -4 + TOKEN_ORDER.index(seen)]
            assert among[i, j] == direct


def test_heads_are_ranked_by_attention_for_the_others(looked):
    table = talkers(looked)
    block = looked.attention[3, 0, -4:, -4:]
    others = block[~np.eye(4, dtype=bool)].reshape(4, 3)
    assert table.shape == (4, 3) and table[3, 0] == pytest.approx(others.sum(1).mean(), abs=1e-6)


def test_the_figure_holds_both(looked):
    figure = talk_figure(looked, layer=2, head=1)
    left, right = (np.array(trace.z) for trace in figure.data if trace.type == "heatmap")
    np.testing.assert_allclose(left, talk(looked, 2, 1), rtol=1e-3)
    np.testing.assert_allclose(right, talkers(looked), rtol=1e-3)
    ring = figure.data[-1]
    assert (ring.x, ring.y) == ((1,), (2,))


def test_a_little_talk_is_painted_faintly(looked):
    quiet = replace(looked, attention=np.full_like(looked.attention, 1e-3))
    for trace in talk_figure(quiet, layer=0).data:
        if trace.type == "heatmap":
            assert np.max(trace.z) < 0.1 * trace.zmax
    assert "0.10%" in talk_figure(quiet, layer=0).data[1].text


def test_wrong_choices_are_told_so(looked, looked_dense):
    with pytest.raises(ValueError, match="layer: "):
        talk_figure(looked, layer=7)
    with pytest.raises(ValueError, match="head: "):
        talk_figure(looked, layer=0, head=7)
    with pytest.raises(ValueError, match="model: .* no prediction tokens"):
        talk_figure(looked_dense, layer=0)

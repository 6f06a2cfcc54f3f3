"""CKA against its other form, by centred similarity matrices, and by what it must not depend on."""

from dataclasses import replace

import numpy as np
import pytest

from playground.visualise.inside.capture import look_inside
from playground.visualise.inside.similarity import layer_similarity, linear_cka, similarity_figure


def _by_kernels(x, y) -> float:
    """HSIC of the two Gram matrices, each centred by ``I - 1/n`` on both sides."""
    centre = np.eye(len(x)) - 1 / len(x)
    k, l = (centre @ (z @ z.T) @ centre for z in (x, y))  # noqa: E741
    return float(np.trace(k @ l) / np.sqrt(np.trace(k @ k) * np.trace(l @ l)))


@pytest.fixture
def features():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 6)) + 3
    return x, x[:, :4] @ rng.normal(size=(4, 9)) + rng.normal(size=(40, 9))


def test_it_is_what_the_kernels_say(features):
    x, y = features
    assert linear_cka(x, y) == pytest.approx(_by_kernels(x, y))
    assert 0.1 < linear_cka(x, y) < 0.95


def test_turning_scaling_and_shifting_change_nothing(features):
    x, y = features
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(9, 9)))
    assert linear_cka(x, 3 * y @ turn - 7) == pytest.approx(linear_cka(x, y))
    assert linear_cka(x, x) == pytest.approx(1)
    assert linear_cka(x, np.ones((40, 2))) == 0
    with pytest.raises(ValueError, match="n: similarity needs at least 2 tokens"):
        linear_cka(x[:1], y[:1])


def test_layers_of_two_models_by_their_search_tokens(looked_deep, looked_dense):
    table = layer_similarity([looked_deep], [looked_dense])
    assert table.shape == (5, 3)
    students, teachers = (inside.tokens[1:, 32:96] for inside in (looked_deep, looked_dense))
    assert table[4, 1] == pytest.approx(_by_kernels(students[4].astype(float), teachers[1].astype(float)))
    np.testing.assert_allclose(np.diag(layer_similarity([looked_deep], [looked_deep])), 1)


def test_frames_are_taken_together(small, looked, crops_for, small_rules):
    other = look_inside(small, crops_for(small, small_rules.crop, 1))
    both = layer_similarity([looked, other], [looked, other])
    joined = [np.concatenate([looked.tokens[i, 98:294], other.tokens[i, 49:245]]).astype(float) for i in (1, 4)]
    assert both[0, 3] == pytest.approx(_by_kernels(*joined))


def test_distilled_pairs_are_ringed(looked_deep, looked_dense):
    figure = similarity_figure([looked_deep], [looked_dense], pairs=((4, 2), (1, 0)))
    heat, ring = figure.data[0], figure.data[-1]
    np.testing.assert_allclose(heat.z, layer_similarity([looked_deep], [looked_dense]), rtol=1e-3)
    assert (ring.x, ring.y) == ((2, 0), (4, 1))  # teacher across, student down
    assert "distilled pairs" in figure.layout.title.subtitle.text


def test_wrong_input_is_told_so(looked, looked_deep, looked_dense):
    with pytest.raises(ValueError, match=r"pairs: the student has layers 0\.\.4, the teacher 0\.\.2; got \(0, 3\)"):
        similarity_figure([looked_deep], [looked_dense], pairs=[(0, 3)])
    with pytest.raises(ValueError, match="frames: .* got 0 and 1"):
        layer_similarity([], [looked_dense])
    with pytest.raises(ValueError, match="crops: both models must look at the same search region"):
        layer_similarity([looked], [looked_dense])
    with pytest.raises(ValueError, match="grid: .* got 14 and 8 patches"):
        layer_similarity([replace(looked, crops=looked_dense.crops)], [looked_dense])

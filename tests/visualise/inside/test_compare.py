"""Agreement of two tracks whose boxes are known."""

import numpy as np
import pytest

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.inside.compare import agreement, compare_figure, first_disagreement


def _track(lefts, first=10):
    return [TrackEvent(index=first + i, time_s=0.0, box=Box(x, 0, 10, 10)) for i, x in enumerate(lefts)]


ONE, OTHER = _track([0, 0, 0, 0]), _track([0, 2.5, 5, 20])


def test_agreement_is_iou_frame_by_frame():
    np.testing.assert_allclose(agreement(ONE, OTHER), [1, 7.5 / 12.5, 5 / 15, 0])


def test_the_first_disagreement():
    assert first_disagreement(ONE, OTHER) == 2
    assert first_disagreement(ONE, OTHER, least=0.61) == 1
    assert first_disagreement(ONE, OTHER, least=0.2) == 3
    assert first_disagreement(ONE, ONE) is None


def test_the_figure_marks_it():
    figure = compare_figure(ONE, OTHER, names=("<big>", "small"))
    (curve,) = figure.data
    assert list(curve.x) == [10, 11, 12, 13] and list(curve.y) == pytest.approx([1, 0.6, 1 / 3, 0], abs=1e-4)
    assert any(shape.x0 == shape.x1 == 12 for shape in figure.layout.shapes)
    assert "IoU below 0.5): 12" in figure.layout.title.subtitle.text
    assert "&lt;big&gt;" in figure.layout.title.text and "<big>" not in curve.name
    assert "agree on every frame" in compare_figure(ONE, ONE).layout.title.subtitle.text


def test_true_boxes_give_a_curve_each():
    truth = [Box(0, 0, 10, 10), Box(0, 0, 0, 0), Box(5, 0, 10, 10), Box(20, 0, 10, 10)]
    _, one, other = compare_figure(ONE, OTHER, truth=truth).data
    assert list(one.y) == [1, None, pytest.approx(1 / 3, abs=1e-4), 0]
    assert list(other.y) == [1, None, 1, 1]


def test_wrong_input_is_told_so():
    with pytest.raises(ValueError, match="events: both tracks must be of the same frames"):
        compare_figure(ONE, _track([0, 0, 0, 0], first=11))
    with pytest.raises(ValueError, match="events: .* at least 2 frames; got 1"):
        compare_figure(ONE[:1], OTHER[:1])
    with pytest.raises(ValueError, match="least: must be an IoU"):
        compare_figure(ONE, OTHER, least=2)
    with pytest.raises(ValueError, match="truth: give one box a frame, 4 of them; got 1"):
        compare_figure(ONE, OTHER, truth=[Box(0, 0, 1, 1)])

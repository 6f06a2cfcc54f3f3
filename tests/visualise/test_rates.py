"""The plots hold the curves as they are, under names that are text."""

import numpy as np
import pytest

from playground.visualise.looks import looks
from playground.visualise.rates import rates_figure

LIMITS = np.linspace(0, 1, 5)
CURVES = {"<a>": np.array([1, 0.9, 0.5, 0.2, 0]), "b": np.array([1, 0.5, 0.25, 0.125, 0])}


def _figure(**more):
    values = {name: float(curve.mean()) for name, curve in CURVES.items()}
    options = {"across": "IoU threshold", "upright": "share of frames", "rises": False} | more
    return rates_figure(LIMITS, CURVES, values, looks(CURVES), **options)


def test_every_tracker_is_a_curve_with_its_number():
    figure = _figure()
    for trace, (name, curve) in zip(figure.data, CURVES.items(), strict=True):
        assert list(trace.x) == list(LIMITS) and list(trace.y) == pytest.approx(list(curve))
        assert trace.meta == name and trace.line.color == looks(CURVES)[name].colour
    assert [trace.name for trace in figure.data] == ["0.520  &lt;a&gt;", "0.375  b"]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("IoU threshold", "share of frames")
    assert figure.layout.shapes == ()


def test_the_limit_at_which_numbers_are_read_is_marked_and_the_legend_keeps_away():
    falling, rising = _figure(), _figure(rises=True, read_at=0.25)
    assert [shape.x0 for shape in rising.layout.shapes] == [0.25]
    assert falling.layout.legend.xanchor == "left" and rising.layout.legend.xanchor == "right"

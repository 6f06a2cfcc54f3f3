"""A strip holds the IoU of every frame at its number, and a gap where there is none."""

import numpy as np

from playground.visualise.strips import strips_figure


def test_strips_hold_what_they_are_given():
    overlaps = {"<a>": np.array([1.0, np.nan, 0.25, 0.12345]), "b": np.array([0.0, np.nan, 0.5, 1.0])}
    figure = strips_figure(overlaps, first=7)
    for row, (trace, name) in enumerate(zip(figure.data, overlaps, strict=True)):
        assert trace.meta == name and trace.y == (row,) and (trace.x0, trace.dx) == (7, 1)
        assert (trace.zmin, trace.zmax) == (0, 1)
    assert list(figure.data[0].z[0]) == [1.0, None, 0.25, 0.123]
    assert figure.layout.yaxis.ticktext == ("&lt;a&gt;", "b")
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # the first one is at the top
    assert figure.layout.xaxis.range == (6.5, 10.5)

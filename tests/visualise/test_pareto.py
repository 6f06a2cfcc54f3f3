"""The frontier against brute force, and points where they belong on a logarithmic axis."""

import math

import numpy as np
import pytest

from playground.visualise.looks import looks
from playground.visualise.pareto import REAL_TIME_MS, Point, frontier, pareto_figure


def _point(name: str, ms: float, value: float) -> Point:
    return Point(name=name, ms=ms, value=value, low=value - 0.1, high=value + 0.05)


def test_the_frontier_is_what_no_other_beats():
    rng = np.random.default_rng(1)
    for _ in range(50):
        points = [_point(str(i), *row) for i, row in enumerate(rng.integers(1, 6, (8, 2)).tolist())]
        beaten = {
            a.name for a in points for b in points
            if b.ms <= a.ms and b.value >= a.value and (b.ms < a.ms or b.value > a.value)
        }  # fmt: skip
        kept = frontier(points)
        assert {(p.ms, p.value) for p in kept} == {(p.ms, p.value) for p in points if p.name not in beaten}
        assert [p.ms for p in kept] == sorted({p.ms for p in kept})


def test_points_intervals_and_names():
    points = [_point("<slow>", 80.0, 0.6), _point("quick", 2.0, 0.4), _point("nothing", 0.0, 0.2)]
    figure = pareto_figure(points, looks(p.name for p in points), measure="Success AUC")
    line, *traces = figure.data
    assert list(line.x) == [0.01, 2.0, 80.0] and list(line.y) == [0.2, 0.4, 0.6]
    for trace, point in zip(traces, points, strict=True):
        assert trace.y == (point.value,) and trace.meta == point.name
        assert (trace.error_y.array[0], trace.error_y.arrayminus[0]) == pytest.approx((0.05, 0.1))
    assert traces[0].x == (80.0,) and "&lt;slow&gt;" in traces[0].text[0]
    low, high = figure.layout.xaxis.range
    assert figure.layout.xaxis.type == "log" and low < math.log10(0.01) and math.log10(80) < high < 3
    assert figure.layout.annotations[0].x == pytest.approx(math.log10(REAL_TIME_MS))
    assert figure.layout.shapes[0].x0 == pytest.approx(REAL_TIME_MS)

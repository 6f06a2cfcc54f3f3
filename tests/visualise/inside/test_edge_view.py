"""Left, top, right and bottom are what they say: one edge of a real target is moved, and that curve moves."""

import numpy as np
import pytest

from playground.box import Box
from playground.visualise.inside.capture import look_inside
from playground.visualise.inside.crops import cut
from playground.visualise.inside.edge_view import edges_figure

TARGET = Box(130, 90, 60, 60)
MOVED = {  # one edge 20 px outward: the box, the direction
    "left": (Box(110, 90, 80, 60), -1),
    "top": (Box(130, 70, 60, 80), -1),
    "right": (Box(130, 90, 80, 60), 1),
    "bottom": (Box(130, 90, 60, 80), 1),
}


def _means(figure) -> dict[str, float]:
    """The expectation of each drawn curve, along x for those that lie and along y for those that stand."""
    means = {}
    for trace in figure.data:
        if trace.name in MOVED:
            along, weight = (trace.x, trace.y) if trace.name in ("left", "right") else (trace.y, trace.x)
            means[trace.name] = float(np.average(along, weights=weight))
    return means


@pytest.mark.parametrize("edge", MOVED)
def test_the_curve_of_the_edge_that_moves_moves(small, small_rules, scene, edge):
    box, direction = MOVED[edge]

    def means(target: Box, seed: int) -> dict[str, float]:
        templates = [(scene(TARGET, seed), TARGET)] * 2
        crops = cut(small.config, small_rules.crop, templates, scene(target, seed), TARGET, target)
        return _means(edges_figure(look_inside(small, crops)))

    def change(seed: int) -> list[float]:
        still, moved = means(TARGET, seed), means(box, seed)
        return [moved[name] - still[name] for name in MOVED]

    # Over several targets: a small network may be blind to one edge of one of them.
    changes = dict(zip(MOVED, np.mean([change(seed) for seed in range(5)], axis=0), strict=True))
    assert max(changes, key=lambda name: abs(changes[name])) == edge
    assert changes[edge] * direction > 0.02


def test_the_mean_lines_are_the_box(looked):
    figure = edges_figure(looked)
    places = [(shape.x0, shape.y0) for shape in figure.layout.shapes if shape.xref in ("x", "x2") and shape.yref != "y"]
    x1, _, x2, _ = looked.box
    assert {round(x, 5) for x, _ in places} >= {round(x1, 5), round(x2, 5)}
    box = next(trace for trace in figure.data if trace.name == "box found")
    np.testing.assert_allclose([box.x[0], box.y[0], box.x[2], box.y[2]], looked.box, atol=1e-5)


def test_a_layer_and_a_temperature(looked):
    early = next(trace for trace in edges_figure(looked, layer=0).data if trace.name == "left")
    np.testing.assert_allclose(early.y, looked.edges[0, 0], rtol=2e-3)
    sharp = next(trace for trace in edges_figure(looked, temperature=0.5).data if trace.name == "left")
    squared = looked.edges[-1, 0].astype(float) ** 2
    np.testing.assert_allclose(sharp.y, squared / squared.sum(), rtol=2e-3)
    assert "layer 0" in edges_figure(looked, layer=0).layout.title.text


def test_wrong_choices_are_told_so(looked):
    with pytest.raises(ValueError, match=r"layer: this model has layers 0\.\.3; got 4"):
        edges_figure(looked, layer=4)
    with pytest.raises(ValueError, match="temperature: must be in"):
        edges_figure(looked, temperature=0)

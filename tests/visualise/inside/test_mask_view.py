"""The mask is drawn to scale, and the saving told is that of the costs given."""

import pytest

from playground.config import PRESETS
from playground.visualise.inside.cost import ASYMMETRIC, CACHED, SYMMETRIC, Cost
from playground.visualise.inside.mask_view import NEVER, mask_figure

COSTS = {
    CACHED: Cost(macs=60, ms=3.0),
    ASYMMETRIC: Cost(macs=80, ms=4.0),
    SYMMETRIC: Cost(macs=100, ms=2.0),
}


def test_four_blocks_to_scale_and_one_never_computed():
    figure = mask_figure(PRESETS["mini-small"], COSTS)
    shapes = figure.layout.shapes
    areas = {shape.fillcolor: 0 for shape in shapes}
    for shape in shapes:
        areas[shape.fillcolor] += (shape.x1 - shape.x0) * (shape.y1 - shape.y0)
    assert sum(areas.values()) == 298**2 and areas[NEVER] == 98 * 200
    never = next(shape for shape in shapes if shape.fillcolor == NEVER)
    # Rows look at columns: the rows are the templates', the columns the search region's.
    assert (never.y0, never.y1, never.x0, never.x1) == (0, 98, 98, 298)
    assert figure.layout.yaxis.range == (298, 0)


def test_the_saving_is_told():
    figure = mask_figure(PRESETS["mini-small"], COSTS)
    assert "40% fewer MACs a frame, 50% more time" in figure.layout.title.subtitle.text
    counted, timed = (trace for trace in figure.data if trace.type == "bar")
    assert list(timed.x) == [3.0, 4.0, 2.0] and list(counted.x) == pytest.approx([60e-6, 80e-6, 100e-6])


def test_a_dense_model_has_no_prediction_tokens():
    words = str(mask_figure(PRESETS["toy-teacher"], COSTS, templates=1).layout.xaxis.ticktext)
    assert "prediction" not in words and "16 tokens" in words and "64 tokens" in words


def test_wrong_input_is_told_so():
    with pytest.raises(ValueError, match="costs: 'symmetric' is missing"):
        mask_figure(PRESETS["mini-small"], {way: COSTS[way] for way in (CACHED, ASYMMETRIC)})
    with pytest.raises(ValueError, match="templates: must be at least 1"):
        mask_figure(PRESETS["mini-small"], COSTS, templates=0)

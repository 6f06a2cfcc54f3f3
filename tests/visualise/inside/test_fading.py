"""At rate 1 it is the whole model, at rate 0 the model without those layers; in between what was asked for."""

from dataclasses import replace

import numpy as np
import pytest

from playground.model.prune import fade, remove_blocks
from playground.visualise.inside.capture import look_inside
from playground.visualise.inside.crops import overlap
from playground.visualise.inside.fading import fade_through, fading_figure, overlaps

RATES = (1, 0.5, 0)


@pytest.fixture(scope="module")
def fading(small, looked):
    return fade_through(small, looked.crops, (3, 1), RATES)


def test_the_ends_are_the_whole_and_the_shortened_model(small, looked, fading):
    whole, half, gone = fading.steps
    np.testing.assert_array_equal(whole.edges[-1], looked.edges[-1])
    np.testing.assert_allclose(half.box, look_inside(small, looked.crops, fade(4, (1, 3), 0.5)).box)
    short = look_inside(remove_blocks(small, (1, 3)), looked.crops)
    np.testing.assert_allclose(gone.edges[-1], short.edges[-1], atol=1e-6)
    assert fading.blocks == (1, 3)


def test_overlap_is_with_the_true_box_or_with_the_whole_model(fading):
    truth = fading.steps[0].crops.truth_rel
    assert overlaps(fading) == [overlap(step.box, truth) for step in fading.steps]
    blind = replace(
        fading, steps=tuple(replace(step, crops=replace(step.crops, truth_rel=None)) for step in fading.steps)
    )
    assert overlaps(blind)[0] == 1 and overlaps(blind)[2] == overlap(fading.steps[2].box, fading.steps[0].box)


def test_the_figure_follows_the_step(fading):
    for step, rate in enumerate(RATES):
        figure = fading_figure(fading, step=step)
        tiles = [shape.fillcolor for shape in figure.layout.shapes]
        alive = [float(colour.rstrip(")").rpartition(",")[2]) for colour in tiles]
        assert alive == [1, rate, 1, rate]
        now = next(trace for trace in figure.data if trace.name == "left, now")
        np.testing.assert_allclose(now.y, fading.steps[step].edges[-1, 0], rtol=1e-3)
        box = next(trace for trace in figure.data if trace.name == "box now")
        np.testing.assert_allclose((box.x[0], box.y[0], box.x[2], box.y[2]), fading.steps[step].box)
        dot = figure.data[-1]
        assert dot.x == (rate,) and dot.y[0] == pytest.approx(overlaps(fading)[step], abs=1e-4)


def test_a_dense_model_fades_too(dense, looked_dense):
    figure = fading_figure(fade_through(dense, looked_dense.crops, (0,), (1, 0)), step=1)
    assert "layer 0: 0.00 of what it adds is kept" in figure.layout.title.text


def test_wrong_input_is_told_so(small, looked, fading):
    with pytest.raises(ValueError, match=r"blocks: choose from 0\.\.3; got 4"):
        fade_through(small, looked.crops, (4,), RATES)
    with pytest.raises(ValueError, match=r"rate: must be in 0\.\.1"):
        fade_through(small, looked.crops, (1,), (1, -0.5))
    for rates in ((), (0.5, 0), (1, 1)):
        with pytest.raises(ValueError, match="rates: must begin with 1 and fall"):
            fade_through(small, looked.crops, (1,), rates)
    with pytest.raises(ValueError, match=r"step: choose from 0\.\.2; got 3"):
        fading_figure(fading, step=3)

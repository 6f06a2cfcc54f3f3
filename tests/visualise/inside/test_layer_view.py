"""One picture and one row of each heatmap for every layer, the last one being the answer."""

from dataclasses import replace

import numpy as np
import pytest

from playground.visualise.inside.layer_view import layers_figure, reference


@pytest.mark.parametrize("name", ["looked", "looked_deep", "looked_dense"])
def test_boxes_and_distributions_of_every_layer(request, name):
    inside = request.getfixturevalue(name)
    depth = inside.config.depth
    figure = layers_figure(inside)
    assert len(figure.layout.images) == depth
    for layer in range(depth):
        box = next(trace for trace in figure.data if trace.name == f"after layer {layer}")
        np.testing.assert_allclose([box.x[0], box.y[0], box.x[2], box.y[2]], inside.boxes[layer], atol=1e-6)
    heats = [trace for trace in figure.data if trace.type == "heatmap"]
    assert len(heats) == 4
    for edge, heat in enumerate(heats):
        np.testing.assert_allclose(heat.customdata, inside.edges[:, edge], atol=1e-5)
        np.testing.assert_allclose(np.max(heat.z, axis=1), 1)
        assert heat.x[1] == 1 / inside.config.bins


def test_the_reference_is_the_true_box_where_it_is_known(looked):
    assert reference(looked) == (looked.crops.truth_rel, "the true box")
    blind = replace(looked, crops=replace(looked.crops, truth_rel=None))
    assert reference(blind) == (looked.box, "the answer")
    words = [note.text for note in layers_figure(blind).layout.annotations]
    assert "layer 3: IoU 1.00" in words

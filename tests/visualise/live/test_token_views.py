"""Views of one network: each position of their controls gives the figure asked for; what is not there is a sentence."""

import pytest

from playground.visualise.inside import (
    attention_figure,
    budget_figure,
    edges_figure,
    layers_figure,
    patch_figure,
    talk_figure,
)
from playground.visualise.live.token_views import (
    attention_view,
    budget_view,
    edges_view,
    layers_view,
    patch_view,
    talk_view,
)
from playground.visualise.live.view import in_a_sentence

CASES = [
    (attention_view, attention_figure, {"layer": 1, "head": 0, "mass": 0.6}),
    (attention_view, attention_figure, {"layer": 2, "head": "rollout", "mass": 1.0}),
    (edges_view, edges_figure, {"layer": 0, "temperature": 0.5}),
    (edges_view, edges_figure, {"layer": None, "temperature": 1}),
    (layers_view, layers_figure, {}),
    (talk_view, talk_figure, {"layer": 1, "head": "max"}),
    (patch_view, patch_figure, {"row": 0, "column": 3, "head": "mean"}),
    (budget_view, budget_figure, {"head": 1}),
]
VIEWS = (attention_view, edges_view, layers_view, talk_view, patch_view, budget_view)


@pytest.mark.parametrize(("view", "figure", "asked"), CASES)
def test_a_view_draws_the_figure_that_is_asked_for(seen, view, figure, asked):
    made = view(seen)
    assert set(made.controls) == {*asked, "frame"}
    assert made.figure(frame=1, **asked) == figure(seen[1], **asked)
    for name, value in asked.items():
        assert value in made.controls[name].values.values()


@pytest.mark.parametrize("view", VIEWS)
def test_every_position_of_every_control_can_be_drawn(seen, view):
    made = view(seen[0])
    assert made.controls["frame"].values == {"0": 0}
    for name, control in made.controls.items():
        for value in control.values.values():
            assert made.figure(**{name: value}).data


@pytest.mark.parametrize("view", [attention_view, talk_view, patch_view, budget_view])
def test_a_dense_model_has_no_such_view(seen_dense, view):
    assert "model: the corners head has no prediction tokens" in in_a_sentence(view(seen_dense))


@pytest.mark.parametrize(
    ("view", "wrong", "words"),
    [
        (attention_view, {"layer": 3}, "layer: this model has layers 0..2; got 3."),
        (attention_view, {"head": 99}, "head: choose from 0.."),
        (attention_view, {"mass": 0.0}, "mass: must be above 0"),
        (edges_view, {"layer": -1}, "layer: this model has layers 0..2; got -1."),
        (edges_view, {"temperature": 0}, "temperature: must be in"),
        (patch_view, {"row": 99}, "row: the search region has patches 0.."),
        (talk_view, {"head": "median"}, "head: choose from 0.."),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(seen, view, wrong, words):
    told = in_a_sentence(view(seen, **wrong))
    assert isinstance(told, str) and told.startswith(words)


@pytest.mark.parametrize("view", VIEWS)
def test_no_frame_is_told_so(view):
    with pytest.raises(ValueError, match="frames: give at least one"):
        view([]).figure()


def test_no_frame_is_a_sentence_in_the_view_s_place():
    for view in (attention_view, edges_view, talk_view, patch_view, budget_view, layers_view):
        assert in_a_sentence(view([])) == "frames: give at least one."


def test_a_bar_of_the_budget_takes_the_attention_to_its_layer(seen):
    attention = attention_view(seen)
    budget = budget_view(seen, opens=attention)
    bars = [trace for trace in budget.figure().data if trace.type == "bar"]
    assert bars and all(bar.customdata[row] == {"layer": bar.y[row]} for bar in bars for row in range(3))
    budget.clicked(bars[0].customdata[0])
    assert attention.figure() == attention_figure(seen[0], layer=0)


def test_a_patch_that_is_clicked_is_the_one_that_is_shown(seen):
    view = patch_view(seen)
    ground = next(trace for trace in view.figure().data if trace.type == "heatmap")
    view.clicked(ground.customdata[1][3])
    assert view.figure() == patch_figure(seen[0], row=1, column=3)

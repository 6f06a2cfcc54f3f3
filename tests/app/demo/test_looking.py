"""Looking inside: every view takes what it says, and is drawn of the models that it is offered for."""

from dataclasses import replace

import pytest

from playground.app.demo import looking
from playground.app.demo.looking import VIEWS, Asked, draw, views_of


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_and_what_it_takes_changes_it(
    choose, view, toy_model, dense_model, wide_model, monkeypatch
):
    monkeypatch.setattr(looking, "COSTS_REPEATS", 1)
    one, beside = (dense_model, toy_model) if view == "corners" else (toy_model, dense_model)
    chosen, usual = choose(model=one), Asked(layer=1, blocks=(1,), other=beside)
    other = Asked(
        layer=2, head="max" if "other" in VIEWS[view].takes else 0, temperature=2.0, row=3, column=4, blocks=(2,),
        step=20, force=(3, 8), veto=(5,), mass=0.5, other=wide_model,
    )  # fmt: skip
    figure = draw(view, chosen, 6, usual)
    assert figure.layout.height > 100 and figure.layout.title.text
    for name in VIEWS[view].takes:
        asked = replace(usual, **{name: getattr(other, name)})
        if name == "veto":  # of a template that was going to be taken; with random weights there is none
            with pytest.raises(ValueError, match="^veto: choose frames"):
                draw(view, chosen, 6, replace(usual, veto=(99,)))
            continue
        assert draw(view, chosen, 6, asked).to_json() != figure.to_json(), name


def test_a_dense_model_is_offered_what_can_be_drawn_of_it(choose, dense_model, toy_model, monkeypatch):
    monkeypatch.setattr(looking, "COSTS_REPEATS", 1)
    assert views_of("edges") == list(VIEWS)
    offered = views_of("corners")
    for view in VIEWS:
        asked = Asked(layer=1, blocks=(1,), other=toy_model)
        if view in offered:
            assert draw(view, choose(model=dense_model), 6, asked).layout.title.text
        else:
            with pytest.raises(ValueError, match="^model: the corners head has no prediction tokens"):
                draw(view, choose(model=dense_model), 6, asked)


@pytest.mark.parametrize("view", ["corners", "difference", "similarity"])
def test_of_two_models_the_dense_one_is_the_teacher_wherever_it_is_chosen(choose, view, dense_model, toy_model):
    one = draw(view, choose(model=dense_model), 6, Asked(other=toy_model))
    assert "teacher" in one.layout.title.text.lower()
    if view == "similarity":  # its rows are the student's layers
        assert len(one.data[0].z) == 4


def test_without_a_dense_model_there_are_no_maps_and_without_another_no_pair(choose, wide_model):
    with pytest.raises(ValueError, match="^teacher: has no corner head"):
        draw("corners", choose(), 6, Asked(other=wide_model))
    for view in ("difference", "similarity"):
        with pytest.raises(ValueError, match="^other: choose a model"):
            draw(view, choose(), 6, Asked())


def test_what_is_wrong_is_told(choose):
    chosen = choose(start=3)
    for number in (3, 12, 99):
        with pytest.raises(ValueError, match=r"^frame: choose one from 4 to 11, after the start"):
            draw("attention", chosen, number, Asked())
    with pytest.raises(ValueError, match="^view: must be one of attention, "):
        draw("glow", chosen, 5, Asked())
    with pytest.raises(ValueError, match=r"^layer: this model has layers 0\.\.3; got 9"):
        draw("attention", chosen, 5, Asked(layer=9))

"""Controls made of a view's values; moving one changes what the canvas shows, or puts a sentence there."""

import json

import plotly.graph_objects as go
import pytest

from playground.visualise.live.view import Control, Live, choice, in_a_sentence, numbers

widgets = pytest.importorskip("ipywidgets")
panel = pytest.importorskip("playground.visualise.live.panel").panel


def _draw(level, colour, marks, fixed):
    if level > 1:
        raise ValueError(f"level: {level} cannot be drawn.")
    return go.Figure({"data": [{"type": "scatter", "y": [level, *marks], "name": str(colour), "text": [fixed]}]})


@pytest.fixture
def view():
    return Live(
        name="levels",
        draw=_draw,
        controls={
            "level": numbers("level", 3, 1),
            "colour": Control(title="colour", values={"none": None, "red": "r"}, start=None, kind="list"),
            "marks": choice("marks", (5, 6), (6,), "several"),
            "fixed": numbers("fixed", 1),
        },
    )


def _shown(made):
    return json.loads(made.children[-1].shown.value)


def test_a_control_for_each_that_leaves_a_choice(view):
    row, _ = panel(view, view.figure()).children
    slider, menu, several = row.children
    assert isinstance(slider, widgets.SelectionSlider) and slider.label == "1"
    assert isinstance(menu, widgets.Dropdown) and menu.label == "none"
    assert [(button.description, button.value) for button in several.children[1:]] == [("5", False), ("6", True)]


def test_moving_a_control_redraws(view):
    made = panel(view, view.figure())
    slider, menu, several = made.children[0].children
    assert _shown(made)["data"][0]["y"] == [1, 6]
    slider.index = 0
    menu.label = "red"
    several.children[1].value = True
    (trace,) = _shown(made)["data"]
    assert (trace["y"], trace["name"]) == ([0, 5, 6], "r")
    assert view.chosen == {"level": 0, "colour": "r", "marks": (5, 6), "fixed": 0}
    assert list(view.figure().data[0].y) == [0, 5, 6]


def test_what_cannot_be_drawn_is_a_sentence_until_it_can(view):
    made = panel(view, view.figure())
    slider = made.children[0].children[0]
    slider.index = 2
    assert _shown(made) == {"message": "level: 2 cannot be drawn."}
    slider.index = 1
    assert "message" not in _shown(made)


def test_a_wrong_start_is_told_and_can_be_left(view):
    wrong = Live(name="wrong", draw=_draw, controls={**view.controls, "level": numbers("level", 2, 7)})
    made = panel(wrong, in_a_sentence(wrong))
    assert _shown(made) == {"message": "level: 7 cannot be drawn."}
    slider = made.children[0].children[0]
    assert slider.index == 0
    slider.index = 1
    assert _shown(made)["data"][0]["y"][0] == 1


def test_without_controls_there_is_the_canvas_alone():
    figure = go.Figure()
    assert len(panel(Live(name="one", draw=lambda: figure), figure).children) == 1


def _click(made, **point):
    clicked = made.children[-1].clicked
    clicked.value = json.dumps({"point": point, "number": len(clicked.value)})


def test_a_click_on_a_point_moves_the_controls_wherever_they_are_shown(view):
    made, below = panel(view, view.figure()), panel(view, view.figure())
    _click(made, level=0, colour="r", elsewhere=5)
    assert view.chosen == {"level": 0, "colour": "r", "marks": (6,), "fixed": 0}
    for one in (made, below):
        slider, menu, _ = one.children[0].children
        assert (slider.index, menu.label) == (0, "red")
        (trace,) = _shown(one)["data"]
        assert (trace["y"], trace["name"]) == ([0, 6], "r")


def test_one_choice_is_drawn_once(view):
    made = panel(view, view.figure())
    seen = []
    made.children[-1].shown.observe(lambda change: seen.append(json.loads(change["new"])), names="value")
    view.choose(level=0, colour="r", marks=(5, 6))
    assert [(one["data"][0]["y"], one["data"][0]["name"]) for one in seen] == [([0, 5, 6], "r")]


def test_what_is_shown_before_a_choice_may_be_a_sentence(view):
    wrong = Live(name="wrong", draw=_draw, controls={**view.controls, "level": numbers("level", 2, 7)})
    made = panel(wrong, in_a_sentence(wrong))
    wrong.choose(level=0)  # where the slider stands already
    assert _shown(made)["data"][0]["y"] == [0, 6]


def test_two_places_follow_and_older_ones_do_not(view):
    old, *places = (panel(view, view.figure()) for _ in range(3))
    view.choose(level=0)
    assert [_shown(one)["data"][0]["y"][0] for one in (old, *places)] == [1, 0, 0]


def test_a_click_may_open_another_view(view):
    marks = Live(name="marks", draw=lambda: go.Figure(), opens=view)
    beside = panel(view, view.figure())
    _click(panel(marks, marks.figure()), level=0)
    assert view.chosen["level"] == 0 and _shown(beside)["data"][0]["y"] == [0, 6]


def test_what_is_chosen_from_outside_is_pressed_and_shown_again(view):
    made = panel(view, view.figure())
    view.choose(marks=(5,), level=0)
    assert [button.value for button in made.children[0].children[2].children[1:]] == [True, False]
    again = panel(view, view.figure()).children[0].children
    assert again[0].index == 0 and [button.value for button in again[2].children[1:]] == [True, False]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"speed": 1}, "speed: this view has no such control; it has level"),
        ({"level": 7}, "level: choose from 0, 1, 2; got 7."),
        ({"marks": (5, 7)}, "marks: choose from 5, 6; got"),
        ({"marks": 5}, "marks: choose from 5, 6; got 5."),
    ],
)
def test_what_is_not_there_is_not_chosen(view, wrong, words):
    before = dict(view.chosen)
    with pytest.raises(ValueError, match=words):
        view.choose(colour="r", **wrong)
    assert view.chosen == before

"""A slider's neighbours are drawn once the reader rests, and forgotten when another control moves."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import plotly.graph_objects as go
import pytest

from playground.visualise.live.view import Control, Live, numbers

widgets = pytest.importorskip("ipywidgets")
ahead = pytest.importorskip("playground.visualise.live.ahead")
panel = pytest.importorskip("playground.visualise.live.panel").panel


@pytest.fixture
def drawn():
    return []


@pytest.fixture
def view(drawn):
    def draw(level, colour):
        drawn.append((level, colour))
        return go.Figure({"data": [{"type": "scatter", "y": [level], "name": colour}]})

    colours = Control(title="colour", values={"red": "r", "blue": "b"}, start="r", kind="list")
    return Live(name="levels", draw=draw, controls={"level": numbers("level", 5, 2), "colour": colours})


def _elsewhere(call, *arguments):
    """What ``call`` gives in a thread of its own: in this one the event loop of a browser may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call, *arguments).result()


async def _rested(made):
    """What has gone to the page while nothing was moved, by the slider's index, and that slider's model."""
    label, figures, sliders = made.children[-1].ahead, {}, set()

    def read(change):
        told = json.loads(change["new"])
        sliders.add(told["slider"])
        figures.update((int(at), json.loads(text)) for at, text in told["figures"].items())

    label.observe(read, "value")
    await asyncio.sleep(5 * ahead.PAUSE_S)
    label.unobserve(read, "value")
    return figures, sliders


def _level(figure):
    return figure["data"][0]["y"], figure["data"][0]["name"]


def test_a_place_and_both_sides_are_drawn_and_each_once(view, drawn):
    async def run():
        made = panel(view, view.figure())
        slider = made.children[0].children[0]
        first, sliders = await _rested(made)
        slider.index = 3
        then, _ = await _rested(made)
        return first, then, sliders, slider.model_id

    first, then, sliders, model = _elsewhere(asyncio.run, run())
    assert sliders == {model}
    assert {at: _level(figure) for at, figure in first.items()} == {i: ([i], "r") for i in (1, 2, 3)}
    assert {at: _level(figure) for at, figure in then.items()} == {4: ([4], "r")}
    assert drawn == [(level, "r") for level in (2, 3, 1, 2, 3, 4)]


def test_another_control_empties_what_was_drawn(view):
    async def run():
        made = panel(view, view.figure())
        slider, menu = made.children[0].children
        await _rested(made)
        menu.label = "blue"
        emptied = made.children[-1].ahead.value
        slider.index = 3
        return emptied, await _rested(made)

    emptied, (figures, _) = _elsewhere(asyncio.run, run())
    assert emptied == ""
    assert {at: _level(figure) for at, figure in figures.items()} == {i: ([i], "b") for i in (2, 3, 4)}


def test_a_hand_that_moves_on_is_not_kept_waiting(view, drawn):
    async def run():
        made = panel(view, view.figure())
        slider = made.children[0].children[0]
        for index in (1, 0, 1, 2, 3, 4):
            slider.index = index
            await asyncio.sleep(0)
        return list(drawn), await _rested(made)

    moved, (figures, _) = _elsewhere(asyncio.run, run())
    assert moved == [(level, "r") for level in (2, 1, 0, 1, 2, 3, 4)]
    assert set(figures) == {3, 4}


def test_without_an_event_loop_nothing_is_drawn_ahead(view, drawn):
    def moved():
        made = panel(view, view.figure())
        made.children[0].children[0].index = 1
        return made

    made = _elsewhere(moved)
    assert drawn == [(2, "r"), (1, "r")] and made.children[-1].ahead.value == ""

"""Spans fill the figure, panels get axes of their own, and what was put on a sheet is in the figure."""

import plotly.graph_objects as go
import pytest

from playground.visualise.inside.sheet import HEAD_PX, Sheet, across, axes_of, down, draw, finish, note, panel
from playground.visualise.inside.static import to_static


def test_spans_have_the_sizes_asked_for():
    spans = across([1, 3], 0.2)
    assert spans == [pytest.approx((0, 0.2)), pytest.approx((0.4, 1.0))]
    assert down([1, 3], 0.2) == [pytest.approx((0.8, 1.0)), pytest.approx((0, 0.6))]


def test_a_figure_of_two_panels():
    sheet = Sheet()
    first = panel(sheet, (0, 0.4), (0, 1), {}, {})
    second = panel(sheet, (0.6, 1 + 1e-12), (-1e-12, 1), {"title": {"text": "x"}}, {})
    draw(sheet, second, type="scatter", x=[1], y=[2])
    note(sheet, first, "words", 0.5, 1)
    figure = finish(sheet, "Title", "line", 200, foot_px=30, sides_px=(10, 20))
    assert axes_of(first) == ("x", "y") and axes_of(second) == ("x2", "y2")
    assert figure.layout.xaxis2.domain == (0.6, 1) and figure.layout.yaxis2.domain == (0, 1)
    assert figure.data[0].xaxis == "x2" and figure.layout.annotations[0].xref == "x domain"
    assert figure.layout.height == HEAD_PX + 230
    assert (figure.layout.margin.l, figure.layout.margin.r) == (10, 20)
    assert (figure.layout.title.text, figure.layout.title.subtitle.text) == ("Title", "line")


def test_an_unchecked_figure_becomes_a_page_and_is_changed_as_any_other():
    sheet = Sheet()
    draw(sheet, panel(sheet, (0, 1), (0, 1), {}, {}), type="scatter", x=[1], y=[2])
    figure = finish(sheet, "Title", "line", 200)
    figure.update_layout(modebar={"remove": ["zoom"]})
    assert "Title" in to_static(figure) and figure.layout.modebar.remove == ("zoom",)
    assert go.Figure({"layout": {"template": "none"}}).layout.template == figure.layout.template

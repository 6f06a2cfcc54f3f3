"""A figure on the page keeps its size."""

import plotly.graph_objects as go

from playground.app.demo.figure import make_figure, show_figure


def test_height_and_width_are_kept_and_only_those_that_are_given():
    assert not make_figure("view").visible
    plot, style = show_figure(go.Figure(layout={"height": 321, "width": 456}), "view")
    assert plot.visible and "#view " in style and "height: 321px" in style and "width: 456px" in style
    assert "width" not in show_figure(go.Figure(layout={"height": 321}), "view")[1]

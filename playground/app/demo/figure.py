"""Figures on the page at the size that they were made with: Gradio stretches a plot to whatever room there is."""

import gradio as gr
import plotly.graph_objects as go

# Over a figure this small they would hide its title; what is left saves it as a picture.
NOT_NEEDED = ["zoom", "pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale", "resetScale"]


def make_figure(elem_id: str) -> gr.Plot:
    """An empty place for a figure."""
    return gr.Plot(show_label=False, label="Figure", elem_id=elem_id, elem_classes="figure", visible=False)


def show_figure(figure: go.Figure, elem_id: str) -> tuple[gr.Plot, str]:
    """What to put into `make_figure`, and a style to put into a `gr.HTML` beside it."""
    height, width = figure.layout.height, figure.layout.width
    across = "" if width is None else f"width: {width}px !important;"
    figure.update_layout(modebar={"remove": NOT_NEEDED, "bgcolor": "rgba(0, 0, 0, 0)"})
    style = f"<style>#{elem_id} .js-plotly-plot {{ height: {height}px !important; {across} }}</style>"
    return gr.Plot(figure, visible=True), style

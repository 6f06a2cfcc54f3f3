"""A figure for where no front end is alive: one HTML file that asks for nothing, and a picture of it."""

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from playground.chromium import find_browser
from playground.visualise.inside.browser import draw_png

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>:root{{color-scheme:light dark}}body{{margin:8px;background:{ground}}}
@media (prefers-color-scheme:dark){{body{{background:{dark_ground}}}}}</style>
<script>{plotly}</script></head><body>{figure}</body></html>
"""
LIGHT, DARK = "#ffffff", "#0f1115"


def to_static(figure: go.Figure, *, dark: bool | None = None, buttons: bool = True) -> str:
    """A whole HTML page with the figure, plotly's script inside it. It follows the reader's light or dark mode.

    ``dark``: True or False instead of following. ``buttons``: those that appear over the figure.
    """
    config = {"displaylogo": False, "responsive": True} | ({} if buttons else {"displayModeBar": False})
    inside = figure.to_html(full_html=False, include_plotlyjs=False, config=config)
    title = (figure.layout.title.text or "figure").replace("<", "&lt;")
    ground = DARK if dark else LIGHT
    dark_ground = ground if dark is not None else DARK
    return _PAGE.format(title=title, ground=ground, dark_ground=dark_ground, plotly=get_plotlyjs(), figure=inside)


def to_png(figure: go.Figure, *, width: int = 960, dark: bool = False) -> bytes:
    """The figure as a PNG ``width`` pixels wide, drawn by a Chromium on this machine (`find_browser`).

    Raises ``ValueError`` naming ``browser`` when there is none, or when it drew nothing.
    """
    browser = find_browser()
    if browser is None:
        raise ValueError("browser: no Chromium here to draw a PNG; install one, name it in CHROMIUM, or use to_static.")
    height = int(figure.layout.height or 450) + 16
    return draw_png(browser, figure.to_json(), width=width, height=height, ground=DARK if dark else LIGHT)

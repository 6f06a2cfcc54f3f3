"""The widgets that draw in a notebook: figures, given as JSON to plotly.js, and tracks, by the browser page's code.

Plotly's own FigureWidget compares and sends every property and carries the library in each figure. Here a figure is
swapped as a whole, and the library, out of the installed package, goes to the page once.
"""

from functools import cache
from pathlib import Path

import anywidget
import traitlets
from ipywidgets import Label, widget_serialization
from plotly.offline import get_plotlyjs

from playground.visualise.live.player_page import player_script


class Canvas(anywidget.AnyWidget):
    """Draws the text of ``shown``: a figure as plotly's JSON, or ``{"message": ...}``, a sentence in its place as HTML.

    ``ahead`` is empty or ``{"slider": model, "figures": {index: text}}``: what is to be shown at once when that slider
    moves there. Figures for one slider add up until ``ahead`` is emptied.

    ``clicked`` is empty or ``{"point": {...}, "number": n}``: the dictionary that the n-th clicked point has for its
    ``customdata``. Points with anything else for it cannot be clicked.

    All texts are values of labels that no page shows. A page that takes more than two seconds to start one of
    anywidget's widgets passes it no later change; ipywidgets' own models know no such limit.
    """

    _esm = Path(__file__).with_name("canvas.js").read_text(encoding="utf-8")
    shown = traitlets.Instance(Label).tag(sync=True, **widget_serialization)
    ahead = traitlets.Instance(Label).tag(sync=True, **widget_serialization)
    clicked = traitlets.Instance(Label).tag(sync=True, **widget_serialization)
    library = traitlets.Instance(Label).tag(sync=True, **widget_serialization)


class Screen(anywidget.AnyWidget):
    """Plays the ``track`` that `playground.visualise.live.player` wrote as JSON."""

    _esm = player_script()
    track = traitlets.Unicode().tag(sync=True)


@cache
def _library() -> Label:
    """plotly.js, once for this process."""
    return Label(get_plotlyjs())


def canvas(shown: str) -> Canvas:
    """A canvas that shows a text (see `Canvas`) and follows changes of ``canvas.shown.value``."""
    return Canvas(shown=Label(shown), ahead=Label(), clicked=Label(), library=_library())

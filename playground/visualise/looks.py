"""How figures look: colours that stand on light and on dark pages, one look for every name, and a common layout."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

COLOURS = ("#0d9488", "#7c3aed", "#ea580c", "#2563eb", "#db2777", "#65a30d", "#ca8a04", "#64748b", "#dc2626")
DASHES = ("solid", "dash", "dot")
SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "star", "triangle-down", "pentagon", "hexagon")
TEXT, GRID, CLEAR = "#7b8794", "rgba(123, 135, 148, 0.25)", "rgba(0, 0, 0, 0)"
HOVER = {"font": {"color": "#1f2937"}, "bgcolor": "rgba(255, 255, 255, 0.92)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Colour, dash of lines and symbol of markers, as plotly names them."""

    colour: str
    dash: str
    symbol: str


def looks(names: Iterable[str]) -> dict[str, Look]:
    """A look for each name, in their order: neighbours differ in colour and symbol, and no two of 27 are the same."""
    return {
        name: Look(
            colour=COLOURS[i % len(COLOURS)],
            dash=DASHES[i // len(COLOURS) % len(DASHES)],
            symbol=SYMBOLS[i % len(SYMBOLS)],
        )
        for i, name in enumerate(names)
    }


def as_text(name: str, most: int = 0) -> str:
    """A name from outside as plotly has to get it, lest it be read as markup; cut to ``most`` characters if not 0."""
    return escape(name if not most or len(name) <= most else name[: most - 1] + "…")


# Plotly's template "none", spelled out: a figure that plotly does not check (`inside/sheet.py`) knows no names.
NO_TEMPLATE = {"data": {"scatter": [{"type": "scatter"}]}}


def layout(height: int, **more: Any) -> dict[str, Any]:
    """A layout on a clear ground, ``height`` pixels high; ``more`` is added or put in place of what is here.

    Dragging does nothing, so that a finger can scroll a page past the figure.
    """
    return {
        "template": NO_TEMPLATE,
        "height": height,
        "margin": {"l": 56, "r": 16, "t": 16, "b": 48},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"color": TEXT, "size": 13},
        "modebar": {"bgcolor": CLEAR, "color": TEXT},
        "hoverlabel": HOVER,
        "dragmode": False,
    } | more


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis with its title and a faint grid."""
    return {
        "title": {"text": title, "standoff": 8, "font": {"size": 13}},
        "gridcolor": GRID,
        "zeroline": False,
        "automargin": True,
    } | more

"""Pieces of HTML that the report is made of: a table, a frame that scrolls, a figure. Names come in as they are."""

from html import escape

import plotly.graph_objects as go


def table(head: list[str], rows: list[tuple[str, list[str]]], kind: str = "") -> str:
    """A table: ``head`` in plain text; a row is the name of its tracker, and cells of HTML, its title first."""
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    lines = []
    for name, (first, *cells) in rows:
        others = "".join(f"<td>{cell}</td>" for cell in cells)
        lines.append(f'<tr data-tracker="{escape(name)}"><th scope="row">{first}</th>{others}</tr>')
    return f'<table class="{kind}"><thead><tr>{titles}</tr></thead><tbody>{"".join(lines)}</tbody></table>'


def scroll(inside: str, label: str) -> str:
    """What may be wider or higher than the screen, in a frame that scrolls, by keyboard too."""
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">{inside}</div>'


def plot(figure: go.Figure, label: str) -> str:
    """The place of a figure, and the figure as data for report.js, which draws it there."""
    data = str(figure.to_json()).replace("<", "\\u003c")  # so that nothing in it ends the script
    place = f'<div class="plot" role="img" aria-label="{escape(label)}" style="height: {figure.layout.height}px"></div>'
    return f'{place}<script type="application/json">{data}</script>'


def titled(title: str, why: str, inside: str) -> str:
    """A figure under its title and a sentence on how to read it."""
    return f'<figure><figcaption><h3>{escape(title)}</h3><p class="why">{escape(why)}</p></figcaption>{inside}</figure>'

"""A live view as one HTML file: its figures drawn beforehand, its sliders and lists still working, no network asked."""

import json
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from playground.visualise.inside.static import DARK, LIGHT
from playground.visualise.live.view import Control, Live, in_a_sentence
from playground.visualise.looks import as_text

MOST = 48  # figures in a page
_FOLDER = Path(__file__).parent
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>:root {{ --ground: {light} }} @media (prefers-color-scheme: dark) {{ :root {{ --ground: {dark} }} }}
{style}</style>
<script>{plotly}</script></head><body>
<form>{controls}</form><p role="alert" hidden></p><figure></figure>
<script type="application/json">{figures}</script>
<script>{script}</script></body></html>
"""


def page(live: Live, **values: Any) -> str:
    """The page, as the controls of ``live`` say, ``values`` changed.

    Of its sliders and lists, the first ones go on working: as many of them as `MOST` figures allow. The others stay
    where they are. So does a click on a point (`Live`) all of whose controls go on working; one that would open another
    view does nothing.
    """
    chosen = live.chosen | values
    working = dict(_working(live, chosen))
    sources: dict[str, int] = {}
    options = [control.values.values() for control in working.values()]
    figures = [
        _packed(in_a_sentence(live, **values | dict(zip(working, picked, strict=True))), sources, live, working)
        for picked in product(*options)
    ]
    content = json.dumps({"figures": figures, "sources": list(sources)}, separators=(",", ":"))
    return _PAGE.format(
        title=as_text(live.name),
        light=LIGHT,
        dark=DARK,
        style=(_FOLDER / "page.css").read_text(encoding="utf-8"),
        plotly=get_plotlyjs(),
        controls="".join(_control(name, control, chosen[name]) for name, control in working.items()),
        figures=content.replace("<", "\\u003c"),
        script=(_FOLDER / "page.js").read_text(encoding="utf-8"),
    )


def _working(live: Live, chosen: dict[str, Any]) -> Iterator[tuple[str, Control]]:
    count = 1
    for name, control in live.controls.items():
        there = control.kind != "several" and chosen[name] in control.values.values()
        if there and len(control.values) > 1 and count * len(control.values) <= MOST:
            count *= len(control.values)
            yield name, control


def _packed(
    figure: go.Figure | str, sources: dict[str, int], live: Live, working: Mapping[str, Control]
) -> dict[str, Any]:
    """A figure with numbers in place of its pictures, which many figures share, or the sentence in its place.

    Points that can be clicked are told the ``places`` of controls that they stand for.
    """
    if isinstance(figure, str):
        return {"message": figure}
    drawn: dict[str, Any] = json.loads(figure.to_json())
    for image in drawn["layout"].get("images", ()):
        image["source"] = sources.setdefault(image["source"], len(sources))
    for trace in drawn["data"]:
        _tell_places(trace.get("customdata"), live, working)
    return drawn


def _tell_places(points: Any, live: Live, working: Mapping[str, Control]) -> None:
    if isinstance(points, list):
        for point in points:
            _tell_places(point, live, working)
    elif isinstance(points, dict) and live.opens is None:
        asked = {name: value for name, value in points.items() if name in live.controls}
        offered = {name: list(control.values.values()) for name, control in working.items()}
        if all(value in offered.get(name, ()) for name, value in asked.items()):
            points["places"] = {name: offered[name].index(value) for name, value in asked.items()}


def _control(name: str, control: Control, chosen: Any) -> str:
    words, at = list(control.values), list(control.values.values()).index(chosen)
    title = as_text(control.title)
    if control.kind == "slider":
        told = as_text(json.dumps(words))
        field = f'<input type="range" min="0" max="{len(words) - 1}" value="{at}" data-words="{told}"><output></output>'
    else:
        options = (
            f'<option value="{i}"{" selected" if i == at else ""}>{as_text(word)}</option>'
            for i, word in enumerate(words)
        )
        field = f"<select>{''.join(options)}</select>"
    return f'<label data-name="{name}" data-count="{len(words)}"><span>{title}</span>{field}</label>'

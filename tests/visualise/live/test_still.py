"""What stands in a view's place: a small picture with its colours, or one sentence, and never a script."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.visualise.live.still import COLOURS, WIDTH_PX, still


def _figure(**layout):
    return go.Figure({"layout": {"height": 100, "template": "none", "paper_bgcolor": "#7c3aed", **layout}})


def test_the_picture_is_as_wide_as_the_figure(chromium):
    image = pytest.importorskip("PIL.Image")
    for figure, width in ((_figure(), WIDTH_PX), (_figure(width=300), 316)):
        with image.open(BytesIO(b64decode(still("one", figure)["image/png"]))) as picture:
            assert picture.size == (width, 116) and picture.mode == "P"


def test_few_colours_stay_near_the_many(chromium):
    image = pytest.importorskip("PIL.Image")
    from playground.visualise.inside import to_png

    ramp = {"type": "heatmap", "z": np.arange(3600).reshape(60, 60), "colorscale": "Viridis", "showscale": False}
    words = {"text": "left", "font": {"color": "#7c3aed", "size": 30}, "x": 30, "y": 30, "showarrow": False}
    figure = go.Figure({"data": [ramp], "layout": {"height": 300, "annotations": [words]}})
    with image.open(BytesIO(to_png(figure, width=WIDTH_PX))) as many:
        before = np.array(many.convert("RGB"), int)
    with image.open(BytesIO(b64decode(still("ramp", figure)["image/png"]))) as few:
        after = np.array(few.convert("RGB"), int)
    assert len(np.unique(after.reshape(-1, 3), axis=0)) <= COLOURS
    assert np.abs(after - before).max() < 32


def test_without_a_browser_it_is_one_sentence(no_chromium):
    bundle = still("one <two>", _figure())
    assert set(bundle) == {"text/html", "text/plain"}
    assert "no Chromium here" in bundle["text/html"] and "one &lt;two&gt;" in bundle["text/html"]
    assert "<script" not in bundle["text/html"] and "one <two>" in bundle["text/plain"]


def test_a_sentence_stays_one():
    assert still("one", "a &lt; b")["text/html"] == '<p role="alert">a &lt; b</p>'

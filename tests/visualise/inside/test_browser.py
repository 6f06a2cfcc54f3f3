"""A browser that is started once, goes on after a figure that cannot be drawn, and leaves nothing behind."""

import gc
import json
import shutil
import tempfile

import cv2
import numpy as np
import pytest

from playground.visualise.inside import browser
from playground.visualise.inside.browser import draw_png

PLAIN = {"paper_bgcolor": "rgba(0, 0, 0, 0)", "template": "none"}
GREEN = json.dumps({"data": [], "layout": {**PLAIN, "paper_bgcolor": "#00ff00"}})
BROKEN = json.dumps({"data": [], "layout": {**PLAIN, "images": [{"source": "data:image/png;base64,AAAA"}]}})


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """A browser of this test's own, that keeps its profile in a folder of this test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    browser._started.cache_clear()
    yield tmp_path
    browser._started.cache_clear()


def _drawn(path, figure, **size):
    png = draw_png(path, figure, **({"width": 60, "height": 50, "ground": "#ff0000"} | size))
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)


def test_one_browser_draws_many_figures_and_leaves_nothing(chromium, alone):
    first, second = _drawn(chromium, GREEN), _drawn(chromium, GREEN, width=80, height=40)
    assert first.shape == (50, 60, 3) and second.shape == (40, 80, 3)
    assert tuple(first[2, 2]) == (0, 0, 255) and tuple(first[25, 30]) == (0, 255, 0)
    assert browser._started.cache_info().misses == 1 and len(list(alone.iterdir())) == 1
    browser._started.cache_clear()
    gc.collect()
    assert not list(alone.iterdir())


def test_after_a_figure_that_cannot_be_drawn_the_next_one_is(chromium, alone):
    with pytest.raises(ValueError, match="^browser: .* could not draw the figure .*decode"):
        _drawn(chromium, BROKEN)
    assert tuple(_drawn(chromium, GREEN)[25, 30]) == (0, 255, 0)


@pytest.mark.parametrize("path", ["true", "cat"])
def test_what_is_no_chromium_is_told_so(alone, path):
    with pytest.raises(ValueError, match="^browser: .* could not draw the figure"):
        _drawn(shutil.which(path), GREEN)
    gc.collect()
    assert not list(alone.iterdir())

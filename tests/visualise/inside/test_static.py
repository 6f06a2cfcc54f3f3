"""A page that holds all it needs: read as text, opened by a browser that notes every request, and drawn as a PNG."""

import re
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import plotly.graph_objects as go
import pytest

from playground.visualise.inside.static import to_png, to_static

FIGURE = go.Figure(
    {
        "data": [{"type": "heatmap", "z": [[1, 2], [3, 4]]}],
        "layout": {"title": {"text": "a <figure>"}, "height": 300, "paper_bgcolor": "rgba(0, 0, 0, 0)"},
    }
)


def test_the_page_names_no_other_file():
    page = to_static(FIGURE)
    outside = re.sub(r"<script>.*?</script>", "", page, count=1, flags=re.DOTALL)
    assert len(page) > 1_000_000 and not re.search(r"""(?:src|href)=["']|url\(|@import""", outside)
    assert "<title>a &lt;figure></title>" in page and "prefers-color-scheme:dark" in page


def test_a_page_in_one_mode_stays_in_it():
    light, dark = (to_static(FIGURE, dark=dark).partition("<script>")[0] for dark in (False, True))
    assert "#0f1115" not in light and "#ffffff" not in dark


def test_a_browser_draws_it_and_asks_for_nothing(tmp_path, chromium):
    pytest.importorskip("playwright.sync_api")
    page = tmp_path / "page.html"
    page.write_text(to_static(FIGURE), encoding="utf-8")
    # In a thread of its own: another test's browser may still be open in this one, and Playwright allows one a thread.
    with ThreadPoolExecutor(1) as pool:
        asked, failed = pool.submit(_visit, page.as_uri(), chromium).result()
    assert not failed and [url for url in asked if not url.startswith("data:")] == [page.as_uri()]


def _visit(address, chromium):
    """Open a page until its heat map is drawn; every request, and every error of a script."""
    from playwright.sync_api import sync_playwright

    asked, failed = [], []
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        visit = browser.new_page()
        visit.on("request", lambda request: asked.append(request.url))
        visit.on("pageerror", lambda error: failed.append(error))
        visit.goto(address, timeout=120_000)
        visit.wait_for_selector(".heatmaplayer image", state="attached", timeout=60_000)
        browser.close()
    return asked, failed


@pytest.mark.parametrize("dark", [False, True])
def test_a_png_shows_the_figure(chromium, dark):
    png = cv2.imdecode(np.frombuffer(to_png(FIGURE, width=500, dark=dark), np.uint8), cv2.IMREAD_COLOR)
    assert png.shape == (316, 500, 3)
    assert tuple(png[2, 2]) == ((0x15, 0x11, 0x0F) if dark else (255, 255, 255))
    assert len(np.unique(png.reshape(-1, 3), axis=0)) > 20


def test_no_browser_is_told_so(no_chromium, monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="browser: no Chromium here to draw a PNG"):
        to_png(FIGURE)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(ValueError, match="browser: .* could not draw the figure"):
        to_png(FIGURE)

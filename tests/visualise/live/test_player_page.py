"""The page of a track plays it in a browser and asks for no other file."""

import re
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.live import player

GREEN = (45, 212, 160)  # found, as the page draws it


@pytest.fixture
def track():
    images = [np.full((100, 160, 3), 40 * i, np.uint8) for i in range(3)]
    boxes = [Box(40 + 20 * i, 30, 50, 40) for i in range(3)]
    return player(images, [TrackEvent(index=i, time_s=i / 25, box=box) for i, box in enumerate(boxes)])


def test_files_go_where_they_are_asked_for(track, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [path.name for path in track.to_static()] == ["track.html", "track.png"]
    assert track.to_static(tmp_path / "some" / "mine.png", png=False) == [tmp_path / "some" / "mine.html"]
    assert cv2.imread("track.png").shape == (100, 160, 3)


def test_the_page_names_no_other_file_and_no_script_of_its_own(track, tmp_path):
    (html,) = track.to_static(tmp_path, png=False)
    text = html.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["']|url\(|@import|https?:|^import """, text, re.MULTILINE)
    assert text.count("</script>") == 2


def test_a_browser_plays_it(track, tmp_path, chromium):
    pytest.importorskip("playwright.sync_api")
    (html,) = track.to_static(tmp_path, png=False)
    with ThreadPoolExecutor(1) as pool:  # Playwright allows one browser a thread
        asked, failed, said, drawn = pool.submit(_visit, html.as_uri(), chromium).result()
    assert not failed and [url for url in asked if not url.startswith("data:")] == [html.as_uri()]
    assert said == ["frame 1 of 3", "frame 3 of 3"]
    assert np.abs(np.subtract(drawn, GREEN)).max() < 12


def _visit(address, chromium):
    from playwright.sync_api import sync_playwright

    asked, failed, said = [], [], []
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failed.append(error))
        page.goto(address)
        page.wait_for_function("document.querySelector('output')?.textContent")
        said.append(page.locator("output").text_content())
        page.get_by_role("slider", name="Frame").fill("2")
        said.append(page.locator("output").text_content())
        drawn = page.evaluate(
            "[...document.querySelector('canvas').getContext('2d').getImageData(80, 50, 1, 1).data].slice(0, 3)"
        )
        browser.close()
    return asked, failed, said, drawn

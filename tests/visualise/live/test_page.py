"""A view as one file: which controls go on working, and a browser that moves them and asks for nothing."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from playground.visualise.live import page as page_module
from playground.visualise.live.page import page
from playground.visualise.live.view import Live, choice, numbers

PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def _draw(level, colour, marks):
    if level == 2 and colour == "red":
        raise ValueError("level: 2 is <never> red.")
    title = f"{colour} {level} {list(marks)}"
    points = [{"level": 0}, {"level": 1, "colour": "blue", "speed": 9}, "level 2"]
    bars = {"type": "bar", "y": [1, 1, 1], "customdata": points}
    shown = {"title": {"text": title}, "images": [{"source": PICTURE}], "height": 300}
    return go.Figure({"data": [bars], "layout": shown})


VIEW = Live(
    name="le<vels",
    draw=_draw,
    controls={
        "level": numbers("level", 3, 1),
        "marks": choice("marks", (5, 6), (6,), "several"),
        "colour": choice("colour", ("blue", "red"), "red"),
    },
)


def _content(text):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)[1])


def test_every_combination_is_drawn_once_and_pictures_are_kept_once():
    content = _content(page(VIEW))
    told = [one.get("message") or one["layout"]["title"]["text"] for one in content["figures"]]
    assert told == [
        "blue 0 [6]",
        "red 0 [6]",
        "blue 1 [6]",
        "red 1 [6]",
        "blue 2 [6]",
        "level: 2 is &lt;never&gt; red.",
    ]
    assert content["sources"] == [PICTURE] and content["figures"][0]["layout"]["images"][0]["source"] == 0


def test_what_is_too_much_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(page_module, "MOST", 5)
    told = [one["layout"]["title"]["text"] for one in _content(page(VIEW, colour="blue"))["figures"]]
    assert told == ["blue 0 [6]", "blue 1 [6]", "blue 2 [6]"]
    monkeypatch.setattr(page_module, "MOST", 1)
    text = page(VIEW, marks=(5,))
    assert len(_content(text)["figures"]) == 1 and "<label" not in text and "red 1 [5]" in text


def test_the_page_names_no_other_file():
    text = page(VIEW)
    outside = re.sub(r"<script>.*?</script>", "", text, count=1, flags=re.DOTALL)
    assert len(text) > 1_000_000 and not re.search(r"""(?:src|href)=["']|url\(|@import|https?:""", outside)
    assert "<title>le&lt;vels</title>" in text


def test_a_point_counts_where_all_of_its_controls_go_on_working(monkeypatch):
    def told(live):
        first, second, third = _content(page(live))["figures"][0]["data"][0]["customdata"]
        assert third == "level 2"
        return first.get("places"), second.get("places")

    assert told(VIEW) == ({"level": 0}, {"level": 1, "colour": 0})
    assert told(replace(VIEW, opens=VIEW)) == (None, None)
    monkeypatch.setattr(page_module, "MOST", 5)  # too few for the colours
    assert told(VIEW) == ({"level": 0}, None)


def test_a_browser_moves_its_controls(tmp_path, chromium):
    pytest.importorskip("playwright.sync_api")
    path = tmp_path / "page.html"
    path.write_text(page(VIEW), encoding="utf-8")
    with ThreadPoolExecutor(1) as pool:  # Playwright allows one browser a thread
        asked, failed, told = pool.submit(_visit, path.as_uri(), chromium).result()
    assert not failed and [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    clicked = [("red 0 [6]", "0"), ("red 0 [6]", "0"), ("blue 1 [6]", "1")]
    moved = [("red 1 [6]", "1"), ("red 0 [6]", "0"), ("blue 0 [6]", "0"), "level: 2 is <never> red."]
    assert told == [("red 1 [6]", "1"), *clicked, *moved]


def _visit(address, chromium):
    from playwright.sync_api import sync_playwright

    asked, failed, told = [], [], []
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        visit = browser.new_page()
        visit.set_default_timeout(120_000)
        visit.on("request", lambda request: asked.append(request.url))
        visit.on("pageerror", lambda error: failed.append(error))
        visit.goto(address)

        def read(start):
            visit.wait_for_function(
                "(start) => document.querySelector('.gtitle')?.textContent.startsWith(start)", arg=start
            )
            told.append((visit.text_content(".gtitle"), visit.text_content("output")))

        def click(bar):
            place = visit.locator(".bars .point").nth(bar).bounding_box()
            x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
            visit.mouse.move(x, y)
            # Plotly looks for what is under the pointer first, and takes two clicks within 300 ms for a double one.
            visit.wait_for_timeout(600)
            visit.mouse.click(x, y)

        read("red 1")
        click(0)
        read("red 0")
        click(2)  # stands for nothing that could be chosen
        read("red 0")
        click(1)
        read("blue 1")
        visit.get_by_role("combobox").select_option("red")
        read("red 1")
        visit.get_by_role("slider").press("ArrowLeft")
        read("red 0")
        visit.get_by_role("combobox").select_option("blue")
        read("blue 0")
        visit.get_by_role("combobox").select_option("red")
        visit.get_by_role("slider").press("End")
        told.append(visit.get_by_role("alert").text_content())
        browser.close()
    return asked, failed, told

"""The player draws with the browser page's code, in a real browser, what the events say and where they say it."""

import json
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.live import player

GREEN, RED = (45, 212, 160), (255, 96, 84)  # found and lost, as the page draws them
PIXEL = "([at, x, y]) => [...document.querySelectorAll('canvas')[at].getContext('2d').getImageData(x, y, 1, 1).data]"


def _track(count=5, width=320):
    images = [np.full((200, width, 3), 40 * i, np.uint8) for i in range(count)]
    events = [
        TrackEvent(
            index=i,
            time_s=i / 25,
            box=Box(100 + 10 * i, 50, 60, 40),
            score=0.9,
            lost=i == 3,
            search=Box(-40, -40, 200, 200) if i else None,
            edges=((0.0, 1.0, 0.0, 0.0),) * 4 if i else (),
        )
        for i in range(count)
    ]
    return images, events


def test_a_cell_shows_the_widget_and_a_picture_beside_it():
    pytest.importorskip("anywidget")
    images, events = _track()
    bundle = player(images, events)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    still = cv2.imdecode(np.frombuffer(b64decode(bundle["image/png"]), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert still.shape == (200, 320, 3)
    assert np.abs(still[70, 120].astype(int) - GREEN).max() < 40  # the left side of the middle frame's box


def test_frames_are_sent_small_and_boxes_with_them():
    images, events = _track(2, width=960)
    sent = json.loads(player(images, events).to_json())
    jpeg = cv2.imdecode(np.frombuffer(b64decode(sent["frames"][1]), np.uint8), cv2.IMREAD_COLOR)
    assert jpeg.shape == (100, 480, 3)
    assert sent["events"][1]["box"] == {"x": 55, "y": 25, "w": 30, "h": 20}
    assert sent["events"][1]["search"] == {"x": -20, "y": -20, "w": 100, "h": 100}
    assert sent["events"][0]["search"] is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda images, events: player(images, events[1:]), "events"),
        (lambda images, events: player([], []), "images"),
        (lambda images, events: player(images, events, fps=0), "fps"),
    ],
)
def test_what_cannot_play_is_named(change, named):
    with pytest.raises(ValueError, match=f"^{named}: "):
        change(*_track())


def test_the_browser_draws_each_frame_with_its_box(chromium, tmp_path):
    pytest.importorskip("playwright.sync_api")
    module = pytest.importorskip("playground.visualise.live.canvas").Screen._esm
    track = player(*_track()).to_json()
    with ThreadPoolExecutor(1) as pool:  # Playwright allows one browser a thread
        seen = pool.submit(_visit, chromium, module, track, tmp_path).result()
    assert seen["first"] == "frame 1 of 5" and np.abs(np.subtract(seen["left"], GREEN)).max() < 12
    # Two frames on, the box's left side is 20 px further right, and where it was there is the frame.
    assert seen["third"] == "frame 3 of 5" and np.abs(np.subtract(seen["moved"], GREEN)).max() < 12
    assert np.abs(np.subtract(seen["before"], 80)).max() < 30
    assert seen["fourth"] == "frame 4 of 5, lost" and np.abs(np.subtract(seen["corner"], RED)).max() < 12
    # The search region begins 40 px left of the frame: a fifth of it is grey, then comes the frame.
    assert np.abs(np.subtract(seen["outside"], 128)).max() < 12 and np.abs(np.subtract(seen["inside"], 120)).max() < 12
    assert seen["played"] == "frame 5 of 5" and seen["button"] == "Play"


def _visit(chromium, module, track, folder):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 900, "height": 700})
        page.set_content("<main></main>")
        page.evaluate(
            """async ([module, track]) => {
              const address = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
              const { default: widget } = await import(address);
              await widget.render({ model: { get: () => track }, el: document.querySelector("main") });
            }""",
            [module, track],
        )
        said, slider = page.locator("output"), page.get_by_role("slider", name="Frame")

        def at(canvas, x, y):
            return page.evaluate(PIXEL, [canvas, x, y])[:3]

        page.wait_for_function("document.querySelector('output').textContent")
        seen = {"first": said.text_content(), "left": at(0, 100, 70)}
        slider.fill("2")
        seen |= {"third": said.text_content(), "moved": at(0, 120, 60), "before": at(0, 105, 60)}
        slider.fill("3")
        page.screenshot(path=folder / "lost.png")
        seen |= {"fourth": said.text_content(), "corner": at(0, 131, 50)}
        seen |= {"outside": at(1, 10, 60), "inside": at(1, 110, 120)}
        page.get_by_role("button", name="Play").click()
        page.wait_for_function("document.querySelector('output').textContent.startsWith('frame 5')")
        page.wait_for_function("document.querySelector('button').textContent === 'Play'")
        seen |= {"played": said.text_content(), "button": page.get_by_role("button").text_content()}
        browser.close()
    return seen

"""The page in a real browser: upload, drag a box, track, take the files, make mistakes."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from playground.app.demo.examples import example_start
from playground.video.write import write_video

TRACK_MS = 120_000


def _numbers(page) -> list[int]:
    return [int(page.input_value(f"#box-{name} input") or -1) for name in "xywh"]


def _drag(page, box, size) -> None:
    """Drag ``box`` (x, y, w, h in frame pixels) with the mouse, from its lower right corner to its upper left."""
    area = page.locator(".picker-frame").bounding_box()
    scale = (area["width"] / size[0], area["height"] / size[1])
    x, y, w, h = box
    page.mouse.move(area["x"] + (x + w) * scale[0], area["y"] + (y + h) * scale[1])
    page.mouse.down()
    page.mouse.move(area["x"] + (x + w / 2) * scale[0], area["y"] + y * scale[1], steps=3)
    page.mouse.move(area["x"] + x * scale[0], area["y"] + y * scale[1], steps=3)
    page.mouse.up()


def _wait_for_numbers(page, expected, within: int = 1) -> list[int]:
    page.wait_for_function(
        """([expected, within]) => [...'xywh'].every((name, i) =>
             Math.abs(document.querySelector(`#box-${name} input`).value - expected[i]) <= within)""",
        arg=[list(expected), within],
    )
    return _numbers(page)


def _drawn(page) -> list[float]:
    """The drawn box in fractions of the frame."""
    return page.evaluate("""() => {
        const mark = document.querySelector('.picker-box').style;
        return [mark.left, mark.top, mark.width, mark.height].map((value) => parseFloat(value) / 100); }""")


def _toast(page) -> str:
    page.wait_for_selector(".toast-body")
    return page.inner_text(".toast-body")


def _dismiss(page) -> None:
    page.click(".toast-close")
    page.wait_for_selector(".toast-body", state="detached")


def test_a_visit_from_upload_to_download(page, upload, square_clip, tmp_path):
    upload(page, square_clip)
    page.wait_for_selector(".picker-hint:not([hidden])")  # the box of the example is gone
    assert page.locator("#examples button[aria-pressed=true]").count() == 0
    _drag(page, (20, 30, 24, 26), (128, 96))
    box = _wait_for_numbers(page, (20, 30, 24, 26))
    page.click("#track")
    page.wait_for_selector("#results video", timeout=TRACK_MS)
    with page.expect_download() as download:
        page.click("#download-csv")
    download.value.save_as(tmp_path / "boxes.csv")
    rows = list(csv.DictReader((tmp_path / "boxes.csv").open()))
    assert len(rows) == 12 and [float(rows[0][name]) for name in "xywh"] == box
    page.wait_for_function("() => document.querySelector('#results video').readyState >= 2")
    shown = page.evaluate("""() => { const video = document.querySelector('#results video');
        return [video.videoWidth, video.videoHeight, video.duration]; }""")
    assert shown == [128, 96, pytest.approx(12 / 25, abs=0.05)]
    assert page.locator("#summary b").first.inner_text() == "12"
    page.wait_for_selector("#plot .js-plotly-plot")
    for kind, suffix in {"mp4": "mp4", "json": "json", "otb": "txt", "got10k": "zip"}.items():
        with page.expect_download() as download:
            page.click(f"#download-{kind}")
        assert Path(download.value.path()).stat().st_size > 100
        assert download.value.suggested_filename.endswith(f".{suffix}")


def test_one_click_tracks_the_example_and_stop_keeps_what_there_is(page, upload, tmp_path):
    long = tmp_path / "long.mp4"
    write_video(long, (np.full((48, 64, 3), i % 200, np.uint8) for i in range(1700)), 30)
    upload(page, long)
    _drag(page, (10, 10, 20, 20), (64, 48))
    _wait_for_numbers(page, (10, 10, 20, 20))
    page.click("#track")
    page.wait_for_selector(".stage-status")
    page.click("#stop")
    page.wait_for_selector("#results video", timeout=TRACK_MS)
    assert re.match(r"Stopped after \d+ frames\.", page.inner_text(".notes"))
    page.click("#examples button[data-name=easy]")
    assert page.get_attribute("#examples button[data-name=easy]", "aria-pressed") == "true"
    # The older clip's box is there until the example is; what is pressed before that is a mixture of the two.
    _wait_for_numbers(page, example_start("easy")[1].as_tuple())
    page.click("#track")
    page.wait_for_selector(".stage", timeout=TRACK_MS)
    page.wait_for_selector("#results video", timeout=TRACK_MS)
    page.wait_for_function("() => document.querySelector('#summary b').textContent === '90'")
    assert page.is_enabled("#track") and not page.is_visible("#stop")


def test_typed_numbers_move_the_box_and_scrubbing_keeps_it(page, upload, square_clip):
    upload(page, square_clip)
    for name, value in zip("xywh", (32, 24, 64, 48), strict=True):
        page.fill(f"#box-{name} input", str(value))
    page.wait_for_function("() => document.querySelector('.picker-box').dataset.size === '64 × 48'")
    assert _drawn(page) == pytest.approx([0.25, 0.25, 0.5, 0.5])
    before = page.get_attribute(".picker-frame img", "src")
    page.fill("#start input[type=number]", "9")
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelector('.picker-frame img').src !== before", arg=before)
    assert _numbers(page) == [32, 24, 64, 48] and _drawn(page) == pytest.approx([0.25, 0.25, 0.5, 0.5])


def test_a_click_is_no_box_and_a_drag_beyond_the_frame_ends_at_its_edge(page, upload, square_clip):
    upload(page, square_clip)
    _drag(page, (60, 40, 30, 30), (128, 96))
    box = _wait_for_numbers(page, (60, 40, 30, 30))
    page.locator(".picker-frame").click(position={"x": 20, "y": 20})
    assert _numbers(page) == box and page.is_visible(".picker-box")
    area = page.locator(".picker-frame").bounding_box()
    page.mouse.move(area["x"] + area["width"] * 0.75, area["y"] + area["height"] * 0.75)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] + 80, area["y"] + area["height"] + 80, steps=3)
    page.mouse.up()
    _wait_for_numbers(page, (96, 72, 32, 24))


def test_mistakes_are_told_in_a_sentence_and_nothing_hangs(page, upload, square_clip, tmp_path):
    upload(page, square_clip)
    page.click("#track")
    assert "box: drag a box around the target" in _toast(page)
    _dismiss(page)
    for name, value in zip("xywh", (20, 30, 0, 24), strict=True):
        page.fill(f"#box-{name} input", str(value))
    page.wait_for_selector("#track:enabled")
    page.click("#track")
    assert "box: width and height must be above 0 pixels; got 20,30,0,24." in _toast(page)
    _dismiss(page)
    (tmp_path / "notes.mp4").write_text("not a video\n" * 40)
    page.set_input_files("#upload input[type=file]", tmp_path / "notes.mp4")
    assert "video: notes.mp4 " in _toast(page)
    page.wait_for_selector("#track:enabled")
    assert "square.mp4" in page.inner_text(".picker-caption") and page.is_visible(".stage-empty")


def test_a_finger_draws_a_box_too(browser, upload, demo_server, square_clip):
    context = browser.new_context(viewport={"width": 400, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(demo_server.url)
    page.wait_for_selector(".picker-box")
    upload(page, square_clip)
    page.locator(".picker-frame").scroll_into_view_if_needed()
    area = page.locator(".picker-frame").bounding_box()
    touch = context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.25), ("touchMove", 0.5), ("touchMove", 0.75), ("touchEnd", None)):
        points = (
            [] if share is None else [{"x": area["x"] + area["width"] * share, "y": area["y"] + area["height"] * share}]
        )
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    _wait_for_numbers(page, (32, 24, 64, 48))
    context.close()

"""Choosing a source and a box: camera, file and example; mouse, keyboard and numbers; and what is taken away."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from playground.video.write import write_video

SIDE, FRAMES, FPS = 24, 30, 10
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
REFUSED = """void (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "{name}")))"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    """A square of 24 pixels that moves by 2 pixels a frame from (20, 30), on 128 x 96 pixels."""
    path = tmp_path_factory.mktemp("clip") / "square.mp4"
    frames = []
    for i in range(FRAMES):
        frame = np.full((96, 128, 3), 60, np.uint8)
        frame[30 : 30 + SIDE, 20 + 2 * i : 20 + 2 * i + SIDE] = (220, 40, 30)
        frames.append(frame)
    write_video(path, frames, FPS)
    return path


@pytest.fixture(scope="module")
def visit(visitor, served, browser_thread):
    """The page once its model is there; one visit for all tests."""

    def load(context):
        page = context.new_page()
        page.goto(f"{served.url}#threads=1")
        page.get_by_text("The track has ended").wait_for()
        return page

    with visitor() as context:
        yield browser_thread.submit(load, context).result()


@pytest.fixture
def loaded(visit, browser_thread):
    """The page on the first frame of its example, waiting for a box."""

    def clear():
        visit.locator("#view").press("Escape")
        visit.get_by_role("button", name="Example").click()
        visit.get_by_text("Press Track").wait_for()
        visit.locator("#view").press("Escape")
        visit.get_by_text("Drag a box around the target").wait_for()

    browser_thread.submit(clear).result()
    return visit


def _box(page) -> list[float]:
    return [float(page.input_value(f"#numbers [name={key}]")) for key in "xywh"]


def _drag(page, x, y, to_x, to_y) -> None:
    """Press, move and release at fractions of the picture."""
    area = page.locator("#view").bounding_box()
    page.mouse.move(area["x"] + x * area["width"], area["y"] + y * area["height"])
    page.mouse.down()
    for share in (0.5, 1):
        across, down = x + (to_x - x) * share, y + (to_y - y) * share
        page.mouse.move(area["x"] + across * area["width"], area["y"] + down * area["height"])
    page.mouse.up()


def _events(page) -> list[dict]:
    with page.expect_download() as found:
        page.get_by_role("button", name="JSON").click()
    return json.loads(Path(found.value.path()).read_text())["events"]


def test_a_box_is_dragged(loaded):
    track = loaded.get_by_role("button", name="Track", exact=True)
    assert track.is_disabled()
    _drag(loaded, 0.75, 0.5, 0.25, 0.25)  # from any corner
    assert _box(loaded) == pytest.approx([80, 60, 160, 60], abs=1) and track.is_enabled()
    _drag(loaded, 0.5, 0.5, 0.501, 0.501)  # a click is no box
    assert _box(loaded) == pytest.approx([80, 60, 160, 60], abs=1)
    track.click()
    loaded.wait_for_function("Number(document.getElementById('frames').textContent) > 3")
    first = _events(loaded)[0]
    assert [first["box"][key] for key in "xywh"] == _box(loaded) and first["index"] == 0


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_a_box_is_drawn_with_a_finger(page, serving, toy):
    with serving(toy) as served:
        page.goto(f"{served.url}#threads=1")
        page.get_by_text("Press Track").wait_for()
        area = page.locator("#view").bounding_box()
        touches = page.context.new_cdp_session(page)

        def touch(kind, *places):
            points = [{"x": area["x"] + x * area["width"], "y": area["y"] + y * area["height"]} for x, y in places]
            touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", (0.25, 0.25))
        touch("touchMove", (0.3, 0.4))
        touch("touchMove", (0.5, 0.75))
        assert page.evaluate("scrollY") == 0  # the finger draws, it does not scroll
        touch("touchEnd")
        drawn = _box(page)
        assert drawn == pytest.approx([80, 60, 80, 120], abs=1)
        page.wait_for_timeout(2500)  # as a person does: right after the drag, the browser makes no click of a tap
        page.get_by_role("button", name="Track", exact=True).tap()
        page.wait_for_function("Number(document.getElementById('frames').textContent) > 3")
        assert [_events(page)[0]["box"][key] for key in "xywh"] == drawn


def test_a_box_is_made_by_keys_alone(loaded):
    loaded.locator("#view").focus()
    loaded.keyboard.press("Enter")
    assert _box(loaded) == [120, 80, 80, 80]  # a third of the smaller side, in the middle
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown"):
        loaded.keyboard.press(key)
    assert _box(loaded) == [112, 76, 84, 88]
    loaded.keyboard.press("Escape")
    assert loaded.get_by_role("button", name="Track", exact=True).is_disabled()
    loaded.keyboard.press("Enter")
    loaded.keyboard.press("Enter")
    loaded.get_by_text("The track has ended").wait_for()
    assert loaded.inner_text("#frames") == "60"


def test_a_box_stays_in_the_picture(loaded):
    loaded.locator("#view").focus()
    for key in ["Enter", *["ArrowLeft"] * 60, *["Shift+ArrowDown"] * 60]:
        loaded.keyboard.press(key)
    assert _box(loaded) == [0, 80, 80, 160]


def test_numbers_make_a_box_and_a_box_outside_is_refused_in_words(loaded):
    for key, value in zip("xywh", (112, 100, 45, 61), strict=True):
        loaded.fill(f"#numbers [name={key}]", str(value))
    loaded.locator("#numbers [name=h]").press("Enter")
    loaded.get_by_text("The track has ended").wait_for()
    assert loaded.locator("#parity").get_attribute("data-state") == "agrees"  # it was the example's own
    loaded.fill("#numbers [name=x]", "400")
    loaded.get_by_role("button", name="Track", exact=True).click()
    loaded.get_by_role("alert").wait_for()
    assert "box: 400,100,45,61 lies outside the 320x240 frame" in loaded.get_by_role("alert").inner_text()


def test_a_track_is_paused_stepped_and_started_anew(loaded):
    loaded.locator("#view").focus()
    loaded.keyboard.press("Enter")
    loaded.keyboard.press("Enter")
    loaded.wait_for_function("Number(document.getElementById('frames').textContent) > 3")
    loaded.get_by_role("button", name="Pause").click()
    loaded.wait_for_timeout(300)
    before = int(loaded.inner_text("#frames"))
    assert before < 60
    loaded.get_by_role("button", name="Step").click()
    loaded.wait_for_function(f"document.getElementById('frames').textContent === '{before + 1}'")
    loaded.wait_for_timeout(300)
    assert int(loaded.inner_text("#frames")) == before + 1
    loaded.get_by_role("button", name="Go on").click()
    loaded.get_by_text("The track has ended").wait_for()
    events = _events(loaded)
    assert [event["index"] for event in events] == list(range(60))
    loaded.get_by_role("button", name="Restart").click()
    loaded.wait_for_function("Number(document.getElementById('frames').textContent) < 60")
    loaded.get_by_text("The track has ended").wait_for()
    again = _events(loaded)
    assert [event["box"] for event in again] == [event["box"] for event in events]


def test_a_video_file_is_tracked_and_its_boxes_taken_away(loaded, clip):
    loaded.set_input_files("#file", clip)
    loaded.wait_for_function("document.getElementById('view').width === 128 * 4")
    assert loaded.get_by_label("Frame", exact=False).first.is_visible()
    _drag(loaded, 20 / 128, 30 / 96, 44 / 128, 54 / 96)
    loaded.get_by_role("button", name="Track", exact=True).click()
    loaded.get_by_text("The track has ended").wait_for()
    with loaded.expect_download() as found:
        loaded.get_by_role("button", name="Boxes as CSV").click()
    assert found.value.suggested_filename == "square.mp4.csv"
    rows = list(csv.DictReader(io.StringIO(Path(found.value.path()).read_text())))
    assert rows[0]["x"] == "20.00" and len(rows) > 3
    times = [float(row["time_s"]) for row in rows]
    assert times == sorted(times) and times[-1] <= FRAMES / FPS
    for row, time in zip(rows, times, strict=True):
        centre = float(row["x"]) + float(row["w"]) / 2
        assert centre == pytest.approx(20 + SIDE / 2 + 2 * time * FPS, abs=8), row


def test_a_file_that_is_no_video_is_refused_in_words(loaded, tmp_path):
    (tmp_path / "notes.mp4").write_text("no video")
    loaded.set_input_files("#file", tmp_path / "notes.mp4")
    loaded.get_by_role("alert").wait_for()
    assert "notes.mp4 cannot be played" in loaded.get_by_role("alert").inner_text()
    assert loaded.get_by_role("button", name="Example").get_attribute("aria-pressed") == "true"
    loaded.get_by_role("button", name="Close").click()
    assert not loaded.get_by_role("alert").is_visible()


def test_the_camera_is_tracked_and_recorded(loaded):
    loaded.get_by_role("button", name="Webcam").click()
    loaded.wait_for_function("document.querySelector('#sources [value=camera]').ariaPressed === 'true'")
    _drag(loaded, 0.3, 0.3, 0.7, 0.7)
    loaded.get_by_role("button", name="Record").click()
    loaded.get_by_role("button", name="Track", exact=True).click()
    loaded.wait_for_function("parseInt(document.getElementById('frames').textContent) > 5")
    loaded.wait_for_timeout(1200)
    with loaded.expect_download() as found:
        loaded.get_by_role("button", name="Save recording").click()
    assert Path(found.value.path()).stat().st_size > 1000
    events = _events(loaded)
    times = [event["time_s"] for event in events]
    assert times == sorted(set(times)) and [event["index"] for event in events] == list(range(len(events)))


@pytest.mark.parametrize(("name", "words"), [("NotAllowedError", "refused"), ("NotFoundError", "No camera was found")])
def test_a_camera_that_does_not_start_is_told_in_words(loaded, name, words):
    loaded.evaluate(REFUSED.format(name=name))
    loaded.get_by_role("button", name="Webcam").click()
    loaded.get_by_role("alert").wait_for()
    assert words in loaded.get_by_role("alert").inner_text()
    assert loaded.get_by_role("button", name="Example").get_attribute("aria-pressed") == "true"

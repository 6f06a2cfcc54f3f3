"""The other tabs in a real browser: compare, look inside, distil, webcam; and another model, which keeps the box."""

import shutil
import zipfile

import pytest

from playground.app.demo.toggle import gpu, why_no_gpu

BOX = (20, 30, 24, 24)


@pytest.fixture
def ready(page, upload, type_box, square_clip):
    """The page with the square's clip and its box."""
    upload(page, square_clip)
    type_box(page, BOX)
    return page


def _open(page, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()


def _choose(page, field: str, option: str) -> None:
    page.click(f"{field} input")
    page.get_by_role("option", name=option).click()


def _told(page, selector: str, words: str) -> None:
    page.wait_for_function(
        "([selector, words]) => (document.querySelector(selector)?.textContent ?? '').includes(words)",
        arg=[selector, words],
    )


def _set(page, slider: str, value: float) -> None:
    """Type into a slider's number; Enter lets it go."""
    page.fill(f"{slider} input[type=number]", str(value))
    page.press(f"{slider} input[type=number]", "Enter")


def test_compare_says_where_two_part_and_swipes_between_them(ready):
    _open(ready, "Compare")
    _choose(ready, "#other", "The first box")
    ready.click("#compare")
    ready.wait_for_selector("#compare-results video")
    ready.wait_for_selector("#agreement .js-plotly-plot")
    _told(ready, "#compare-words", "FPS of The first box alone")
    assert ready.locator("#compare-words i").count() == 2  # a colour for each of the two boxes
    _set(ready, "#swipe-frame", 7)
    _told(ready, "#swipe", "frame 7")
    assert ready.locator("#swipe img[alt='The first box']").count() == 1
    swipe = ready.locator("#swipe input[type=range]")
    swipe.focus()
    ready.keyboard.press("ArrowLeft")
    assert ready.evaluate("document.querySelector('#swipe input').parentElement.style.getPropertyValue('--at')") < "50%"
    assert ready.is_enabled("#compare") and not ready.is_visible("#compare-stop")


def test_look_inside_draws_a_view_and_redraws_it_as_its_controls_move(ready):
    _open(ready, "Look inside")
    ready.click("#look")
    _told(ready, "#view-figure", "layer 3")
    _set(ready, "#layer", 1)
    _told(ready, "#view-figure", "layer 1")
    _choose(ready, "#view", "The box after every layer")
    _told(ready, "#view-figure", "Read-out after every layer")
    assert not ready.is_visible("#layer")


def test_a_dense_model_is_looked_into_at_once_and_refused_as_a_teacher_before_a_click(ready, dense_model):
    ready.fill("#model input", dense_model)
    ready.press("#model input", "Enter")
    _told(ready, "#about-model", "dense corner head")
    _open(ready, "Look inside")
    ready.wait_for_function("() => document.querySelector('#view input').value === 'Where each edge may lie'")
    ready.click("#look")
    ready.wait_for_selector("#view-figure .js-plotly-plot")
    _choose(ready, "#view", "Corner maps of a dense teacher")
    _told(ready, "#view-figure", "top-left corner")
    assert ready.is_visible("#beside") and not ready.is_visible("#head")
    _open(ready, "Distil")
    ready.wait_for_selector("#distil:disabled")
    assert "has a corner head" in ready.inner_text("#distil-note")


def test_distil_draws_its_curves_then_both_boxes_and_gives_the_student(ready):
    _open(ready, "Distil")
    _set(ready, "#steps", 10)
    ready.wait_for_function("() => document.querySelector('#steps input[type=range]').value === '10'")
    ready.click("#distil")
    # To its end, however many steps that was: a click may come before the typed number does.
    ready.wait_for_function("() => /Step (\\d+) of \\1,/.test(document.querySelector('#curves')?.textContent ?? '')")
    ready.wait_for_selector("#distil-results video")
    _told(ready, "#distil-words", "FPS of student alone")
    with ready.expect_download() as download:
        ready.click("#download-student")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert {"config.json", "model.safetensors", "tracker.json"} <= set(archive.namelist())


def test_another_model_keeps_the_box_and_a_wrong_one_is_told_under_it(ready, toy_model, tmp_path):
    other = shutil.copytree(toy_model, tmp_path / "other")
    for name, said in (("nosuch", "model: 'nosuch' is unknown"), (str(other), "M parameters")):
        ready.click("#model input")
        ready.fill("#model input", name)
        ready.press("#model input", "Enter")
        _told(ready, "#about-model", said)
        assert [int(ready.input_value(f"#box-{part} input")) for part in "xywh"] == list(BOX)
        ready.click("#header")  # the field is done with
        ready.wait_for_function("() => document.activeElement === document.body")
    ready.click("#track")
    _told(ready, "#results .notes", f"{other} on the CPU")


@pytest.mark.skipif(bool(gpu()), reason="this machine has a GPU, so nothing is greyed")
def test_without_a_gpu_the_choice_is_greyed_with_the_reason(page):
    page.wait_for_selector("#device input[value=gpu]:disabled")
    assert why_no_gpu() in page.inner_text("#device")
    assert page.locator("#device input[value=gpu]").locator("xpath=..").get_attribute("title") == why_no_gpu()
    assert page.is_checked("#device input[value=cpu]")


def test_the_cameras_picture_is_followed_and_forgotten(page):
    _open(page, "Webcam")
    page.get_by_text("Click to Access Webcam").click()
    page.get_by_role("button", name="capture photo").click()
    page.wait_for_selector(".webcam-layer")
    area = page.locator(".webcam-layer").bounding_box()
    page.mouse.move(area["x"] + area["width"] * 0.3, area["y"] + area["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.7, area["y"] + area["height"] * 0.7, steps=4)
    page.mouse.up()
    # The words over the box are the score, which only the server knows.
    page.wait_for_function("() => /^[01]\\.\\d\\d$/.test(document.querySelector('.webcam-box').dataset.words)")
    page.wait_for_function("() => / [1-9]\\d* ms of them/.test(document.querySelector('#webcam-overlay').textContent)")
    assert page.evaluate("() => document.querySelector('#webcam video').videoWidth") == 640
    page.click("#webcam-forget")
    page.wait_for_selector(".webcam-box", state="hidden")
    page.click("#webcam-middle")
    page.wait_for_selector(".webcam-box")

"""Several targets in a real browser: added, chosen, undone, removed; and the marker on the plot, beside the video."""

import pytest

SIZE = (128, 96)  # of the square's clip
FIRST, SECOND, OTHER = (20, 30, 24, 24), (70, 40, 30, 28), (60, 10, 40, 50)


def _drag(page, box) -> None:
    area = page.locator(".picker-frame").bounding_box()
    across, down = area["width"] / SIZE[0], area["height"] / SIZE[1]
    x, y, w, h = box
    page.mouse.move(area["x"] + x * across, area["y"] + y * down)
    page.mouse.down()
    page.mouse.move(area["x"] + (x + w) * across, area["y"] + (y + h) * down, steps=3)
    page.mouse.up()


def _shows(page, box, targets: int) -> None:
    """The numbers are those of the active box, within a pixel of rounding, and there are so many targets."""
    page.wait_for_function(
        """([box, targets]) => document.querySelectorAll('.picker-chips button').length === targets
             && [...'xywh'].every((name, i) => {
               const shown = document.querySelector(`#box-${name} input`).value;
               return box === null ? shown === '' : shown !== '' && Math.abs(shown - box[i]) <= 1;
             })""",
        arg=[None if box is None else list(box), targets],
    )


def _do(page, name: str) -> None:
    page.click(f"[data-do={name}]")


@pytest.fixture
def ready(page, upload, square_clip):
    """The page with the square's clip and the first box."""
    upload(page, square_clip)
    _drag(page, FIRST)
    _shows(page, FIRST, 1)
    return page


def test_targets_are_added_chosen_and_removed(ready):
    _do(ready, "add")
    _shows(ready, None, 2)
    assert ready.is_disabled("[data-do=add]")  # not before this one is drawn
    _drag(ready, SECOND)
    _shows(ready, SECOND, 2)
    for index, box in ((0, FIRST), (1, SECOND)):
        ready.click(f".picker-chips button[data-index='{index}']")
        _shows(ready, box, 2)
        assert ready.get_attribute(f".picker-chips button[data-index='{index}']", "aria-pressed") == "true"
    assert ready.locator(".picker-box").count() == 2
    ready.click(".picker-chips button[data-index='0']")
    _shows(ready, FIRST, 2)
    _do(ready, "remove")
    _shows(ready, SECOND, 1)
    _do(ready, "remove")
    _shows(ready, None, 1)
    assert ready.is_disabled("[data-do=remove]") and ready.is_visible(".picker-hint")


def test_every_change_can_be_undone_back_to_the_beginning(ready):
    _do(ready, "add")
    _shows(ready, None, 2)
    _drag(ready, SECOND)
    _shows(ready, SECOND, 2)
    _drag(ready, OTHER)
    _shows(ready, OTHER, 2)
    for box, targets in ((SECOND, 2), (None, 2), (FIRST, 1), (None, 1)):
        _do(ready, "undo")
        _shows(ready, box, targets)
    assert ready.is_disabled("[data-do=undo]")


def test_the_plot_marks_the_frame_of_the_video_and_a_click_on_it_goes_there(ready):
    ready.click("#track")
    ready.wait_for_selector("#results video")
    ready.wait_for_selector("#plot .js-plotly-plot .plot-marker", state="attached")
    ready.wait_for_function("() => document.querySelector('#video video').readyState >= 2")
    ready.locator("#plot").scroll_into_view_if_needed()  # what is out of sight cannot be clicked
    places = {}
    for frame in (2, 8):
        ready.evaluate(
            """time => { const video = document.querySelector('#video video');
                 video.pause(); video.currentTime = time; }""",
            (frame + 0.5) / 25,
        )
        ready.wait_for_selector(f".plot-marker[data-frame='{frame}']", state="attached")
        ready.wait_for_timeout(100)
        places[frame] = ready.locator(".plot-marker").bounding_box()
    apart = (places[8]["x"] - places[2]["x"]) / 6
    assert apart > 5  # pixels a frame
    mark = places[2]
    ready.mouse.move(mark["x"] + 3 * apart, mark["y"] + mark["height"] / 4)
    ready.mouse.move(mark["x"] + 3 * apart + 1, mark["y"] + mark["height"] / 4)
    ready.wait_for_timeout(300)  # a plot listens to clicks on what the pointer rests on
    ready.mouse.down()
    ready.mouse.up()
    ready.wait_for_selector(".plot-marker[data-frame='5']", state="attached")
    assert ready.evaluate("() => document.querySelector('#video video').currentTime") == pytest.approx(
        5.5 / 25, abs=0.01
    )


def test_an_example_that_is_chosen_again_has_its_own_box_alone(page):
    chosen = [page.input_value(f"#box-{name} input") for name in "xywh"]
    for _ in range(2):
        _do(page, "add")
        _shows(page, None, 2)
        page.click("#examples button >> nth=0")
        _shows(page, [float(value) for value in chosen], 1)

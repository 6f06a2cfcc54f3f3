"""Addresses of the page: what one says is chosen, what is chosen is written into it, and what cannot be is told."""

import shutil
from urllib.parse import parse_qs, quote, urlsplit

LOOK_MS = 120_000  # other work may share this machine


def _query(page) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(page.url).query).items()}


def test_an_address_chooses_clip_frame_box_and_tab_and_a_reload_keeps_them(visit, demo_server):
    asked = f"{demo_server.url}/?clip=easy&start=7&box=10,20,30,40&tab=compare&device=cpu"
    with visit(asked) as page:
        for _ in range(2):
            page.wait_for_selector(".picker-box[data-size='30 × 40']")
            assert [page.input_value(f"#box-{name} input") for name in "xywh"] == ["10", "20", "30", "40"]
            assert page.input_value("#start input[type=number]") == "7"
            page.wait_for_selector("#compare")
            assert page.get_by_role("tab", name="Compare").get_attribute("aria-selected") == "true"
            page.reload()


def test_an_address_chooses_a_model_and_another_one_is_written_into_it(visit, demo_server, toy_model, tmp_path):
    first, other = (str(shutil.copytree(toy_model, tmp_path / name)) for name in ("first", "other"))
    said = "model => document.querySelector('#model input')?.value === model"
    with visit(f"{demo_server.url}/?model={quote(first)}") as page:
        page.set_default_timeout(LOOK_MS)
        page.wait_for_function(said, arg=first)
        page.wait_for_function("() => document.querySelector('#about-model').textContent.includes('4 blocks')")
        page.wait_for_function("() => window.playgroundIsOpen")
        page.fill("#model input", other)
        page.press("#model input", "Enter")
        page.wait_for_function("model => new URLSearchParams(location.search).get('model') === model", arg=other)
        page.reload()
        page.wait_for_function(said, arg=other)


def test_a_model_that_an_address_cannot_have_is_told_under_it(visit, demo_server):
    with visit(f"{demo_server.url}/?model=nosuch") as page:
        page.set_default_timeout(LOOK_MS)
        page.wait_for_selector("#about-model .wrong")
        assert "model: 'nosuch' is unknown" in page.inner_text("#about-model")
        assert page.is_visible(".picker-box")


def test_what_is_chosen_is_written_into_the_address(page, type_box, upload, square_clip):
    type_box(page, (50, 60, 44, 33))
    page.wait_for_function("() => location.search.includes('box=50')")
    page.get_by_role("tab", name="Distil").click()
    page.wait_for_function("() => location.search.includes('tab=distil')")
    assert _query(page)["clip"] == "easy" and _query(page)["box"] == "50,60,44,33" and _query(page)["device"] == "cpu"
    upload(page, square_clip)  # nobody else could open it
    page.wait_for_function("() => !location.search.includes('clip=')")
    assert "box" not in _query(page)


def test_a_box_that_is_typed_before_the_page_has_opened_stays(visit, demo_server, type_box):
    """The answer of the server that there is nothing to open comes after it."""
    held, shut = [], [True]
    with visit(demo_server.url) as page:
        page.set_default_timeout(LOOK_MS)
        page.route("**/queue/join*", lambda route: held.append(route) if shut else route.continue_())
        page.reload()
        page.wait_for_selector(".picker-box")
        page.wait_for_function("() => window.playgroundLink")
        type_box(page, (53, 63, 43, 34))
        page.wait_for_timeout(500)
        assert held and not page.evaluate("() => window.playgroundIsOpen")
        shut.clear()
        for route in held:
            route.continue_()
        page.wait_for_function("() => location.search.includes('box=53')")
        page.wait_for_timeout(500)
        assert page.get_attribute(".picker-box", "data-size") == "43 × 34"
        assert [page.input_value(f"#box-{name} input") for name in "xywh"] == ["53", "63", "43", "34"]


def test_what_is_chosen_before_the_address_is_opened_is_written_into_it_afterwards(page, type_box):
    page.wait_for_function("() => window.playgroundIsOpen")
    before = page.url
    page.evaluate("() => { window.playgroundIsOpen = false; }")
    type_box(page, (51, 61, 41, 31))
    page.wait_for_timeout(500)
    assert page.url == before
    page.evaluate("() => { window.playgroundIsOpen = true; window.playgroundOpened(); }")
    page.wait_for_function("() => location.search.includes('box=51')")
    assert _query(page)["box"] == "51,61,41,31"


def test_a_page_that_nobody_touches_keeps_its_bare_address(page, demo_server):
    page.wait_for_function("() => window.playgroundIsOpen")
    page.wait_for_timeout(1000)
    assert urlsplit(page.url).query == ""


def test_an_address_that_cannot_be_is_told_in_a_sentence_and_the_page_still_works(visit, demo_server, type_box):
    with visit(f"{demo_server.url}/?clip=easy&box=1,2,3") as page:
        page.wait_for_selector(".toast-body")
        assert "box: the address must say x,y,w,h in pixels; got '1,2,3'." in page.inner_text(".toast-body")
        assert page.is_visible(".picker-box") and page.is_enabled("#track")
        page.wait_for_function("() => window.playgroundIsOpen")
        type_box(page, (52, 62, 42, 32))
        page.wait_for_function("() => location.search.includes('box=52')")

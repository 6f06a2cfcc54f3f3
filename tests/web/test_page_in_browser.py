"""The page with its example: what is shown, what is fetched, and what is said where something is missing."""

import json
import re
from dataclasses import replace

import pytest
from exported import toy_source
from page_states import COMPARED, KEPT, LOADED

from playground.app.page.example import WEB
from playground.app.page.exports import PageModel, page_models
from playground.app.page.runtime import PUBLIC, pinned
from playground.export.onnx import export_onnx

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
ELSEWHERE = PUBLIC.partition("npm")[0]
KB, MB = 1000, 1_000_000
MAPS = "place => [...place.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join()"


def test_a_stored_result_is_shown_and_then_the_example_is_tracked_here(page, served):
    page.goto(served.url)
    page.wait_for_function("!document.getElementById('stored').hidden")
    assert page.get_by_text("Stored result, made with PyTorch").is_visible()
    assert page.get_by_role("button", name="Track", exact=True).is_disabled()
    page.wait_for_function(COMPARED)
    assert not page.locator("#stored").is_visible() and not page.locator("#loading").is_visible()
    assert page.get_by_text("The track has ended").is_visible()
    assert 0 <= float(page.inner_text("#score")) <= 1
    assert page.inner_text("#frames") == "60" and page.inner_text("#total").endswith(" ms")
    assert [text.rsplit(" ", 2)[0] for text in page.locator("#stages li").all_inner_texts()] == [
        "cut and resize", "network", "templates",
    ]  # fmt: skip


def test_what_goes_on_inside_is_shown(page, served):
    page.goto(served.url)
    page.wait_for_function(COMPARED)
    drawn = "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size > 20"
    for canvas in [page.locator("#edges"), *page.locator("#attention canvas, #templates canvas").all()]:
        assert canvas.evaluate(drawn), canvas.get_attribute("aria-label")
    shares = page.locator("#attention span").all_inner_texts()
    assert len(shares) == 4 and all(0 <= int(re.match(r"(\d+)\s% on templates", share)[1]) <= 100 for share in shares)
    assert page.locator("#templates b").all_inner_texts() == ["first", "online", "candidate"]
    reasons = page.locator("#reasons li").all_inner_texts()
    assert len(reasons) == 2 and all("of frames" in reason for reason in reasons)
    assert any(int(share.split()[0]) > 0 for share in shares)  # it opens on a layer that has something to show
    pictures = set()
    for layer in range(4):
        page.get_by_label("Layer").select_option(index=layer)
        pictures.add(page.locator("#attention").evaluate(MAPS))
    assert len(pictures) == 4


def test_the_page_is_small(page, serving, record_property):
    with serving() as served:
        page.goto(served.url)
        page.wait_for_function(COMPARED)
        page.wait_for_function(KEPT)
    own = served.total(".js")
    told = f"the page: {own / KB:.1f} kB of JavaScript as sent, {served.total() / MB:.2f} MB in all"
    record_property("measured", told)
    assert own < 60 * KB and served.total() < 12 * MB
    assert sum(path.stat().st_size for path in WEB.glob("*.js")) < 90 * KB


def test_another_model_is_taken_and_kept_in_the_address(page, serving, small, toy):
    with serving(small, toy) as served:
        page.goto(served.url)
        page.wait_for_function(COMPARED)
        page.get_by_label("Model").select_option(toy.name)
        page.wait_for_function("document.getElementById('parity').textContent.includes('not known')")
        page.wait_for_function(LOADED)
        assert f"model={toy.name}" in page.url
        page.get_by_role("button", name="Track", exact=True).click()
        page.get_by_text("The track has ended").wait_for()
        assert page.locator("#templates figure").count() > 3  # it keeps more than one online template
        page.reload()
        page.wait_for_function(LOADED)
        assert page.get_by_label("Model").input_value() == toy.name


@pytest.mark.parametrize("page", [{"hosts": [ELSEWHERE]}], indirect=True, ids=["elsewhere"])
@pytest.mark.parametrize("damaged", [False, True])
def test_a_runtime_from_elsewhere_is_pinned_and_checked(page, serving, runtime, damaged):
    asked = []

    def answer(route):
        asked.append(route.request.url)
        body = (runtime / route.request.url.rpartition("/")[2]).read_bytes()
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/octet-stream"}
        route.fulfill(body=body[:-1] + bytes([body[-1] ^ damaged]), headers=headers)

    page.context.route(f"{ELSEWHERE}**", answer)
    with serving(local=False) as served:
        page.goto(served.url)
        if damaged:
            page.get_by_role("alert").wait_for()
            assert "is not the file that was promised (its checksum differs)" in page.get_by_role("alert").inner_text()
        else:
            page.wait_for_function(COMPARED)
            assert page.locator("#parity").get_attribute("data-state") == "agrees"
    names = set(pinned()["providers"]["wasm"].values())
    assert {url.removeprefix(PUBLIC.format(version=pinned()["version"])) for url in asked} == names


def test_a_damaged_model_is_refused_in_words(page, serving, small, tmp_path):
    for path in small.folder.iterdir():
        data = path.read_bytes()
        damaged = data[:-1] + bytes([data[-1] ^ 1]) if path.suffix == ".bin" else data
        (tmp_path / path.name).write_bytes(damaged)
    with serving(PageModel(name=small.name, dtype="fp32", folder=tmp_path, reference=small.reference)) as served:
        page.goto(served.url)
        page.get_by_role("alert").wait_for()
        assert "weights.bin is not the file that was promised" in page.get_by_role("alert").inner_text()
        assert page.get_by_role("button", name="Track", exact=True).is_disabled()


@pytest.mark.parametrize("page", [PHONE, {"reduced_motion": "reduce"}], indirect=True, ids=["phone", "reduced motion"])
def test_narrow_and_calm(page, served):
    page.goto(served.url)
    page.wait_for_function(LOADED)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches"):
        assert not page.locator("#stored").is_visible()
        page.get_by_role("button", name="Track", exact=True).click()
    page.wait_for_function(COMPARED)
    for button in page.get_by_role("button").all():
        assert button.bounding_box()["height"] >= (36 if page.viewport_size["width"] > 560 else 44)


def test_the_embedded_export_is_the_same_network(page, serving, tmp_path):
    found = page_models(("mini-small",), ("fp16",), tmp_path)
    with serving(*(item for item in found if isinstance(item, PageModel))) as served:
        page.goto(served.url)
        page.wait_for_function(COMPARED)
    assert page.locator("#parity").get_attribute("data-state") == "agrees"


def test_without_attention_its_panel_is_absent_and_all_else_works(page, serving, tmp_path_factory, tmp_path):
    export_onnx(str(toy_source(tmp_path_factory)), tmp_path / "toy", attention=False)
    with serving(PageModel(name="toy", dtype="fp32", folder=tmp_path / "toy", reference=None)) as served:
        page.goto(served.url)
        page.wait_for_function(LOADED)
        page.get_by_role("button", name="Track", exact=True).click()
        page.get_by_text("The track has ended").wait_for()
    assert not page.locator("#looking").is_visible() and page.locator("#edges").is_visible()
    assert page.get_by_role("alert").count() == 0


def test_a_module_that_does_not_load_is_told_in_words(page, served):
    page.route("**/inside.js", lambda route: route.abort())
    page.goto(served.url)
    page.get_by_role("alert").wait_for()
    assert "A part of this page did not load" in page.get_by_role("alert").inner_text()
    assert not page.locator("#loading").is_visible()


def test_a_slow_reference_of_another_model_comes_too_late(page, serving, toy, tmp_path):
    event = {"index": 0, "box": {"x": 1, "y": 1, "w": 9, "h": 9}, "score": None, "lost": False, "edges": []}
    (tmp_path / "reference.json").write_text(json.dumps({"events": [event]}))
    held = []
    page.route("**/reference.json", lambda route: held.append(route))
    with serving(replace(toy, name="slow", reference=tmp_path / "reference.json"), toy) as served:
        page.goto(served.url)
        page.get_by_label("Model").select_option(toy.name)
        page.wait_for_function("document.getElementById('parity').textContent.includes('not known')")
        with page.expect_response("**/reference.json"):
            held[0].continue_()
        page.wait_for_function(LOADED)
        page.wait_for_timeout(300)
        assert "not known for this model" in page.inner_text("#parity")

"""The page with its example: what is shown, where it runs, what is fetched, and a second visit without a network."""

import re

import pytest

from playground.app.page import server as page_server
from playground.app.page.example import WEB
from playground.app.page.exports import PageModel
from playground.app.page.runtime import ADDRESS, PUBLIC, pinned

COMPARED = "['agrees', 'differs'].includes(document.getElementById('parity').dataset.state)"
LOADED = "document.getElementById('loading').hidden && !document.getElementById('facts').textContent.includes('…')"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
ELSEWHERE = PUBLIC.partition("npm")[0]
KB, MB = 1000, 1_000_000


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
    before = page.locator("#attention canvas").first.evaluate("c => c.toDataURL()")
    page.get_by_label("Layer").select_option("0")
    assert page.locator("#attention canvas").first.evaluate("c => c.toDataURL()") != before


def test_the_page_is_small(page, serving):
    with serving() as served:
        page.goto(served.url)
        page.wait_for_function(COMPARED)
        page.wait_for_function("document.getElementById('offline').textContent.includes('without a network')")
    own = served.total(".js")
    print(f"{own / KB:.1f} kB of JavaScript as sent, {served.total() / MB:.2f} MB in all")
    assert own < 60 * KB and served.total() < 12 * MB
    assert sum(path.stat().st_size for path in WEB.glob("*.js")) < 90 * KB


@pytest.mark.parametrize("asked", ["auto", "webgpu"])
def test_without_an_adapter_it_runs_on_webassembly_and_says_so(page, served, asked):
    page.goto(f"{served.url}#provider={asked}")
    page.wait_for_function(LOADED)
    if page.evaluate("navigator.gpu?.requestAdapter().then(Boolean) ?? false"):
        pytest.skip("this browser has a WebGPU adapter")
    assert page.inner_text("#facts").startswith("WebAssembly")
    said = ["WebGPU was asked for, but no adapter answers; WebAssembly runs instead."]
    assert page.locator("#notes li").all_inner_texts() == (said if asked == "webgpu" else [])


def test_without_isolation_it_runs_on_one_thread_and_says_so(page, served, monkeypatch):
    monkeypatch.setattr(page_server, "HEADERS", {})
    page.goto(f"{served.url}#threads=2")
    page.wait_for_function(COMPARED)
    assert "1 thread, not isolated" in page.inner_text("#facts")
    assert "headers" in page.inner_text("#notes")
    assert page.locator("#parity").get_attribute("data-state") == "agrees"


def test_a_second_visit_needs_no_network(page, serving):
    with serving() as served:
        page.goto(served.url)
        page.wait_for_function(COMPARED)
        page.wait_for_function("document.getElementById('offline').textContent.includes('without a network')")
        first = len(served.sent)
        page.reload()
        page.wait_for_function(COMPARED)
        again = [name for name, size in served.sent[first:] if size]
        assert not [name for name in again if name.startswith(ADDRESS) or name.endswith((".onnx", ".bin"))]
    page.reload()  # nobody serves it now
    page.wait_for_function(COMPARED)
    assert page.locator("#parity").get_attribute("data-state") == "agrees"
    assert "2 threads, isolated" in page.inner_text("#facts") or "1 thread, isolated" in page.inner_text("#facts")


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

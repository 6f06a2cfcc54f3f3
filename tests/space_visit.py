"""A visit of a Space in a real browser: example, track, download, another model, compare, phone width."""

import csv
from pathlib import Path

from playground.app.demo.toggle import gpu, why_no_gpu

TRACK_MS = 180_000


def visit(address: str, chromium: str, folder: Path) -> set[str]:
    """Do what a visitor does, leave screenshots in ``folder``, and return the hosts that were asked for anything."""
    from playwright.sync_api import sync_playwright

    asked = []
    with sync_playwright() as p:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = p.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(TRACK_MS)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.wait_for_selector(".picker-box")
        _track(page, folder)
        _switch(page, folder)
        _compare(page, folder)
        _on_a_phone(page, folder)
        browser.close()
    return {url.split("/")[2] for url in asked if url.startswith(("http", "ws"))}


def _box(page):
    return [float(page.input_value(f"#box-{part} input")) for part in "xywh"]


def _track(page, folder):
    page.click("#examples button[data-name=easy]")
    page.wait_for_selector("#examples button[data-name=easy][aria-pressed=true]")
    page.click("#track")
    page.wait_for_selector("#results video")
    page.wait_for_selector("#plot .js-plotly-plot")
    with page.expect_download() as download:
        page.click("#download-csv")
    download.value.save_as(folder / "boxes.csv")
    with (folder / "boxes.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 90 and [float(rows[0][part]) for part in "xywh"] == _box(page)
    with page.expect_download() as download:
        page.click("#download-mp4")
    download.value.save_as(folder / "track.mp4")
    page.screenshot(path=folder / "track.png", full_page=True)


def _switch(page, folder):
    """Another model of the embedded family keeps the box; a GPU that is not there cannot be chosen."""
    before, said = _box(page), page.inner_text("#about-model")
    other = "mini-base" if page.input_value("#model input") != "mini-base" else "mini-small"
    page.click("#model input")
    page.get_by_role("option", name=other, exact=True).click()
    page.wait_for_function(
        "said => { const now = document.querySelector('#about-model').innerText;"
        " return now !== said && now.includes('M parameters'); }",
        arg=said,
    )
    assert page.input_value("#model input") == other
    assert _box(page) == before
    if not gpu():
        page.wait_for_selector("#device input[value=gpu]:disabled")
        assert why_no_gpu() in page.inner_text("#device")
    page.screenshot(path=folder / "switch.png")


def _compare(page, folder):
    page.get_by_role("tab", name="Compare", exact=True).click()
    page.click("#other input")
    page.get_by_role("option", name="mini-teacher", exact=True).click()
    page.click("#compare")
    page.wait_for_selector("#compare-results video")
    page.wait_for_selector("#agreement .js-plotly-plot")
    page.screenshot(path=folder / "compare.png", full_page=True)


def _on_a_phone(page, folder):
    page.set_viewport_size({"width": 390, "height": 844})
    for tab in ("Compare", "Track"):
        page.get_by_role("tab", name=tab, exact=True).click()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, tab
    page.screenshot(path=folder / "phone.png", full_page=True)

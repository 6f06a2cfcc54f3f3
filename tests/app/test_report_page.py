"""The page of a report in a real browser: everything drawn, nothing fetched, light and dark, wide and narrow."""

import pytest
from small_results import BAD_NAME, write_results

from playground.app.report_page import report_page
from playground.evaluate.results import read_results

DRAWN = "body[data-drawn]"
DRAW_MS = 120_000


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> str:
    """The address of a page with two data sets."""
    folder = tmp_path_factory.mktemp("report")
    results = write_results(folder)
    (results / "otb-data").rename(results / "first set")
    write_results(folder / "more")
    (folder / "more" / "results" / "otb-data").rename(results / "second")
    page = folder / "report.html"
    page.write_text(report_page(list(read_results(results).values()), 24))
    return page.as_uri()


def test_every_plot_is_there_and_nothing_is_fetched(visit, report):
    with visit(report) as page:  # which fails on requests to anywhere else and on errors
        page.wait_for_selector(DRAWN, timeout=DRAW_MS)
        plots = page.locator(".plot")
        assert plots.count() == page.locator(".plot .main-svg").count() // 3 == 2 * (5 + 3)
        shown = page.evaluate("""() => [...document.querySelectorAll('.plot')].map((plot) =>
            [plot.querySelectorAll('.trace, .heatmaplayer image').length, plot.getBoundingClientRect().width])""")
        assert all(traces > 0 and width > 300 for traces, width in shown)
        assert page.locator(".strip").count() == 6 and page.locator(".pictures svg").count() == 36
        assert page.evaluate("""() => [...document.querySelectorAll('.pictures image')].every((image) => image.href)""")
        assert page.title() == "Tracking report" and page.locator("nav a").count() == 2
        page.click("nav a:has-text('second')")
        assert page.evaluate("() => document.getElementById('data-second').getBoundingClientRect().top") < 200


def test_names_are_text_wherever_they_stand(visit, report):
    with visit(report) as page:
        page.wait_for_selector(DRAWN, timeout=DRAW_MS)
        assert (
            page.locator("main b:text-is('bad&')").count() == 0 and page.locator("main i:text-is('odd&')").count() == 0
        )
        for place in ("#trackers label", "tbody th", ".legendtext", ".textpoint", ".ytick"):
            assert page.locator(f"{place}:has-text('{BAD_NAME}')").count() > 0, place


def test_a_tracker_is_hidden_everywhere_by_keyboard_and_comes_back(visit, report):
    hidden = """() => [...document.querySelectorAll('.plot')].map((plot) =>
        plot.data.filter((trace) => trace.meta !== undefined && trace.visible === false).map((trace) => trace.meta))"""
    with visit(report) as page:
        page.wait_for_selector(DRAWN, timeout=DRAW_MS)
        mark = page.locator("rect[data-tracker=good]").first
        assert mark.is_visible()
        page.focus("#trackers input[value=good]")
        page.keyboard.press("Space")
        page.wait_for_function(f"() => ({hidden})().every((names) => names.length && names.every((n) => n === 'good'))")
        assert not mark.is_visible() and page.locator("tr.off[data-tracker=good]").count() == 4
        page.keyboard.press("Space")
        page.wait_for_function(f"() => ({hidden})().every((names) => names.length === 0)")
        assert mark.is_visible() and page.locator(".off").count() == 0


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_text_stands_out_on_light_and_dark_ground_on_a_narrow_screen(browser, report, scheme, dark):
    context = browser.new_context(viewport={"width": 380, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(report, timeout=DRAW_MS)
    page.wait_for_selector(DRAWN, timeout=DRAW_MS)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 380
    luminance = """(element, name) => { const [r, g, b] = getComputedStyle(element)[name].match(/[\\d.]+/g).map(
        (v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; }"""
    ground = page.evaluate(f"() => ({luminance})(document.body, 'backgroundColor')")
    assert (ground < 0.1) is dark
    for place in (".lead", ".xtick text", ".ytick text", ".legendtext", ".g-xtitle text", ".annotation text"):
        name = "color" if place == ".lead" else "fill"
        ink = page.locator(place).first.evaluate(f"(element) => ({luminance})(element, '{name}')")
        light, deep = max(ground, ink), min(ground, ink)
        assert (light + 0.05) / (deep + 0.05) >= 4.5, place
    context.close()

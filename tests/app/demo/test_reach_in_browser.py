"""The page for everybody: by keyboard, for screen readers, on a phone, in light and dark."""

import pytest

TABS = ("Compare", "Look inside", "Distil", "Webcam", "Track")
ROLES = {"button", "checkbox", "combobox", "link", "radio", "slider", "spinbutton", "tab", "textbox"}


def _nameless(page) -> list[str]:
    """Controls that a screen reader could only call by what kind of thing they are."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    found = [node for node in tree if not node["ignored"] and node.get("role", {}).get("value") in ROLES]
    assert len(found) > 10
    return [f"{node['role']['value']} {node['nodeId']}" for node in found if not node["name"].get("value", "").strip()]


def test_every_control_of_every_tab_says_what_it_is(page):
    for tab in TABS:
        page.get_by_role("tab", name=tab, exact=True).click()
        page.wait_for_selector(f"[role=tab][aria-selected=true]:text-is('{tab}')")
        assert _nameless(page) == [], tab


def test_a_visit_without_a_mouse(page, upload, type_box, square_clip):
    upload(page, square_clip)
    type_box(page, (20, 30, 24, 24))
    page.focus(".picker-frame")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => document.querySelector('#box-x input').value === '30'")
    assert page.input_value("#box-y input") == "29"
    passed = []
    while "track" not in passed and len(passed) < 60:
        page.keyboard.press("Tab")
        passed.append(page.evaluate("() => document.activeElement.closest('#left [elem], [id]').id"))
    outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"  # one sees where one is
    page.keyboard.press("Enter")
    page.wait_for_selector("#results video")


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_on_a_phone_nothing_is_wider_than_the_screen(visit, demo_server, upload, type_box, square_clip):
    with visit(demo_server.url, **PHONE) as page:
        page.wait_for_selector(".picker-box")
        upload(page, square_clip)
        type_box(page, (20, 30, 24, 24))
        page.tap("#track")
        page.wait_for_selector("#results video", timeout=120_000)
        page.wait_for_selector("#plot .js-plotly-plot")
        for tab in reversed(TABS):
            opened = page.get_by_role("tab", name=tab, exact=True)
            if not opened.is_visible():  # those that find no room are behind the last button of the row
                page.locator(".overflow-menu > button").tap()
                opened = page.locator(".overflow-dropdown button", has_text=tab)
            opened.tap()
            page.wait_for_function("tab => document.body.dataset.tab === tab", arg=tab.lower().replace("look ", ""))
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, tab


def test_a_plot_that_was_hidden_while_the_window_narrowed_fits_it(page, upload, type_box, square_clip):
    upload(page, square_clip)
    type_box(page, (20, 30, 24, 24))
    page.click("#track")
    page.wait_for_selector("#plot .js-plotly-plot .main-svg")
    assert page.locator("#plot .main-svg").first.bounding_box()["width"] > 390
    page.get_by_role("tab", name="Compare", exact=True).click()
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("tab", name="Track", exact=True).click()
    width = "document.querySelector('#plot .main-svg').getBoundingClientRect().width"
    page.wait_for_function(f"() => {width} > 200 && {width} < 390")


CONTRAST = """(selectors) => {
  const shade = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    const line = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return { a, light: 0.2126 * line(r) + 0.7152 * line(g) + 0.0722 * line(b) };
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const found = shade(getComputedStyle(node).backgroundColor);
      if (found.a > 0.9) return found.light;
    }
    return 1;
  };
  const told = {};
  for (const selector of selectors) {
    const node = document.querySelector(selector);
    const [a, b] = [shade(getComputedStyle(node).color).light, ground(node)].sort((p, q) => q - p);
    told[selector] = (a + 0.05) / (b + 0.05);
  }
  return told;
}"""
WORDS = [
    "#header h1", "#header p", ".step", ".step small", ".step span", ".picker-caption", ".picker-tools button",
    "#about-model p", "#limits p", "#track", ".stage-empty p", ".link button", "[role=tab][aria-selected=true]",
    "[role=tab][aria-selected=false]", "#device .info-text", "#examples span", "#box-x label span",
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(visit, demo_server, theme):
    with visit(f"{demo_server.url}/?__theme={theme}") as page:
        page.wait_for_selector(".picker-box")
        assert page.evaluate("() => document.body.classList.contains('dark')") is (theme == "dark")
        found = page.evaluate(CONTRAST, [words for words in WORDS if page.locator(words).count()])
        assert len(found) >= len(WORDS) - 1  # where there is a GPU, nothing is said of one
        assert {words: round(value, 2) for words, value in found.items() if value < 4.5} == {}

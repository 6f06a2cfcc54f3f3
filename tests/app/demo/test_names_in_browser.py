"""Names that hold HTML are shown as text, wherever they come from: a link, a file, a model, an address, an answer."""

import shutil
from urllib.parse import quote

import pytest

ATTACK = (
    '<img src=x onerror="window.attacked=\'{}\'"><script>window.attacked=1</script><svg onload="window.attacked=1">'
    "![x](x) [x](javascript:window.attacked=1) <a href='//example.org'>log in</a>"
)


def _attack(where: str) -> str:
    return ATTACK.format(where)


def _unharmed(page) -> None:
    page.wait_for_timeout(300)  # for an error of a picture to come
    assert page.evaluate("() => window.attacked") is None
    assert (
        page.locator("img[onerror], svg[onload], img[src=x], a[href*='example.org'], a[href^=javascript]").count() == 0
    )


@pytest.mark.parametrize("name", ["start", "box", "device", "tab", "clip"])
def test_a_link_runs_nothing(visit, demo_server, name):
    with visit(f"{demo_server.url}/?{name}={quote(_attack(name))}") as page:
        page.wait_for_selector(".toast-body")
        _unharmed(page)


def test_a_model_named_like_a_page_runs_nothing(visit, demo_server):
    with visit(f"{demo_server.url}/?model={quote(_attack('model'))}") as page:
        page.wait_for_selector("#about-model .wrong")
        page.wait_for_selector(".picker-box")
        page.click("#track")
        page.wait_for_selector(".toast-body")
        _unharmed(page)


def test_a_file_named_like_a_page_runs_nothing(page, upload, square_clip, tmp_path):
    named = tmp_path / "a<img src=x onerror=window.attacked=1>b.mp4"
    shutil.copy(square_clip, named)
    page.set_input_files("#upload input[type=file]", named)
    page.wait_for_function("() => document.querySelector('.picker-caption').textContent.includes('128×96')")
    _unharmed(page)
    broken = tmp_path / "c<img src=x onerror=window.attacked=1>d.mp4"
    broken.write_bytes(square_clip.read_bytes()[:400])
    page.set_input_files("#upload input[type=file]", broken)
    page.wait_for_selector(".toast-body")
    _unharmed(page)


def test_a_model_folder_named_like_a_page_runs_nothing_in_its_results(visit, demo_server, toy_model, tmp_path):
    """Its name stands in summaries, in figures and over the pictures to swipe."""
    folder = tmp_path / "<img src=x onerror=window.attacked=1>"
    shutil.copytree(toy_model, folder)
    with visit(f"{demo_server.url}/?tab=compare&model={quote(str(folder))}") as page:
        page.wait_for_selector(".picker-box")
        page.wait_for_selector("#about-model p:not(.wrong)")
        page.fill("#end input[type=number]", "3")
        page.press("#end input[type=number]", "Tab")
        page.fill("#other input", "first-box")
        page.press("#other input", "Tab")
        page.click("#compare")
        page.wait_for_selector("#compare-results .summary", timeout=120_000)
        page.wait_for_selector("#agreement .js-plotly-plot")
        _unharmed(page)

"""What the browser keeps of the page: a second visit without a network, and the newer page after an update."""

import shutil
from dataclasses import replace
from urllib.parse import urlsplit

from page_states import COMPARED, KEPT, LOADED

from playground.app.page.example import WEB
from playground.app.page.runtime import ADDRESS


def test_a_second_visit_needs_no_network(page, serving):
    with serving() as served:
        page.goto(served.url)
        page.wait_for_function(COMPARED)
        page.wait_for_function(KEPT)
        first = len(served.sent)
        page.reload()
        page.wait_for_function(COMPARED)
        again = [name for name, size in served.sent[first:] if size]
        assert not [name for name in again if name.startswith(ADDRESS) or name.endswith((".onnx", ".bin"))]
        served.stop()
        answered = len(served.sent)
        page.reload()
        page.wait_for_function(COMPARED)
        assert len(served.sent) == answered
    assert page.locator("#parity").get_attribute("data-state") == "agrees"
    assert ", isolated" in page.inner_text("#facts")


def test_after_an_update_the_new_page_is_kept_whole(page, serving, toy, tmp_path):
    web = shutil.copytree(WEB, tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    (web / "newer.js").write_text("document.title = 'newer';")
    (web / "main.js").write_text('import "./newer.js";' + (WEB / "main.js").read_text())
    with serving(toy) as before:
        page.goto(before.url)
        page.wait_for_function(LOADED)
        page.wait_for_function(KEPT)
    (old,) = page.evaluate("caches.keys().then((names) => names.filter((name) => name.includes('page')))")
    port = urlsplit(before.url).port
    with serving(toy, replace(toy, name="other"), web=web, port=port) as after:
        page.reload()
        page.wait_for_function(LOADED)
        page.wait_for_function(KEPT)
        after.stop()
        answered = len(after.sent)
        page.reload()
        page.wait_for_function(LOADED)
        assert len(after.sent) == answered
    assert page.title() == "newer"
    kept = page.evaluate("caches.keys().then((names) => names.filter((name) => name.includes('page')))")
    assert len(kept) == 1 and kept != [old]
    found = "fetch('models/other/fp32/manifest.json').then(({ ok }) => ok)"
    assert page.evaluate(found)  # the model that came with the update

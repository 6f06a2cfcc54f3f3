"""Where the page runs: WebGPU, WebAssembly instead of it, and one thread where there cannot be more."""

import pytest
from page_states import COMPARED, LOADED

from playground.app.page import server as page_server

# In the worker: an adapter that answers and then has no device, as after a driver was lost.
BROKEN = """Object.defineProperty(navigator, "gpu", { value: {
  requestAdapter: async () => ({
    features: new Set(), limits: {}, info: {}, requestDevice: async () => { throw new Error("the device is lost"); },
  }),
} });
"""


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


def test_a_session_that_webgpu_cannot_open_is_opened_on_webassembly_and_told(page, serving, toy):
    with serving(toy, first=BROKEN) as served:
        page.goto(f"{served.url}#provider=webgpu&threads=1")
        page.wait_for_function(LOADED)
        assert page.inner_text("#facts").startswith("WebAssembly, 1 thread")
        (said,) = page.locator("#notes li").all_inner_texts()
        assert said.startswith("WebGPU gave up (") and said.endswith("WebAssembly runs instead.")
        page.get_by_role("button", name="Track", exact=True).click()
        page.get_by_text("The track has ended").wait_for()
        assert page.inner_text("#frames") == "60"

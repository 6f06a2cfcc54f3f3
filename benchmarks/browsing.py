"""The browser page at length: the real page in a headless Chromium, tracking its example and a camera without a pause.

Every lap of the example has to give the boxes of the first, which have to agree with PyTorch's where those are known;
every box of the camera has to lie in the picture, and no script may fail. Memory is that of the page's process; its
heap is read after a collection, and WebAssembly's memory where the runtime asked for it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright
from process import growth, resident_mib

from playground.app.page.example import WEB
from playground.app.page.exports import PageModel, page_models
from playground.app.page.runtime import find_runtime
from playground.app.page.server import open_server, pack_ahead
from playground.app.page.site import make_site
from playground.cache import default_cache
from playground.chromium import find_browser

FLAGS = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
INSTALLED = Path(__file__).resolve().parents[1] / "build" / "onnxruntime-web"  # where the tests put it
SAMPLES, LEAST_S = 120, 0.5
CAMERA = (0.4, 0.8)  # the part of the time in which the camera is tracked, as shares of the whole
WAIT_MS = 120_000

# Counts answers of the tracker's worker, and boxes that are none; keeps the boxes of the latest track.
WATCH = """
window.soaked = { answers: 0, wrong: 0, boxes: [] };
window.Worker = class extends Worker {
  constructor(...asked) {
    super(...asked);
    this.addEventListener("message", ({ data: { type, event } }) => {
      if (type !== "answer") return;
      const { x, y, w, h } = event.box;
      const { width, height } = document.getElementById("view");
      if (event.index === 0) window.soaked.boxes = [];
      window.soaked.boxes.push([x, y, w, h]);
      window.soaked.answers += 1;
      window.soaked.wrong += !(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= width && y + h <= height);
    });
  }
};
"""
# Before the worker's own code: what WebAssembly memory it asks for.
KEEP = """
globalThis.memories = [];
WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
  construct(made, asked) {
    const memory = Reflect.construct(made, asked);
    memories.push(memory);
    return memory;
  },
});
"""
WASM_MIB = "() => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) / 2 ** 20"
READY = "document.getElementById('loading').hidden && !document.getElementById('facts').textContent.includes('…')"
STATE = """() => ({
  wrong: soaked.wrong,
  ended: document.getElementById("hint").textContent.includes("The track has ended"),
  parity: document.getElementById("parity").dataset.state,
  alert: document.getElementById("alert").hidden ? "" : document.getElementById("alert").innerText,
})"""


class Sample(NamedTuple):
    """Seconds since the first box; MiB of the page's heap, of WebAssembly's memory, of the process; frames so far."""

    second: float
    heap: float
    wasm: float
    resident: float
    frames: int


@dataclass(frozen=True, kw_only=True)
class Browsed:
    """What was tracked, in words, what the page held meanwhile, and what was wrong."""

    told: str
    samples: list[Sample]
    wrong: list[str] = field(default_factory=list)

    def rates(self, over_s: float = 60) -> tuple[float, float]:
        """Frames a second in the first ``over_s`` seconds and in the last."""
        begin, end = self.samples[0], self.samples[-1]
        early = next((one for one in self.samples if one.second - begin.second >= over_s), end)
        late = next((one for one in reversed(self.samples) if end.second - one.second >= over_s), begin)
        return _rate(begin, early), _rate(late, end)

    def report(self, head: str) -> str:
        """The result as Markdown."""
        (first, last), grown = self.rates(), growth(self.samples)
        words = (
            f"{self.told}; {len(self.wrong)} wrong. First minute {first:.1f} frames a second, last {last:.1f}. "
            f"The last third against the third before: heap {grown.heap:+.1f} MiB, WebAssembly {grown.wasm:+.1f} MiB, "
            f"process {grown.resident:+.0f} MiB."
        )
        return "\n\n".join([head, words, _table(self.samples), *self.wrong[:20]]) + "\n"


def installed_runtime() -> Path | None:
    """Where ONNX Runtime Web is on this machine."""
    return find_runtime(None) or (find_runtime(INSTALLED) if INSTALLED.is_dir() else None)


def browse(seconds: float, model: str, cache: Path | None = None) -> Browsed:
    """Visit the page for so long: at first and at the end it tracks its example, between them a camera."""
    found = page_models((model,), ("fp32",), cache or default_cache())
    models = [one for one in found if isinstance(one, PageModel)]
    site = dict(make_site(models, installed_runtime()))
    site["worker.js"] = KEEP.encode() + (WEB / "worker.js").read_bytes()
    pack_ahead(site)
    wrong: list[str] = []
    with open_server(site, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_context(viewport={"width": 1300, "height": 1000}).new_page()
        page.set_default_timeout(WAIT_MS)
        page.context.on("weberror", lambda found: wrong.append(f"a script failed: {found.error}"))
        page.on("crash", lambda _: wrong.append("the page crashed"))
        page.add_init_script(WATCH)
        page.goto(server.address)
        page.wait_for_function(READY)
        told, samples = _visit(page, seconds, _sampler(browser.new_browser_cdp_session(), page), wrong)
        version = browser.version
        browser.close()
        server.shutdown()
    return Browsed(told=f"{told}, in Chromium {version}", samples=samples, wrong=wrong)


def _visit(page: Page, seconds: float, sample: Callable[[float], Sample], wrong: list[str]) -> tuple[str, list[Sample]]:
    begin, every = time.monotonic(), max(LEAST_S, seconds / SAMPLES)
    samples, laps, camera, bad = [sample(0.0)], 0, False, 0
    first: list[list[float]] = []
    page.click("#parity")
    while (now := time.monotonic() - begin) < seconds or not laps:
        if laps and not camera and CAMERA[0] * seconds <= now < CAMERA[1] * seconds:
            camera = True
            _film(page)
        elif camera and now >= CAMERA[1] * seconds:
            camera = False
            page.click("#parity")
        page.wait_for_timeout(200)
        state = page.evaluate(STATE)
        if state["alert"]:
            wrong.append(f"after {now:.0f} s: {state['alert']}")
            break
        if state["wrong"] > bad:
            bad = state["wrong"]
            wrong.append(f"after {now:.0f} s: {bad} boxes outside of the picture")
        if not camera and state["ended"]:
            laps, boxes = laps + 1, page.evaluate("soaked.boxes")
            first = first or boxes
            wrong += [] if boxes == first else [f"lap {laps}: other boxes than in the first"]
            wrong += [] if state["parity"] != "differs" else [f"lap {laps}: {page.inner_text('#parity')}"]
            page.click("#parity")
        if now - samples[-1].second >= every:
            samples.append(sample(now))
    samples.append(sample(time.monotonic() - begin))
    told = f"{laps} laps of the example, {samples[-1].frames} frames with the camera's, {seconds / 60:g} minutes"
    return told, samples


def _film(page: Page) -> None:
    """Choose a box in the middle of the camera's picture, by keys, and track it."""
    page.click("#sources button[value=camera]")
    page.wait_for_function("document.querySelector('#sources [value=camera]').ariaPressed === 'true'")
    page.focus("#view")
    for _ in range(2):
        page.keyboard.press("Enter")


def _sampler(session: Any, page: Page) -> Callable[[float], Sample]:
    """A function that reads what the page holds; the process is the one that has used the most time."""
    running = session.send("SystemInfo.getProcessInfo")["processInfo"]
    process = max((one for one in running if one["type"] == "renderer"), key=lambda one: one["cpuTime"])["id"]
    own = page.context.new_cdp_session(page)

    def sample(second: float) -> Sample:
        own.send("HeapProfiler.collectGarbage")
        heap = own.send("Runtime.getHeapUsage")["usedSize"] / 2**20
        wasm = sum(worker.evaluate(WASM_MIB) for worker in page.workers if worker.url.endswith("/worker.js"))
        return Sample(second, heap, wasm, resident_mib(process), page.evaluate("soaked.answers"))

    return sample


def _rate(one: Sample, other: Sample) -> float:
    return (other.frames - one.frames) / max(other.second - one.second, 1e-9)


def _table(samples: list[Sample], rows: int = 11) -> str:
    chosen = [samples[round(i * (len(samples) - 1) / (rows - 1))] for i in range(rows)]
    lines = ["| s | heap MiB | WebAssembly MiB | process MiB | frames |", "|---|---|---|---|---|"]
    return "\n".join(
        [*lines, *(f"| {s:.0f} | {heap:.1f} | {wasm:.0f} | {mib:.0f} | {n} |" for s, heap, wasm, mib, n in chosen)]
    )

"""Milliseconds a frame in the browser: the page's worker with several models, precisions, threads and providers.

python benchmarks/browser.py [--runtime FOLDER] [--nanotrack FOLDER] [--frames 60] [--small] [--out DIR]

A Markdown table: a whole frame (picture to the worker, answer back) and the network alone, as medians and, in
brackets, as the time that a tenth of the frames is below, which says more on a machine with other work to do. Then the
seconds from opening the page to the first box, at the first visit and at the second. FOLDER of NanoTrack holds its two
graphs; they run in the same page without any cropping. --small adds the full-size network with random weights, whose
speed is that of a trained one. ONNX Runtime Web is that of --runtime, else the one that is installed; Chromium the one
in CHROMIUM or on the PATH. --out also writes the report to a file named by date and machine in that folder.
"""

import argparse
import os
import statistics
import tempfile
import threading
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import torch
from browsing import installed_runtime
from playwright.sync_api import Browser, sync_playwright
from written import source_line, write

from playground.app.benchmark_command import machine_slug
from playground.app.markdown import table_lines
from playground.app.page.exports import PageModel, page_models
from playground.app.page.runtime import find_runtime
from playground.app.page.server import open_server, pack_ahead
from playground.app.page.site import make_site
from playground.cache import default_cache
from playground.chromium import find_browser
from playground.config import PRESETS, TrackerConfig
from playground.evaluate.machine import describe_machine
from playground.export.onnx import export_onnx
from playground.hub import save_model
from playground.model import MixFormer
from playground.peers.opencv import NANOTRACK_FILES

TITLE = "Milliseconds a frame in the browser"
DTYPES, THREADS, PROVIDERS = ("fp32", "int8"), (1, 2), ("wasm", "webgpu")
WARM_UP = 5
EMPTY = "empty.html"

TRACK = """async ([name, dtype, provider, threads, frames, warmUp]) => {
  const [{ Remote }, { readSite, readExample }, { openExample }] =
    await Promise.all(["remote", "site", "source"].map((module) => import(`/${module}.js`)));
  const [site, facts] = await Promise.all([readSite(), readExample()]);
  const source = await openExample(facts);
  const context = new OffscreenCanvas(facts.width, facts.height).getContext("2d", { alpha: false });
  const picture = (i) => {
    source.index = i % facts.frames;
    source.draw(context);
    return createImageBitmap(context.canvas);
  };
  const model = site.models.find((one) => one.name === name && one.dtype === dtype);
  const remote = new Remote();
  const { facts: found } = await remote.load({ site, base: document.baseURI, model, provider, threads }, () => {});
  await remote.start(await picture(0), facts.box, 0);
  const [whole, network] = [[], []];
  for (let i = 1; i <= frames + warmUp; i++) {
    const begin = performance.now();
    const { event } = await remote.step(await picture(i), i / facts.fps);
    if (i <= warmUp) continue;
    whole.push(performance.now() - begin);
    network.push(event.timing_ms.locate);
  }
  return { found, whole, network };
}"""

NANOTRACK = """async ([provider, threads, frames, warmUp]) => {
  const [{ loadRuntime }, { readSite }] = await Promise.all(["runtime", "site"].map((one) => import(`/${one}.js`)));
  const { runtime } = await readSite();
  const { ort } = await loadRuntime(runtime, document.baseURI, { provider, threads }, () => {});
  const options = { executionProviders: [provider] };
  const open = (name) => ort.InferenceSession.create(`/nanotrack/${name}.onnx`, options);
  const [backbone, head] = [await open("backbone"), await open("head")];
  const random = (...dims) =>
    new ort.Tensor("float32", Float32Array.from({ length: dims.reduce((a, b) => a * b) }, Math.random), dims);
  const [search, template] = [random(1, 3, 255, 255), random(1, 48, 8, 8)];
  const network = [];
  for (let i = 1; i <= frames + warmUp; i++) {
    const begin = performance.now();
    const { output } = await backbone.run({ input: search });
    await head.run({ input1: template, input2: output });
    if (i > warmUp) network.push(performance.now() - begin);
  }
  return { found: { provider, threads }, whole: [], network };
}"""

FIRST_BOX = "performance.getEntriesByName('first-box')[0]?.startTime"


def models(small: bool, folder: Path) -> Iterator[PageModel]:
    """The embedded model, and the full-size one with random weights."""
    for item in page_models(("mini-small",), DTYPES, default_cache()):
        if isinstance(item, PageModel):
            yield item
    if small:
        torch.manual_seed(0)
        save_model(MixFormer(PRESETS["small"]), TrackerConfig(), folder / "small")
        for dtype in DTYPES:
            export_onnx(str(folder / "small"), folder / dtype, dtype=dtype, attention=True)
            yield PageModel(name="small", dtype=dtype, folder=folder / dtype, reference=None)


def measure(browser: Browser, address: str, script: str, arguments: list[Any]) -> dict[str, Any]:
    """What a script of this file says in a fresh visit to an empty page of the site."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + EMPTY)
    found: dict[str, Any] = page.evaluate(script, arguments)
    context.close()
    return found


def row(name: str, dtype: str, found: dict[str, Any]) -> list[str]:
    """A line of the table."""
    facts, whole, network = found["found"], found["whole"], found["network"]
    times = [f"{statistics.median(one):.1f} ({_quick(one):.1f})" if one else "–" for one in (whole, network)]
    rate = f"{1000 / statistics.median(whole):.0f} ({1000 / _quick(whole):.0f})" if whole else "–"
    return [name, dtype, facts["provider"], str(facts["threads"]), *times, rate]


def _quick(times: list[float]) -> float:
    """What a tenth of the times is below."""
    return statistics.quantiles(times, n=10)[0]


def first_box(browser: Browser, address: str) -> tuple[float, float]:
    """Seconds from opening the page to the first box, at a first and at a second visit."""
    context = browser.new_context()
    seconds = []
    for _ in range(2):
        page = context.new_page()
        page.goto(address)
        seconds.append(page.wait_for_function(FIRST_BOX, timeout=120_000).json_value() / 1000)
        page.wait_for_function("document.getElementById('offline').textContent.includes('without a network')")
        page.close()
    context.close()
    return seconds[0], seconds[1]


def lines(browser: Browser, address: str, offered: list[PageModel], nanotrack: bool, frames: int) -> Iterator[str]:
    """The report. Providers without an adapter are left out, and so is what would run as something else."""
    adapter = measure(browser, address, "() => navigator.gpu?.requestAdapter().then(Boolean) ?? false", [])
    providers = PROVIDERS if adapter else PROVIDERS[:1]
    rows = []
    for model, provider, threads in product(offered, providers, THREADS):
        found = measure(browser, address, TRACK, [model.name, model.dtype, provider, threads, frames, WARM_UP])
        rows.append(row(model.name, model.dtype, found))
    if nanotrack:
        for provider, threads in product(providers, THREADS):
            found = measure(browser, address, NANOTRACK, [provider, threads, frames, WARM_UP])
            rows.append(row("NanoTrack v2", "fp32", found))
    cold, warm = first_box(browser, address)
    head = ["model", "weights", "runs on", "threads", "frame ms (quickest tenth)", "network ms", "frames a second"]
    yield from table_lines(head, rows, text=3)
    yield f"\nFirst box {cold:.1f} s after a cold start, {warm:.1f} s at the second visit.\n"
    gpu = "a WebGPU adapter answers" if adapter else "no WebGPU adapter, so WebAssembly alone"
    facts = (f"load {os.getloadavg()[0]:.1f}", f"Chromium {browser.version}", gpu, f"{frames} frames")
    yield source_line("cpu", *facts)


def main() -> None:
    """Serve, visit, print, write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runtime", type=Path)
    parser.add_argument("--nanotrack", type=Path)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--out", type=Path, help="folder for a file named by date and machine")
    asked = parser.parse_args()
    runtime = find_runtime(asked.runtime) if asked.runtime else installed_runtime()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        offered = list(models(asked.small, Path(folder)))
        site = {**make_site(offered, runtime), EMPTY: b"<!doctype html>"}
        if asked.nanotrack:
            graphs = zip(("backbone", "head"), NANOTRACK_FILES, strict=True)
            site |= {f"nanotrack/{name}.onnx": asked.nanotrack / file for name, file in graphs}
        pack_ahead(site)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        with open_server(site, 0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            text = "\n".join(lines(browser, server.address, offered, asked.nanotrack is not None, asked.frames))
            server.shutdown()
        browser.close()
    print(text)
    if asked.out:
        stem = f"{date.today()}-{machine_slug(describe_machine())}-browser"
        write(asked.out / f"{stem}.md", TITLE, text)


if __name__ == "__main__":
    main()

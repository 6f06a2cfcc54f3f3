"""The browser page's part of benchmarks/soak.py, short: the same boxes in every lap, in memory that stays flat."""

import importlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from exported import toy_export

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="what a process holds is read from /proc"
)


@pytest.fixture
def modules(monkeypatch):
    """``browsing`` and ``process`` of the benchmarks."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("browsing"), importlib.import_module("process")
    for name in ("browsing", "process"):
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("runtime", "chromium")  # they install, skip or fail as for every test of the page
def test_the_browser_page_gives_the_same_boxes_in_flat_memory(modules, tmp_path, tmp_path_factory):
    browsing, process = modules
    model = str(toy_export(tmp_path_factory))
    with ThreadPoolExecutor(1) as own_thread:  # another test's Playwright may be open in this one
        ended = own_thread.submit(browsing.browse, 6, model, tmp_path).result()
    assert ended.wrong == [] and " laps of the example" in ended.told and not ended.told.startswith("0 ")
    grown = process.growth(ended.samples)
    assert grown.heap < 2 and grown.wasm == 0 and ended.samples[-1].wasm > 1 and ended.samples[-1].frames > 60
    assert "0 wrong" in ended.report("short") and "| WebAssembly MiB |" in ended.report("short")

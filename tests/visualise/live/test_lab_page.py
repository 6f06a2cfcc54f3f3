"""JupyterLab itself: a browser runs the notebook of the live views, moves sliders and sees figures change.

The page may ask its own server only. How long a redraw took is printed, and decides nothing.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[3]
NOTEBOOK = ROOT / "notebooks" / "05_look_inside.ipynb"
LIMIT_S = 300
PACE_MS = 400  # between two moves of somebody who looks at each figure
PAUSE_MS = 3000  # in which a kernel at rest draws what the next move will show
TOKEN = "a-token-of-this-test"
WRONG = "live.attention_view(seen, layer=99)"
# What a notebook's reader may have settled long ago: no news, every cell on the page at once.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/themes": {"theme": os.environ.get("PLAYGROUND_LAB_THEME", "JupyterLab Light")},
}

DATA = "(plot) => JSON.stringify(plot.data.map((trace) => [trace.z ?? trace.y, trace.x]))"
DRAWN = "(plot) => plot.querySelector('.plot-container').innerHTML"
CUT_OFF = "WebSocket.prototype.send = () => {}"  # nothing reaches the kernel any more
# Milliseconds from the key to the end of the drawing that follows.
WAIT = """(plot) => { window.redrawn = new Promise((done) => {
  document.addEventListener("keydown", () => {
    const pressed = performance.now();
    plot.once("plotly_afterplot", () => done(performance.now() - pressed));
  }, { capture: true, once: true });
}); }"""


@pytest.mark.timeout(2 * LIMIT_S)
def test_sliders_move_figures_in_jupyterlab(tmp_path, chromium):
    for name in ("jupyterlab", "anywidget", "nbformat", "playwright.sync_api"):
        pytest.importorskip(name)
    _copy(tmp_path / "look.ipynb")
    with _lab(tmp_path) as address, ThreadPoolExecutor(1) as pool:  # Playwright allows one browser a thread
        seen = pool.submit(_visit, address, chromium).result()
    assert not seen["outside"]
    assert not seen["tracebacks"]
    assert seen["sentence"].startswith("layer: this model has layers 0..")
    for name in ("layer", "removed", "drawn ahead"):
        before, after = seen[name]
        assert before["data"] != after["data"], f"{name}: the figure holds the same numbers after the slider moved"
        assert before["drawn"] != after["drawn"], f"{name}: what is on the page did not change"
        assert before["said"] != after["said"]
    assert seen["clicked"] == ["3", "10"], "row and column do not say which patch was clicked"
    assert seen["opened"] == "0", "a click on the first layer's bar did not take the attention there"
    sys.stdout.write(f"key to redrawn figure, ms of each move: {seen['took']}\n")


def _copy(path):
    """The notebook without its outputs, and with one cell more that asks for what is not there."""
    import nbformat

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.cells.insert(-1, nbformat.v4.new_code_cell(WRONG))
    nbformat.write(notebook, path)
    for picture in NOTEBOOK.parent.glob("*.svg"):
        shutil.copy(picture, path.parent)


@contextmanager
def _lab(folder):
    """The address of the notebook in a JupyterLab that keeps all it writes in ``folder``."""
    for name, settings in SETTINGS.items():
        path = folder / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "runtime"}
    environment = os.environ | {f"JUPYTER_{name}": str(folder / place) for name, place in places.items()}
    environment |= {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PLAYGROUND_FAST": "1",
        "CHROMIUM": str(folder / "none"),  # a front end is alive: no picture is needed beside it
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}", "--ServerApp.port_retries=0"]
    with (folder / "lab.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api", server, folder / "lab.log")
            yield f"http://127.0.0.1:{port}/lab/tree/look.ipynb?token={TOKEN}"
        finally:
            server.terminate()
            server.wait(60)


def _wait_for(address, server, log):
    deadline = time.monotonic() + LIMIT_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def _visit(address, chromium):
    """Run everything, move both sliders, and tell what was seen."""
    from playwright.sync_api import sync_playwright

    host = re.match(r"\w+://[^/]+", address)[0]
    own = (host, host.replace("http", "ws"), "data:", "blob:")
    asked = []
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(LIMIT_S * 1000)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        _run_all(page)
        took = {}
        seen = {"layer": _moved(page, "live.attention_view(seen)", "ArrowLeft", took)}
        seen["removed"] = _moved(page, "live.removal_view(", "End", took)
        seen["took"] = took
        patches = _click(page, "live.patch_view(seen)", 10.5 / 14, 3.5 / 14)
        seen["clicked"] = [_says(patches.nth(place), value) for place, value in enumerate(("3", "10"))]
        _click(page, "live.budget_view(seen", 0.05, 0.5 / 4)
        seen["opened"] = _says(_cell(page, "live.attention_view(seen)").locator(".noUi-handle").first, "0")
        seen["sentence"] = _cell(page, WRONG).get_by_role("alert").text_content()
        seen["tracebacks"] = [text for text in page.locator(".jp-OutputArea").all_inner_texts() if "Traceback" in text]
        if folder := os.environ.get("PLAYGROUND_SCREENSHOTS"):
            _photograph(page, Path(folder))
        page.wait_for_timeout(PAUSE_MS)
        page.evaluate(CUT_OFF)
        seen["drawn ahead"] = _moved(page, "live.attention_view(seen)", "ArrowRight", {}, more=0)
        browser.close()
    return seen | {"outside": [url for url in asked if not url.startswith(own)]}


def _run_all(page):
    from playwright.sync_api import TimeoutError

    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
    _wait_for_kernel(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    try:
        page.locator(".jp-OutputArea-output", has_text="Run time of").wait_for()
    except TimeoutError:
        said = "\n".join(page.locator(".jp-OutputArea").all_inner_texts())
        pytest.fail(f"the notebook did not reach its end; its cells said:\n{said[-2000:]}")


def _wait_for_kernel(page):
    """Until the page talks to its kernel: to run cells before that starts a second one in place of the first."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        sessions = page.evaluate("fetch('/api/sessions').then((answer) => answer.json())")
        if any(one["kernel"]["connections"] and one["kernel"]["execution_state"] == "idle" for one in sessions):
            return
        page.wait_for_timeout(500)
    pytest.fail("no kernel answered")


def _cell(page, code):
    return page.locator(".jp-CodeCell", has=page.locator(".jp-InputArea", has_text=code)).first


def _moved(page, code, key, took, more=6):
    """The cell's figure before and after its first slider was moved by a key; ``more`` moves to and fro follow."""
    cell = _cell(page, code)
    cell.scroll_into_view_if_needed()
    plot = cell.locator(".js-plotly-plot").element_handle()
    handle = cell.locator(".noUi-handle").first

    def state():
        return {
            "data": plot.evaluate(DATA),
            "drawn": plot.evaluate(DRAWN),
            "said": handle.get_attribute("aria-valuetext"),
        }

    def press(key):
        page.wait_for_timeout(PACE_MS)
        plot.evaluate(WAIT)
        handle.press(key)
        return page.evaluate("window.redrawn")

    before = state()
    handle.focus()
    times = [press(key)]
    after = state()
    times += [press(key) for key in ("ArrowLeft", "ArrowRight") * (more // 2)]
    took[code] = [round(ms) for ms in times]
    return before, after


def _click(page, code, x, y):
    """A click on the first panel of a cell's figure, at fractions of it from the upper left; the cell's sliders."""
    cell = _cell(page, code)
    panel = cell.locator(".nsewdrag").first
    panel.scroll_into_view_if_needed()
    place = panel.bounding_box()
    page.mouse.move(place["x"] + place["width"] * x, place["y"] + place["height"] * y)
    page.wait_for_timeout(PACE_MS)  # plotly looks for what is under the pointer before it is clicked
    page.mouse.click(place["x"] + place["width"] * x, place["y"] + place["height"] * y)
    return cell.locator(".noUi-handle")


def _says(handle, expected):
    """What a slider's handle says, once it says what is expected or will not any more."""
    for _ in range(100):
        if handle.get_attribute("aria-valuetext") == expected:
            break
        handle.page.wait_for_timeout(100)
    return handle.get_attribute("aria-valuetext")


def _photograph(page, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for i, cell in enumerate(page.locator(".jp-CodeCell").all()):
        cell.scroll_into_view_if_needed()
        cell.screenshot(path=folder / f"cell-{i:02}.png")

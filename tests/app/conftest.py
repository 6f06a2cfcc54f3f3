"""A tiny model folder, a short clip of a moving square, pages being served, and a browser to visit them."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import numpy as np
import pytest
import torch
from only_extra import hide_others

from playground.app.cli import main
from playground.chromium import find_browser
from playground.config import PRESETS, TrackerConfig
from playground.hub import save_model
from playground.model import MixFormer
from playground.video.write import write_video

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # a test picture, without asking
SQUARE_SIDE, SQUARE_FRAMES, SQUARE_FPS = 24, 12, 25


@pytest.fixture(scope="session")
def toy_model(tmp_path_factory) -> str:
    """A model folder with random weights and settings that are not the defaults."""
    folder = tmp_path_factory.mktemp("model") / "toy"
    torch.manual_seed(0)
    save_model(MixFormer(PRESETS["toy-small"]), TrackerConfig(lost_score=0.125), folder)
    return str(folder)


@pytest.fixture
def refused(capsys) -> Callable[..., str]:
    """Runs a command that must end with one sentence and exit status 2, and gives that sentence."""

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        assert stop.value.code == 2
        said = capsys.readouterr().err.strip()
        assert "Traceback" not in said and len(said.splitlines()) == 1, said
        return said

    return run


@pytest.fixture(scope="session")
def square_clip(tmp_path_factory) -> Path:
    """12 frames of 128x96 at 25 a second; frame i shows a red square of 24 pixels with its corner at (20 + 2 i, 30)."""
    path = tmp_path_factory.mktemp("clip") / "square.mp4"
    frames = []
    for i in range(SQUARE_FRAMES):
        frame = np.full((96, 128, 3), 60, np.uint8)
        frame[30 : 30 + SQUARE_SIDE, 20 + 2 * i : 20 + 2 * i + SQUARE_SIDE] = (220, 40, 30)
        frames.append(frame)
    write_video(path, frames, SQUARE_FPS)
    return path


@dataclass(frozen=True)
class Server:
    """A page that is being served, its process, and the file in which that notes every address it asks for."""

    url: str
    contacts: Path
    process: int

    def asked(self) -> tuple[set[str], set[str]]:
        """Names and addresses that were asked for: all, and those that are not this machine."""
        contacts = set(self.contacts.read_text().split())
        return contacts, {host for host in contacts if not _is_here(host)}


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host in ("localhost", "None")


# Python itself reports each name that is looked up and each address that is connected to, whoever does it.
SERVE = """
import sys
notes = open(sys.argv[1], "a", buffering=1)
def note(event, arguments):
    if event == "socket.getaddrinfo":
        notes.write(f"{arguments[0]}\\n")
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        notes.write(f"{arguments[1][0]}\\n")
sys.addaudithook(note)
exec(sys.argv[2])
from playground.app.cli import main
main(sys.argv[3:])
"""
START_S = 120
LOAD_MS = 120_000


@contextmanager
def _serving(arguments: list[str], folder: Path, first: str = "") -> Iterator[Server]:
    """``playground`` with these arguments and a free port, in a process of its own, until it answers.

    Its temporary files lie in ``folder``; ``first`` is Python that the process runs before anything else.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, contacts, log = f"http://127.0.0.1:{port}", folder / "contacts", folder / "log"
    (folder / "temporary").mkdir()
    own = {"GRADIO_TEMP_DIR": str(folder / "cache"), "TMPDIR": str(folder / "temporary"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", SERVE, str(contacts), first, *arguments, "--port", str(port)]
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | own) as process:
        try:
            _wait_for(url, process, log)
            yield Server(url, contacts, process.pid)
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="session")
def demo_server(toy_model, tmp_path_factory):
    """``playground demo`` with the tiny model, and with no package at hand but those of its extra."""
    with _serving(["demo", "--model", toy_model], tmp_path_factory.mktemp("server"), hide_others("demo")) as server:
        yield server


@pytest.fixture(scope="session")
def strict_server(toy_model, tmp_path_factory):
    """A function from limits by name to ``playground demo`` with these, as a context that gives it and the folder in
    which all its files are; ``code`` is run before it, and ``options`` are further ones of the command."""

    @contextmanager
    def serve(code: str = "", options: tuple[str, ...] = (), **values: float) -> Iterator[tuple[Server, Path]]:
        folder = tmp_path_factory.mktemp("strict")
        first = (
            f"from playground.app.demo import limits\nfor name, value in {values}.items(): setattr(limits, name, value)"
        )
        with _serving(["demo", "--model", toy_model, *options], folder, f"{first}\n{code}") as server:
            yield server, folder

    return serve


@pytest.fixture
def watch_server(tmp_path_factory):
    """A function from a folder to ``playground watch`` of it, as a context."""
    return lambda run: _serving(["watch", str(run)], tmp_path_factory.mktemp("watch"))


def _wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            directly.open(url, timeout=5).close()
            return
        except OSError:
            assert process.poll() is None, f"the page did not start: {log.read_text()}"
            time.sleep(0.3)
    pytest.fail(f"the page did not start in {START_S} s: {log.read_text()}")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = find_browser()
    if path is None:
        reason = "no Chromium here; install Debian's package chromium, or name one in CHROMIUM"
        pytest.fail(reason) if os.environ.get("PLAYGROUND_REQUIRE_CHROMIUM") == "1" else pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path):
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=chromium_path, args=[*FLAGS, *CAMERA])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser):
    """A function from an address to a fresh visit of it, as a context; further arguments are Playwright's for a
    context. At its end no request may have gone elsewhere and no script may have failed."""

    @contextmanager
    def visiting(url: str, **settings):
        usual = {"viewport": {"width": 1300, "height": 1000}, "accept_downloads": True}
        context = browser.new_context(**(usual | settings))
        context.set_default_navigation_timeout(LOAD_MS)
        page = context.new_page()
        elsewhere, failures = [], []
        local = (url.partition("?")[0], "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(local) else elsewhere.append(request.url))
        page.on("pageerror", lambda error: failures.append(str(error)))
        try:
            page.goto(url)
            yield page
        finally:
            context.close()
        assert elsewhere == [] and failures == []

    return visiting

"""A Chromium without a window that draws one figure after another, spoken to through a pipe.

To start it takes longer than to draw, so it is started once and kept. It ends when this process ends: the pipe closes.
Source: the Chrome DevTools Protocol over ``--remote-debugging-pipe``, messages of JSON that end in a zero byte.
"""

import json
import os
import select
import shutil
import signal
import tempfile
import time
import weakref
from base64 import b64decode
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from threading import Lock
from typing import Any

from plotly.offline import get_plotlyjs

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--hide-scrollbars",
    "--no-first-run",
    "--remote-debugging-pipe",
)
_READS, _WRITES = 3, 4  # the descriptors on which a Chromium reads and writes messages
_LIMIT_S, _PATIENCE_S = 120, 10  # for an answer, and for the end
# Pictures inside a figure are waited for, lest they be missing from the screenshot.
_DRAW = """(async ({{data, layout}}, ground) => {{
  document.body.style = `margin: 8px; background: ${{ground}}`;
  let place = document.querySelector("div");
  if (place) Plotly.purge(place);
  document.body.replaceChildren(place = document.createElement("div"));
  await Plotly.newPlot(place, data, layout, {{displayModeBar: false, responsive: true}});
  for (const {{source}} of layout.images ?? []) {{
    const image = new Image();
    image.src = source;
    await image.decode();
  }}
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}})({figure}, {ground})"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Browser:
    """A running Chromium: our ends of its two pipes, and the lock of who speaks."""

    asks: int
    answers: int
    turn: Lock


def draw_png(path: str, figure: str, *, width: int, height: int, ground: str) -> bytes:
    """A figure, as plotly's JSON, drawn by the browser at ``path`` on a page of ``width`` x ``height`` pixels.

    Raises ``ValueError`` naming ``browser`` when it cannot be started or does not answer as a Chromium does.
    """
    try:
        # Of this process: one that was forked off would share the pipe, and each would get the other's answers.
        browser, session = _started(path, os.getpid())
        with browser.turn:
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            _ask(browser, session, "Emulation.setDeviceMetricsOverride", **size)
            _run(browser, session, _DRAW.format(figure=figure, ground=json.dumps(ground)))
            return b64decode(_ask(browser, session, "Page.captureScreenshot", format="png")["data"])
    except BaseException as error:
        _started.cache_clear()  # half an answer may be left in the pipe
        if isinstance(error, OSError):
            raise ValueError(f"browser: {path} could not draw the figure ({error}).") from error
        raise


@lru_cache(maxsize=1)
def _started(path: str, process: int) -> tuple[Browser, str]:
    """A running browser with plotly in an empty page, and that page's session."""
    browser = _start(path)
    page = _ask(browser, "", "Target.createTarget", url="about:blank")["targetId"]
    session = _ask(browser, "", "Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
    _run(browser, session, f"{get_plotlyjs()};0")
    return browser, session


def _start(path: str) -> Browser:
    if os.name != "posix":
        raise OSError("this works on Linux and macOS")
    from fcntl import F_DUPFD_CLOEXEC, fcntl

    profile = tempfile.mkdtemp(prefix="figures-")
    questions, answers = os.pipe(), os.pipe()
    # Above those that the browser expects, so that neither is overwritten before it is moved.
    theirs = [fcntl(end, F_DUPFD_CLOEXEC, 10) for end in (questions[0], answers[1])]
    silence = [(os.POSIX_SPAWN_OPEN, end, os.devnull, os.O_RDWR, 0) for end in range(3)]
    moved = [(os.POSIX_SPAWN_DUP2, end, place) for end, place in zip(theirs, (_READS, _WRITES), strict=True)]
    command = [path, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    try:
        process = os.posix_spawn(path, command, os.environ, file_actions=[*silence, *moved], setpgroup=0)
    except OSError:
        _end(None, (questions[1], answers[0]), profile)
        raise
    finally:
        for end in (*theirs, questions[0], answers[1]):
            os.close(end)
    browser = Browser(asks=questions[1], answers=answers[0], turn=Lock())
    weakref.finalize(browser, _end, process, (browser.asks, browser.answers), profile)
    return browser


def _end(process: int | None, pipes: tuple[int, int], profile: str) -> None:
    """Close the pipes, by which a browser ends, wait for that, and take its profile away."""
    for end in pipes:
        os.close(end)
    if process is not None:
        deadline = time.monotonic() + _PATIENCE_S
        while os.waitpid(process, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                break
            time.sleep(0.02)
    shutil.rmtree(profile, ignore_errors=True)


def _run(browser: Browser, session: str, script: str) -> None:
    answer = _ask(browser, session, "Runtime.evaluate", expression=script, awaitPromise=True)
    if failed := answer.get("exceptionDetails"):
        words = failed.get("exception", {}).get("description", failed["text"])
        raise OSError(words.partition("\n")[0])


_numbers = count(1)


def _ask(browser: Browser, session: str, method: str, **params: Any) -> dict[str, Any]:
    """One question, and the answer to it; what the browser says unasked is passed over."""
    number = next(_numbers)
    question = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
    _write(browser.asks, json.dumps(question).encode() + b"\0")
    deadline, rest = time.monotonic() + _LIMIT_S, b""
    while True:
        *messages, rest = (rest + _read(browser.answers, deadline)).split(b"\0")
        for answer in map(json.loads, messages):
            if answer.get("id") == number:
                if "error" in answer:
                    raise OSError(answer["error"]["message"])
                return answer["result"]


def _write(pipe: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(pipe, left) :]


def _read(pipe: int, deadline: float) -> bytes:
    ready, _, _ = select.select([pipe], [], [], max(deadline - time.monotonic(), 0))
    if not ready:
        raise OSError(f"no answer within {_LIMIT_S} seconds")
    data = os.read(pipe, 1 << 20)
    if not data:
        raise OSError("it drew nothing; is it a Chromium?")
    return data

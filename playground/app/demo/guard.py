"""What may come in at the server's door, looked at before Gradio reads or stores any of it."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from playground.app.demo import limits
from playground.app.demo.addressed import exchanged, names_an_address

API = "/gradio_api"
UPLOAD = f"{API}/upload"
HOSTS = (b"host", b"x-forwarded-host")
REFUSED = "video: upload the file, or give its address in the page's own field."
SLACK = 2**20  # of a request with a file: what multipart puts around it, and the names
# Doors of Gradio that this page has no use for: to other servers, to saved states, and to its editor.
CLOSED = re.compile(
    rf"({API})?/(proxy=|file=\s*https?:|deep_link|process_recording|component_server|run-history|runs|vibe|undo-vibe|"
    r"starter-queries|dev/|monitoring|profiling)",
    re.IGNORECASE,
)
Receive = Callable[[], Any]
Application = Callable[..., Any]


def guard(app: Application, notes: Path | None = None) -> Application:
    """ASGI middleware in front of ``app``.

    Refuses, each with a sentence: a body above the limits, by its stated length before a byte is read and by its bytes
    as they come in; uploads while the disk has less than `limits.LEAST_FREE_MB` left; doors in `CLOSED`; and a file
    that is named by an address, which Gradio would fetch whole into memory. With a folder for ``notes`` such a file is
    exchanged instead, as `playground.app.demo.addressed` does.
    """

    async def guarded(scope: dict[str, Any], receive: Receive, send: Application) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        path, stores = scope["path"], scope["path"].startswith(UPLOAD)
        most = limits.MAX_FILE_MB * 2**20 + SLACK if stores else limits.MAX_BODY_MB * 2**20
        try:
            _check_head(scope, path, stores, most)
            receive = _counted(receive, most)
            if scope["method"] == "POST" and not stores:
                receive = await _without_addresses(receive, scope, notes)
        except HTTPException as refused:
            answer = PlainTextResponse(refused.detail, refused.status_code, {"Connection": "close"})
            return await answer(scope, receive, send)
        return await app(scope, receive, send)

    return guarded


def disk_is_full() -> bool:
    """Whether less than `limits.LEAST_FREE_MB` is left where the page keeps files."""
    place = os.environ.get("GRADIO_TEMP_DIR") or os.sep
    return shutil.disk_usage(place).free < limits.LEAST_FREE_MB * 2**20


def _check_head(scope: dict[str, Any], path: str, stores: bool, most: float) -> None:
    if CLOSED.match(path) or CLOSED.match(unquote(path)):
        raise HTTPException(404, "This page has no such address.")
    stated = next((value for name, value in scope["headers"] if name.lower() == b"content-length"), b"0")
    if not stated.isdigit() or int(stated) > most:
        raise HTTPException(413, _too_large(most))
    if stores and disk_is_full():
        raise HTTPException(507, limits.DISK_FULL)


def _counted(receive: Receive, most: float) -> Receive:
    """``receive`` that raises ``HTTPException`` once more than ``most`` bytes of body came in."""
    came = 0

    async def count() -> Any:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise HTTPException(413, _too_large(most))
        return message

    return count


async def _without_addresses(receive: Receive, scope: dict[str, Any], notes: Path | None) -> Receive:
    """The whole body, looked through, as one message; raises ``HTTPException`` for a file named by an address, unless
    there is a folder for ``notes``."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break  # the visitor has left; what is behind has to know
        body, more = body + message.get("body", b""), message.get("more_body", False)
    try:
        asked = json.loads(body or b"null")
        named = names_an_address(asked)
    except RecursionError:
        raise HTTPException(400, REFUSED) from None
    except ValueError:  # no JSON: Gradio says so
        named = False
    if named:
        if notes is None:
            raise HTTPException(400, REFUSED)
        body = _with_notes(asked, scope, notes)
    first: list[Any] = [message if more else {"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return first.pop() if first else await receive()

    return again


def _with_notes(asked: Any, scope: dict[str, Any], notes: Path) -> bytes:
    """The body with its files exchanged, whose new length the head of the request gets."""
    hosts = {value.decode("latin-1") for name, value in scope["headers"] if name.lower() in HOSTS}
    try:
        body = json.dumps(exchanged(asked, hosts, notes)).encode()
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"content-length"]
    scope["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
    return body


def _too_large(most: float) -> str:
    return f"video: this page takes requests up to {most / 2**20:.0f} MB; this one is larger."

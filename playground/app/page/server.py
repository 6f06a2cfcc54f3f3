"""A server for the page: only the files of its list, with the headers that threads need, to this machine alone."""

import gzip
import hashlib
import logging
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from socket import SHUT_RDWR, socket
from typing import Any
from urllib.parse import unquote, urlsplit

from playground.app.page.runtime import ADDRESS
from playground.app.page.site import INDEX, TYPES, File, Site
from playground.settings import require

HOST = "127.0.0.1"
PORTS = range(7860, 7960)
SMALLER = (".css", ".html", ".js", ".json", ".mjs", ".onnx", ".svg", ".wasm")  # what compression shrinks by much

# The first three make the page "cross-origin isolated", without which browsers give WebAssembly one thread.
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_log = logging.getLogger(__name__)


class PageServer(ThreadingHTTPServer):
    """Serves one site. ``daemon_threads``: an open connection of a browser does not keep the process alive."""

    daemon_threads = True

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        self._connections: set[socket] = set()
        super().__init__((HOST, port), _Handler)

    @property
    def address(self) -> str:
        """Where a browser finds the page."""
        return f"http://{HOST}:{self.server_port}/"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection, and remember it while it is open."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Let go of a connection that has ended."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Take no more connections and end those that browsers hold open, which would be answered for ever."""
        super().server_close()
        for connection in tuple(self._connections):
            with suppress(OSError):  # the browser was quicker
                connection.shutdown(SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: PageServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        # A name is looked up, never joined to a folder, so no path leads out of the site.
        name = unquote(urlsplit(self.path).path).removeprefix("/") or INDEX
        file = self.server.site.get(name)
        if file is None:
            self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such file here.\n", with_body)
            return
        suffix = PurePosixPath(name).suffix
        packed = suffix in SMALLER and "gzip" in self.headers.get("Accept-Encoding", "")
        body = _packed(file) if packed else _whole(file)
        extra = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if packed else {})
        if name.startswith(ADDRESS):  # pinned by version and checksum; all else may be different after a restart
            extra["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            extra |= {"Cache-Control": "no-cache", "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}
            if self.headers.get("If-None-Match") == extra["ETag"]:
                self._send(HTTPStatus.NOT_MODIFIED, TYPES[suffix], b"", False, extra)
                return
        self._send(HTTPStatus.OK, TYPES[suffix], body, with_body, extra)

    def _send(
        self, status: HTTPStatus, kind: str, body: bytes, with_body: bool, extra: dict[str, str] | None = None
    ) -> None:
        self.log_request(status.value, len(body) if with_body else 0)
        self.send_response_only(status)
        length = {} if status == HTTPStatus.NOT_MODIFIED else {"Content-Length": str(len(body))}
        for name, value in {**HEADERS, **(extra or {}), "Content-Type": kind, **length}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        _log.debug(format, *arguments)


def open_server(site: Site, port: int | None) -> PageServer:
    """A server on ``port``, or on the first free one from 7860. Raises ``ValueError`` naming ``port``."""
    require(port is None or 0 <= port < 65536, f"port: must be from 0 to 65535, 0 for any free one; got {port}.")
    reason: OSError | None = None
    for one in PORTS if port is None else (port,):
        try:
            return PageServer(site, one)
        except OSError as error:
            reason = error
    raise ValueError(f"port: {port or 'every one from 7860'} cannot be used ({reason}); choose another.") from reason


def pack_ahead(site: Site) -> None:
    """Compress every file that is sent compressed, so that the first visitor does not wait for it."""
    for name, file in site.items():
        if PurePosixPath(name).suffix in SMALLER:
            _packed(file)


def _whole(file: File) -> bytes:
    return file if isinstance(file, bytes) else file.read_bytes()


def _packed(file: File) -> bytes:
    if isinstance(file, bytes):
        return gzip.compress(file, 6, mtime=0)
    stat = file.stat()
    return _packed_file(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=128)
def _packed_file(path: Path, changed: int, size: int) -> bytes:
    """``changed`` and ``size`` are of the key: an edited file is compressed anew."""
    return gzip.compress(path.read_bytes(), 6, mtime=0)

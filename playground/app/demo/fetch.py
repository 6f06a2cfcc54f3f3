"""A video from an address a visitor gives: to public machines alone, within the limits of size and time."""

import hashlib
import http.client
import shutil
import socket
import ssl
import threading
import time
from contextlib import suppress
from ipaddress import IPv6Address, IPv6Network, ip_address
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from playground.app.demo import limits
from playground.app.demo.guard import disk_is_full
from playground.files import replacing

MOST_TURNS = 5
CHUNK = 2**18
WAIT_S = 15
PREFIX = "fetched-"
_ROUTED = IPv6Network("2000::/3")
_SAFE = "/%:;,=&?@!$'()*+~[]"  # what an address may hold as it is; the rest is quoted
_TOO_LONG = "video: fetching took more than {} s; upload the file instead."


def fetch(address: str, folder: Path) -> Path:
    """Download ``address`` (http or https) into a folder of its own in ``folder``, and give the file.

    What was fetched longer than `limits.KEEP_S` seconds ago is deleted.

    An address inside this network is refused, at first and after every redirection, lest a visitor look around in it.
    Raises ``ValueError`` naming ``video``.
    """
    address, end = address.strip(), time.monotonic() + limits.FETCH_S
    _forget_old(folder)
    if disk_is_full():
        raise ValueError(f"video: {limits.DISK_FULL}")
    try:
        for _ in range(MOST_TURNS):
            place = _read(address)
            connection, clock = _connect(place, end)
            try:
                target = quote(place.path or "/", _SAFE) + (f"?{quote(place.query, _SAFE)}" if place.query else "")
                connection.request("GET", target, headers={"Accept": "video/*, */*;q=0.5"})
                answer = connection.getresponse()
                if answer.status in (301, 302, 303, 307, 308):
                    address = urljoin(address, answer.headers.get("Location", ""))
                    continue
                if answer.status != 200:
                    raise ValueError(f"video: {place.hostname} answers {answer.status}.")
                return _store(answer, place, folder, end)
            finally:
                clock.cancel()
                connection.close()
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        if time.monotonic() >= end:
            raise ValueError(_TOO_LONG.format(limits.FETCH_S)) from error
        raise ValueError(f"video: {address} cannot be fetched ({error}); check it, or upload the file.") from error
    raise ValueError(f"video: {address} leads on and on; give the address of the file itself.")


def _read(address: str) -> SplitResult:
    try:
        place = urlsplit(address)
        usable = place.scheme in ("http", "https") and bool(place.hostname) and (place.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"video: an address begins with http:// or https://; got {address[:80]!r}.")
    return place


def _connect(place: SplitResult, end: float) -> tuple[http.client.HTTPConnection, threading.Timer]:
    """A connection to the very machine that was looked at: a name that is looked up again may lead elsewhere.

    The timer cuts it at ``end``: a server that sends a byte now and then keeps every single wait short.
    """
    port = place.port or {"http": 80, "https": 443}[place.scheme]
    found = socket.getaddrinfo(place.hostname, port, type=socket.SOCK_STREAM)
    if not all(_is_public(entry[4][0]) for entry in found):
        raise ValueError("video: addresses inside this network are not fetched; upload the file instead.")
    reached = socket.create_connection((str(found[0][4][0]), port), WAIT_S)
    if place.scheme == "https":
        secure = ssl.create_default_context()
        reached = secure.wrap_socket(reached, server_hostname=place.hostname, do_handshake_on_connect=False)
    clock = threading.Timer(max(0.0, end - time.monotonic()), _cut, (reached,))
    clock.daemon = True
    clock.start()
    try:
        if isinstance(reached, ssl.SSLSocket):
            reached.do_handshake()
    except OSError:
        clock.cancel()
        reached.close()
        raise
    connection = http.client.HTTPConnection(str(place.hostname), port, timeout=WAIT_S)
    connection.sock = reached
    return connection, clock


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):  # ended meanwhile
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # not TLS's own, which waits for the other side


def _is_public(host: str | int) -> bool:
    """Of IPv6 only what is routed as such: other blocks wrap an IPv4 address, which may be a private one."""
    address = ip_address(host)
    routed = not isinstance(address, IPv6Address) or (address in _ROUTED and address.sixtofour is None)
    return routed and address.is_global and not address.is_multicast


def _store(answer: http.client.HTTPResponse, place: SplitResult, folder: Path, end: float) -> Path:
    name = PurePosixPath(unquote(place.path)).name or "video"
    safe = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in name)[-80:]
    home = folder / f"{PREFIX}{hashlib.sha256(place.geturl().encode()).hexdigest()[:32]}"
    home.mkdir(parents=True, exist_ok=True)
    with replacing(home / safe) as beside, beside.open("wb") as file:
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            if file.tell() > limits.MAX_FILE_MB * 2**20:
                raise ValueError(f"video: this page takes files up to {limits.MAX_FILE_MB} MB; this one is larger.")
        if time.monotonic() >= end:
            raise TimeoutError
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
    return home / safe


def _forget_old(folder: Path) -> None:
    for home in folder.glob(f"{PREFIX}*"):
        if time.time() - home.stat().st_mtime > limits.KEEP_S:
            shutil.rmtree(home, ignore_errors=True)

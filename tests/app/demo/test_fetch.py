"""Videos from addresses: only from public machines, only within the limits, and never half of one."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from playground.app.demo import fetch as module
from playground.app.demo import limits
from playground.app.demo.fetch import fetch

CONTENT = bytes(range(256)) * 20
DRIP_S = 30


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/to/"):
            self._answer(302, location=self.path.removeprefix("/to/"))
        elif self.path == "/round":
            self._answer(301, location="/round")
        elif self.path.startswith("/clip"):
            self._answer(200, CONTENT)
        elif self.path == "/drip-head":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 10_000)
        elif self.path == "/drip-body":
            self._drip(b"HTTP/1.0 200 OK\r\n\r\n" + bytes(10_000), at_once=19)
        elif self.path == "/half":
            self._answer(200, CONTENT[:100], length=5000)
        else:
            self._answer(404)

    def _drip(self, data, at_once=0):
        self.wfile.write(data[:at_once])
        for place in range(at_once, at_once + DRIP_S * 10):
            try:
                self.wfile.write(data[place : place + 1])
            except OSError:
                return
            time.sleep(0.1)

    def _answer(self, status, body=b"", location="", length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    pages = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{pages.server_port}"
    pages.shutdown()
    pages.server_close()


@pytest.fixture
def trusted(monkeypatch):
    """This machine counts as a public one."""
    monkeypatch.setattr(module, "_is_public", lambda host: True)


def test_a_file_comes_whole_under_a_safe_name(server, trusted, tmp_path):
    path = fetch(f"  {server}/clip/..%2Fmy%20cat.mp4?x=1 ", tmp_path)
    assert path.read_bytes() == CONTENT and path.name == "my_cat.mp4" and path.parent.parent == tmp_path
    assert fetch(f"{server}/to//clip.mp4", tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/a.mp4", "http://localhost:1/a.mp4", "http://10.1.2.3/a.mp4", "http://169.254.169.254/latest",
     "http://[::1]/a", "http://192.168.0.1/", "http://0.0.0.0/", "http://127.1/a", "http://2130706433/a",
     "http://0x7f000001/a", "http://0177.0.0.1/a", "http://example.org@127.0.0.1/a", "http://[::]/a",
     "http://[::ffff:10.0.0.1]/a", "http://[::ffff:8.8.8.8]/a", "http://[::127.0.0.1]/a", "http://[64:ff9b::7f00:1]/a",
     "http://[2002:7f00:1::]/a", "http://[2001:0:7f00:1::]/a", "http://[fe80::1]/a", "http://[fc00::1]/a",
     "http://[fec0::1]/a", "http://[ff02::1]/a", "http://224.0.0.1/a", "http://255.255.255.255/a",
     "http://100.64.0.1/a", "http://198.18.0.1/a", "http://\u2460\u2461\u2466.0.0.1/a"],
)  # fmt: skip
def test_this_network_is_not_looked_into(address, tmp_path):
    with pytest.raises(ValueError, match="^video: addresses inside this network are not fetched"):
        fetch(address, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_redirection_into_this_network_is_refused(server, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_is_public", lambda host: host == "127.0.0.1")
    with pytest.raises(ValueError, match="^video: addresses inside this network"):
        fetch(f"{server}/to/http://10.0.0.1/a.mp4", tmp_path)


@pytest.mark.parametrize("found", [["10.0.0.7"], ["93.184.216.34", "127.0.0.1"], ["2606:4700::1", "fd00::5"]])
def test_a_name_that_leads_inside_is_refused_even_when_it_leads_outside_too(tmp_path, monkeypatch, found):
    entries = [(socket.AF_INET6 if ":" in host else socket.AF_INET, 1, 6, "", (host, 80)) for host in found]
    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *asked, **more: entries)
    monkeypatch.setattr(module.socket, "create_connection", lambda *asked: pytest.fail("connected"))
    with pytest.raises(ValueError, match="^video: addresses inside this network"):
        fetch("http://inside.example.org/a.mp4", tmp_path)


def test_a_name_is_looked_up_once_so_it_cannot_change_its_mind(tmp_path, monkeypatch):
    """Public when it is looked at, private when it is connected to."""
    answers, reached = [["93.184.216.34"], ["127.0.0.1"]], []

    def look_up(*asked, **more):
        return [(socket.AF_INET, 1, 6, "", (host, 80)) for host in answers.pop(0)]

    def connect(place, *more):
        reached.append(place[0])
        raise OSError("no way there")

    monkeypatch.setattr(module.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(module.socket, "create_connection", connect)
    with pytest.raises(ValueError, match="cannot be fetched"):
        fetch("http://turning.example.org/a.mp4", tmp_path)
    assert reached == ["93.184.216.34"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://a.org/a", "gopher://a.org/_a", "//10.0.0.1/"])
def test_a_redirection_to_another_scheme_or_inside_is_refused(server, tmp_path, monkeypatch, target):
    monkeypatch.setattr(module, "_is_public", lambda host: host == "127.0.0.1")
    with pytest.raises(ValueError, match="^video: (an address begins with http|addresses inside this network)"):
        fetch(f"{server}/to/{target}", tmp_path)


@pytest.mark.parametrize("address", [f"http://{'a' * 70}.org/a.mp4", "http://a..b/", "http://\ud800.org/"])
def test_a_name_that_cannot_be_one_is_told_in_a_sentence(tmp_path, address):
    with pytest.raises(ValueError, match="^video: .*(cannot be fetched|begins with http)"):
        fetch(address, tmp_path)


def test_letters_of_any_script_and_line_ends_make_no_second_request(server, trusted, tmp_path):
    address = f"{server}/clip/k\u00e4tzchen \r\nX-Injected: 1.mp4"
    assert fetch(address, tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("path", ["/drip-head", "/drip-body"])
def test_a_server_that_drips_is_cut_off_in_time(server, trusted, tmp_path, monkeypatch, path):
    """A byte now and then keeps every single wait short; the whole must end all the same."""
    monkeypatch.setattr(limits, "FETCH_S", 1)
    began = time.monotonic()
    with pytest.raises(ValueError, match="^video: fetching took more than 1 s"):
        fetch(server + path, tmp_path)
    assert time.monotonic() - began < DRIP_S / 2
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_nothing_is_fetched_onto_a_full_disk(server, trusted, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LEAST_FREE_MB", 2**40)
    with pytest.raises(ValueError, match="^video: The disk of this server is full"):
        fetch(f"{server}/clip.mp4", tmp_path)


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "ftp://example.org/a", "a.mp4", "http://", "http://a:b"])
def test_what_is_no_address_of_the_web_is_refused(address, tmp_path):
    with pytest.raises(ValueError, match="^video: an address begins with http"):
        fetch(address, tmp_path)


@pytest.mark.parametrize(
    ("path", "words"), [("/nothing", "answers 404"), ("/round", "leads on and on"), ("/half", "cannot be fetched")]
)
def test_what_goes_wrong_is_told_and_leaves_no_file(server, trusted, tmp_path, path, words):
    with pytest.raises(ValueError, match=f"^video: .*{words}"):
        fetch(server + path, tmp_path)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_size_and_time_are_limited(server, trusted, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_MB", 0.001)
    with pytest.raises(ValueError, match="^video: this page takes files up to 0.001 MB"):
        fetch(f"{server}/clip.mp4", tmp_path)
    monkeypatch.setattr(limits, "MAX_FILE_MB", 1)
    monkeypatch.setattr(limits, "FETCH_S", -1)
    with pytest.raises(ValueError, match="^video: fetching took more than"):
        fetch(f"{server}/clip.mp4", tmp_path)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_old_files_go(server, trusted, tmp_path, monkeypatch):
    old = fetch(f"{server}/clip.mp4", tmp_path)
    monkeypatch.setattr(limits, "KEEP_S", -1)
    new = fetch(f"{server}/clip2.mp4", tmp_path)
    assert not old.exists() and new.exists()

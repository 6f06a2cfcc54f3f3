"""The server hands out the listed files with the right headers, and nothing else."""

import gzip
import http.client
import threading

import pytest

from playground.app.page.server import HEADERS, open_server, pack_ahead


@pytest.fixture
def ask(tmp_path):
    """A function from a path to (status, headers, body) of a small site."""
    (tmp_path / "big.bin").write_bytes(bytes(5000))
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "run.wasm").write_bytes(b"\0asm" * 500)
    site = {
        "index.html": b"<!doctype html>",
        "main.js": b"export {};" * 50,
        "models/a/weights.bin": tmp_path / "big.bin",
        "runtime/run.wasm": tmp_path / "run.wasm",
    }
    with open_server(site, 0) as server:
        pack_ahead(site)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()

        def asking(path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
            connection.request(method, path, headers={name.replace("_", "-"): one for name, one in headers.items()})
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            return answer.status, answer.headers, body

        yield asking
        server.shutdown()
        thread.join(20)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/main.js?v=1", "text/javascript; charset=utf-8"),
        ("/models/a/weights.bin", "application/octet-stream"),
        ("/runtime/run.wasm", "application/wasm"),
    ],
)
def test_files_have_their_type_and_the_headers_that_threads_need(ask, path, kind):
    status, headers, body = ask(path)
    assert status == 200 and headers["Content-Type"] == kind
    assert int(headers["Content-Length"]) == len(body) > 0
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert ("immutable" in headers["Cache-Control"]) == path.startswith("/runtime/")


@pytest.mark.parametrize(
    "path", ["/secret.txt", "/../secret.txt", "/models/a/../../secret.txt", "/%2e%2e/secret.txt", "/models/"]
)
def test_what_is_not_listed_is_not_there(ask, path):
    status, headers, body = ask(path)
    assert status == 404 and b"secret" not in body and headers["Cross-Origin-Embedder-Policy"] == "require-corp"


def test_text_is_compressed_for_those_who_can_read_it(ask):
    plain = ask("/main.js")
    packed = ask("/main.js", Accept_Encoding="gzip, br")
    assert packed[1]["Content-Encoding"] == "gzip" and plain[1]["Content-Encoding"] is None
    assert len(packed[2]) < len(plain[2]) and gzip.decompress(packed[2]) == plain[2]
    assert ask("/models/a/weights.bin", Accept_Encoding="gzip")[1]["Content-Encoding"] is None
    assert gzip.decompress(ask("/runtime/run.wasm", Accept_Encoding="gzip")[2]) == b"\0asm" * 500


def test_head_gives_the_headers_alone(ask):
    status, headers, body = ask("/main.js", "HEAD")
    assert status == 200 and int(headers["Content-Length"]) == 500 and body == b""


def test_what_a_browser_has_is_not_sent_again(ask):
    tag = ask("/main.js")[1]["ETag"]
    status, headers, body = ask("/main.js", If_None_Match=tag)
    assert status == 304 and body == b"" and headers["ETag"] == tag and headers["Content-Length"] is None
    assert ask("/main.js", If_None_Match='"another"')[0] == 200


def test_a_file_that_changed_is_compressed_anew(ask, tmp_path):
    before = ask("/runtime/run.wasm", Accept_Encoding="gzip")[2]
    (tmp_path / "run.wasm").write_bytes(b"\0asm" * 600)
    after = ask("/runtime/run.wasm", Accept_Encoding="gzip")[2]
    assert before != after and gzip.decompress(after) == b"\0asm" * 600


def test_a_closed_server_answers_nobody_not_even_on_an_open_connection():
    with open_server({"index.html": b"<!doctype html>"}, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
        for _ in range(2):
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"<!doctype html>"
        server.shutdown()
        thread.join(20)
    for _ in range(2):  # on the open connection, then on a new one
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            connection.request("GET", "/")
            connection.getresponse()
        connection.close()


def test_a_port_that_is_taken_is_told_and_passed_over():
    with open_server({}, None) as first, open_server({}, None) as second:
        assert first.server_port != second.server_port and first.address.startswith("http://127.0.0.1:")
        with pytest.raises(ValueError, match=rf"^port: {first.server_port} cannot be used .*; choose another\.$"):
            open_server({}, first.server_port)
    with pytest.raises(ValueError, match=r"^port: must be from 0 to 65535"):
        open_server({}, 70000)

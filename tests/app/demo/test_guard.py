"""What the server's door refuses before anything is read or stored: on the real page, by hand."""

import asyncio
import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.responses import PlainTextResponse

from playground.app.demo import guard as module
from playground.app.demo import limits
from playground.app.demo.guard import guard

API = "/gradio_api"
FORM = "multipart/form-data; boundary=x"
FILE_HEAD = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'


@pytest.fixture(scope="module")
def narrow(strict_server):
    """A page that takes files of 1 MB, and the folder in which all its files are."""
    with strict_server(MAX_FILE_MB=1, MAX_BODY_MB=1) as found:
        yield found


def _ask(url, method, path, body=b"", headers=None, chunked=False, length=None):
    """Status and words of an answer; nothing is made nicer on the way."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.putrequest(method, path, skip_accept_encoding=True)
    if chunked:
        connection.putheader("Transfer-Encoding", "chunked")
    elif method == "POST":
        connection.putheader("Content-Length", str(len(body) if length is None else length))
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    connection.endheaders()
    try:
        for start in range(0, len(body), 2**16):
            part = body[start : start + 2**16]
            connection.send(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
        if chunked:
            connection.send(b"0\r\n\r\n")
    except OSError:  # it was cut off while it sent, which is the aim
        pass
    try:
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except OSError:
        return 0, ""
    finally:
        connection.close()


def _stored(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / "cache").rglob("*") if path.is_file())


def test_an_upload_that_states_too_much_is_refused_before_a_byte_is_sent(narrow):
    server, folder = narrow
    before = _stored(folder)
    status, said = _ask(server.url, "POST", f"{API}/upload", headers={"Content-Type": FORM}, length=2**33)
    assert status == 413 and said == "video: this page takes requests up to 2 MB; this one is larger."
    assert _stored(folder) == before


@pytest.mark.parametrize("files", [1, 12])
def test_an_upload_that_states_nothing_is_cut_off(narrow, files):
    """In one large file, and in many that are allowed one by one."""
    server, folder = narrow
    before = _stored(folder)

    def upload(size: int) -> int:
        parts = (FILE_HEAD + bytes([number]) * (size // files) + b"\r\n" for number in range(files))
        body = b"".join(parts) + b"--x--\r\n"
        return _ask(server.url, "POST", f"{API}/upload", body, {"Content-Type": FORM}, chunked=True)[0]

    assert upload(8 * 2**20) in (0, 413)  # the connection may be closed before the answer is read
    assert _stored(folder) - before <= 2 * 2**20
    before = _stored(folder)
    assert upload(2**19) == 200 and _stored(folder) - before >= 2**18  # not every upload is


@pytest.mark.parametrize("path", ["/queue/join", "/call/track", "/run/predict", "/reset", "/cancel"])
def test_a_request_without_a_file_is_small(narrow, path):
    body = json.dumps({"data": ["x" * 3 * 2**20]}).encode()
    headers = {"Content-Type": "application/json"}
    assert _ask(narrow[0].url, "POST", f"{API}{path}", b'{"data": []}', headers)[0] not in (0, 413)
    assert _ask(narrow[0].url, "POST", f"{API}{path}", body, headers)[0] in (0, 413)
    assert _ask(narrow[0].url, "POST", f"{API}{path}", body, headers, chunked=True)[0] in (0, 413)


def _file(path: str, key: str = "video") -> bytes:
    return json.dumps({"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}], key: 1}).encode()


@pytest.mark.parametrize(
    "body",
    [
        _file("http://127.0.0.1:9/a.mp4"), _file(" HTTPS://example.org/a.mp4"),
        _file("http://example.org/a.mp4").replace(b'"http', b'"\\u0068ttp'),
        json.dumps({"data": [1, {"deep": [{"path": "https://example.org", "meta": {}}]}]}).encode(),
        b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)  # fmt: skip
def test_gradio_fetches_no_address_for_a_visitor(demo_server, body):
    before = demo_server.asked()[1]
    status, said = _ask(demo_server.url, "POST", f"{API}/call/track", body, {"Content-Type": "application/json"})
    assert status == 400 and said.startswith("video: upload the file")
    assert demo_server.asked()[1] == before


DOORS = ["/gradio_api/file=", "/gradio_api/file/", "/static/", "/assets/", "/svelte/", "/theme.css/"]
TRAVERSALS = ["/etc/passwd", "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd",
              "....//....//etc/passwd", "/proc/self/environ", "\\..\\..\\etc\\passwd", "/etc/passwd%00.mp4",
              "file:///etc/passwd", "~/.ssh/id_rsa"]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSALS)
@pytest.mark.parametrize("door", DOORS)
def test_files_of_the_server_are_not_given_out(demo_server, door, path):
    status, said = _ask(demo_server.url, "GET", door + path)
    assert status in (400, 403, 404, 422) and "root:" not in said and "PATH=" not in said


def test_the_page_gives_out_no_file_beside_what_visitors_get(narrow, toy_model):
    server, folder = narrow
    secret = folder / "cache" / "beside.txt"  # next to the page's own folder
    secret.write_text("secret")
    own = next((folder / "cache").glob("playground-cache-*"))
    (own / "link").symlink_to(secret)
    for path in (secret, own / ".." / "beside.txt", own / "link", folder / "log", Path(toy_model) / "config.json"):
        status, said = _ask(server.url, "GET", f"{API}/file={path}")
        assert status in (403, 404) and "secret" not in said, path


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/file=http://example.org/", "/gradio_api/file=https:/example.org", "/gradio_api/file=%20http://a.org/",
     "/gradio_api/file=%68ttp://example.org/", "/gradio_api/proxy=https://example.org/a", "/proxy=http://127.0.0.1:9/",
     "/gradio_api/deep_link?session_hash=x", "/gradio_api/vibe-code", "/gradio_api/dev/reload", "/monitoring"],
)  # fmt: skip
def test_doors_that_the_page_does_not_use_are_closed(demo_server, path):
    before = demo_server.asked()[1]
    assert _ask(demo_server.url, "GET", path) == (404, "This page has no such address.")
    assert demo_server.asked()[1] == before


def test_uploads_end_while_the_disk_is_full_and_go_on_afterwards(monkeypatch):
    async def behind(scope, receive, send):
        await PlainTextResponse("stored")(scope, receive, send)

    assert _call(behind, "/gradio_api/upload") == (200, "stored")
    monkeypatch.setattr(limits, "LEAST_FREE_MB", 2**40)
    assert _call(behind, "/gradio_api/upload") == (507, limits.DISK_FULL)
    assert _call(behind, "/gradio_api/queue/join") == (200, "stored")  # what is there already can be tracked
    monkeypatch.setattr(module, "disk_is_full", lambda: False)
    assert _call(behind, "/gradio_api/upload") == (200, "stored")


def test_a_body_comes_through_as_it_was_sent():
    sent = [b'{"data": [', b'{"path": "/tmp/a.mp4"}', b"]}"]

    async def behind(scope, receive, send):
        got, more = b"", True
        while more:
            message = await receive()
            got, more = got + message["body"], message["more_body"]
        await PlainTextResponse(got)(scope, receive, send)

    assert _call(behind, "/gradio_api/queue/join", *sent) == (200, b"".join(sent).decode())


def test_a_visitor_who_leaves_in_the_middle_is_noticed():
    seen = []

    async def behind(scope, receive, send):
        seen.append((await receive())["type"])

    messages = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    asyncio.run(_run(behind, "/gradio_api/queue/join", messages, []))
    assert seen == ["http.disconnect"]


def _call(behind, path, *parts):
    """Status and words, with the application called as a server would."""
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    sent = []
    asyncio.run(_run(behind, path, messages, sent))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent).decode()


async def _run(behind, path, messages, sent):
    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    await guard(behind)({"type": "http", "method": "POST", "path": path, "headers": []}, receive, send)


def test_the_page_answers_after_all_of_it(demo_server, narrow):
    for server in (demo_server, narrow[0]):
        assert _ask(server.url, "GET", "/config")[0] == 200

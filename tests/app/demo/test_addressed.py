"""A file named by an address, as Gradio's MCP server names the files of a tool: what comes to the job in its place."""

import asyncio
import json
from pathlib import Path

import gradio as gr
import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from starlette.responses import PlainTextResponse

from playground.app.demo import endpoints
from playground.app.demo.addressed import MOST_LETTERS, NOTE, exchanged, noted
from playground.app.demo.endpoints import read_call, track_file
from playground.app.demo.guard import guard

# The page with --mcp, without the server that the package mcp brings: requests come in as its client makes them.
WITHOUT_MCP = """
import gradio as gr
launch = gr.Blocks.launch
gr.Blocks.launch = lambda page, **given: launch(page, **given | {"mcp_server": False})
"""
VIDEO = "https://example.org/a clip.mp4?x=1"
HERE = {"127.0.0.1:7860"}


def _through(body, folder, headers=((b"host", b"127.0.0.1:7860"),)):
    """Status, what came through the page's door of a request with this JSON, and the length that its head states."""
    sent, seen = [], {}
    messages = [{"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}]

    async def behind(scope, receive, send):
        seen.update(dict(scope["headers"]), body=(await receive())["body"])
        await PlainTextResponse("ok")(scope, receive, send)

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/gradio_api/queue/join", "headers": list(headers)}
    asyncio.run(guard(behind, notes=folder)(scope, receive, send))
    return sent[0]["status"], seen.get("body"), int(seen.get(b"content-length", b"0"))


def test_a_tool_s_video_comes_to_the_job_as_a_note_that_the_job_fetches(tmp_path, square_clip, monkeypatch, toy_model):
    """The body is the one that Gradio's client makes of a tool's arguments."""
    status, body, length = _through({"data": [handle_file(VIDEO), 20, 30, 24, 24], "fn_index": 3}, tmp_path)
    assert status == 200 and length == len(body)
    (file, *numbers), rest = json.loads(body)["data"], json.loads(body)["fn_index"]
    assert numbers == [20, 30, 24, 24] and rest == 3 and file["meta"] == {"_type": "gradio.FileData"}
    assert "https" not in body.decode() and Path(file["path"]).parent == tmp_path
    asked = []
    monkeypatch.setattr(endpoints, "fetch", lambda *given: asked.append(given) or square_clip)
    chosen = read_call(file["path"], (20, 30, 24, 24), 0, toy_model, None, "cpu")
    assert asked == [(VIDEO, tmp_path)] and chosen.clip.path == square_clip and chosen.end == 11


def test_an_address_inside_the_network_is_refused_in_words(tmp_path, toy_model):
    file = exchanged(handle_file("http://127.0.0.1:9/a.mp4"), set(), tmp_path)
    with pytest.raises(gr.Error, match="^'?video: addresses inside this network are not fetched"):
        next(track_file(file["path"], 20, 30, 24, 24, 0, toy_model, -1, "cpu", []))


def test_a_file_that_was_uploaded_here_is_named_by_its_path(tmp_path):
    for host in HERE:
        found = exchanged(handle_file(f"http://{host}/gradio_api/file=/cache/a%20b.mp4"), HERE, tmp_path)
        assert found["path"] == "/cache/a b.mp4"
    _, body, _ = _through(
        [handle_file("https://a.hf.space/gradio_api/file=/c/a.mp4")], tmp_path, [(b"X-Forwarded-Host", b"a.hf.space")]
    )
    assert json.loads(body)[0]["path"] == "/c/a.mp4"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:7860/gradio_api/file=http://example.org/a.mp4",
     "http://127.0.0.1:7860/gradio_api/file=%20HTTP://example.org/a.mp4", "http://other.org/gradio_api/file=/etc/passwd",
     "http://127.0.0.1:7860@example.org/gradio_api/file=/etc/passwd", " HTTP://example.org/\ud800"],
)  # fmt: skip
def test_anything_else_is_a_note_whatever_it_looks_like(tmp_path, address):
    path = Path(exchanged([{"path": address}], HERE, tmp_path)[0]["path"])
    assert path.parent == tmp_path and path.suffix == NOTE
    assert noted(path) == address.strip().replace("\ud800", "?")


def test_an_endless_address_is_refused_and_so_are_all_without_a_folder_for_notes(tmp_path):
    assert _through([{"path": "http://a.org/" + "a" * MOST_LETTERS}], tmp_path)[0] == 400
    assert _through([handle_file(VIDEO)], None)[0] == 400
    assert not list(tmp_path.iterdir())


def test_what_names_no_address_comes_through_as_it_was(tmp_path):
    body = {"data": [{"path": "/tmp/a.mp4", "meta": None}, "https://example.org", 1.5, None, [True]]}
    assert json.loads(_through(body, tmp_path)[1]) == body
    assert exchanged(body, HERE, tmp_path) == body and noted(Path("clip.mp4")) == ""


def test_the_page_tracks_its_own_file_by_address_and_refuses_its_network(strict_server, square_clip, toy_model):
    box = (20, 30, 24, 24, 0, toy_model, 3)
    with strict_server(WITHOUT_MCP, ("--mcp",)) as (server, folder):
        client = Client(server.url, verbose=False, download_files=str(folder / "downloads"))
        with square_clip.open("rb") as file, httpx.Client(trust_env=False) as asked:
            (path,) = asked.post(f"{server.url}/gradio_api/upload", files={"files": file}, timeout=60).json()
        own = handle_file(f"{server.url}/gradio_api/file={path}")
        _, files, words = client.predict(own, *box, api_name="/track")
        assert len(files) == 4 and words
        with pytest.raises(AppError, match="addresses inside this network are not fetched"):
            client.predict(handle_file("http://127.0.0.1:9/a.mp4"), *box, api_name="/track")
        with pytest.raises(AppError):  # a path that is no upload stays closed, whoever names it
            client.predict(handle_file(f"{server.url}/gradio_api/file={square_clip}"), *box, api_name="/track")
        assert server.asked()[1] == set()

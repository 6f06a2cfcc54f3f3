"""Visitors are kept apart: no one reads another's files, state, events or results, or ends another's job."""

import http.client
import json
import uuid
from urllib.parse import urlsplit

import pytest
from gradio_client import Client, handle_file

API = "/gradio_api"
BOX = (20, 30, 24, 24)


def _ask(url, method, path, data=None, until=None, timeout=10):
    """Status and the beginning of an answer; or all of it up to the word ``until``, or to the silence of a stream."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=timeout)
    body = None if data is None else json.dumps(data).encode()
    connection.request(method, API + path, body, {"Content-Type": "application/json"})
    status, heard = 0, ""
    try:
        answer = connection.getresponse()
        status, heard = answer.status, answer.read1(4000).decode(errors="replace")
        while until is not None and until not in heard and (more := answer.read1(4000)):
            heard += more.decode(errors="replace")
    except (TimeoutError, http.client.IncompleteRead):  # a stream that says nothing, or no more
        pass
    finally:
        connection.close()
    return status, heard


@pytest.fixture(scope="module")
def private(strict_server):
    """A page of its own, so that no other test's visitors are on it."""
    with strict_server(MAX_TARGETS=5) as found:
        yield found


def test_files_lie_under_names_that_cannot_be_guessed_and_are_not_listed(private, square_clip, toy_model, tmp_path):
    server, folder = private
    Client(server.url, verbose=False, download_files=tmp_path).predict(
        handle_file(square_clip), *BOX, 0, toy_model, api_name="/track"
    )
    own = next((folder / "cache").glob("playground-cache-*"))
    kept = [path for path in own.rglob("*") if path.is_file() and path.stat().st_size]
    assert len(kept) >= 5
    for path in kept:
        assert len(path.parent.name) == 64 and set(path.parent.name) <= set("0123456789abcdef")
        assert _ask(server.url, "GET", f"/file={path}")[0] == 200  # whoever was given the name
        for near in (path.parent, path.parent.parent, f"{path.parent.parent}/*/{path.name}", f"{own}/{path.name}"):
            assert _ask(server.url, "GET", f"/file={near}")[0] in (403, 404)
    for place in ("/config", f"{API}/info"):
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
        connection.request("GET", place)
        said = connection.getresponse().read().decode()
        connection.close()
        assert not [path for path in kept if str(path) in said]


def test_a_file_of_another_visitor_cannot_be_tracked_without_its_name(private, toy_model):
    server, folder = private
    own = next((folder / "cache").glob("playground-cache-*"))
    for path in (own, own / "*", f"{own}/{'0' * 64}/square.mp4", own / ".." / ".." / "log", toy_model):
        source = {"path": str(path), "meta": {"_type": "gradio.FileData"}}
        status, said = _ask(server.url, "POST", "/call/track", {"data": [source, *BOX, 0, toy_model, -1, "cpu", []]})
        assert status == 200
        _, heard = _ask(server.url, "GET", f"/call/track/{json.loads(said)['event_id']}")
        assert "event: error" in heard and "complete" not in heard


def test_results_are_told_to_nobody_who_guesses(private, square_clip, toy_model):
    server, _ = private
    client = Client(server.url, verbose=False, download_files=False)
    job = client.submit(handle_file(square_clip), *BOX, 0, toy_model, api_name="/track")
    for guess in (uuid.uuid4().hex, "0", "*", "..", client.session_hash[:-1]):
        for stream in (f"/queue/data?session_hash={guess}", f"/call/track/{guess}"):
            assert "complete" not in _ask(server.url, "GET", stream, until="complete", timeout=2)[1]
        said = _ask(server.url, "POST", "/cancel", {"session_hash": guess, "fn_index": 0, "event_id": guess})
        assert said[0] in (200, 404, 422)
        assert _ask(server.url, "POST", "/reset", {"event_id": guess})[0] in (200, 404, 422)
    assert len(job.result(120)) == 3  # nobody ended it


def test_a_state_cannot_be_sent_in(private):
    """The page's own events, asked for by number with a clip made up by the visitor where a state belongs."""
    server, _ = private
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    connection.request("GET", "/config")
    config = json.loads(connection.getresponse().read())
    connection.close()
    states = {component["id"] for component in config["components"] if component["type"] == "state"}
    events = [one for one in config["dependencies"] if one["backend_fn"] and states & set(one["inputs"])]
    assert len(events) >= 5
    made_up = {"path": "/etc/passwd", "width": 1, "height": 1, "frames": 5, "fps": 1}
    for event in events:
        visitor = uuid.uuid4().hex
        asked = {
            "fn_index": event["id"], "session_hash": visitor, "trigger_id": None,
            "data": [made_up if place in states else None for place in event["inputs"]],
        }  # fmt: skip
        assert _ask(server.url, "POST", "/queue/join", asked)[0] == 200
        heard = _ask(server.url, "GET", f"/queue/data?session_hash={visitor}", until='"success":')[1]
        assert '"success":' in heard  # the event was run, and not with what was sent
        assert "root:" not in heard and "Traceback" not in heard and "passwd" not in heard

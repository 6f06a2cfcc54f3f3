"""The page as a program meets it: every endpoint through the real client, errors in words, visitors kept apart."""

import csv
import json
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from playground.app.demo.endpoints import KINDS, models, read_call
from playground.app.demo.toggle import get_tracker
from playground.box import Box
from playground.follow import follow
from playground.video.read import read_frames
from playground.video.write import write_video

BOX = {"x": 20, "y": 30, "w": 24, "h": 24}


@pytest.fixture(scope="module")
def client(demo_server, tmp_path_factory):
    return Client(demo_server.url, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


def _boxes(path) -> list[list[float]]:
    return [[float(row[name]) for name in "xywh"] for row in csv.DictReader(Path(path).read_text().splitlines())]


def test_track_gives_video_files_and_summary(client, square_clip, toy_model):
    video, files, summary = client.predict(
        handle_file(square_clip), 20, 30, 24, 24, 2, toy_model, 9, "cpu", [[60, 30, 20, 20]], api_name="/track"
    )
    assert Path(video).read_bytes()[4:8] == b"ftyp"
    assert [Path(path).suffix for path in files] == [".csv", ".json", ".zip", ".zip"] and len(files) == len(KINDS)
    rows = list(csv.DictReader(Path(files[0]).read_text().splitlines()))
    assert [(int(row["index"]), row["target"]) for row in rows] == [(i, t) for t in "12" for i in range(2, 10)]
    assert [float(rows[0][name]) for name in "xywh"] == [20, 30, 24, 24]
    assert summary.startswith("8 frames of 2 targets in")
    assert [line[:9] for line in summary.splitlines()[1:]] == ["target 1:", "target 2:"]


def test_compare_gives_boxes_of_both(client, square_clip, toy_model):
    video, told = client.predict(
        **BOX, video=handle_file(square_clip), model=toy_model, other="first-box", least=0.5, api_name="/compare"
    )
    assert Path(video).is_file() and len(told["boxes"]["toy"]) == 12 and set(told["fps"]) == {"toy", "The first box"}
    assert told["boxes"]["The first box"] == [[20, 30, 24, 24]] * 12 and 0 <= told["agreed"] <= 1


def test_look_inside_gives_a_page_that_asks_for_nothing(client, square_clip, toy_model):
    page = client.predict(
        **BOX, video=handle_file(square_clip), model=toy_model, frame=5, view="budget", asked={"head": 1},
        api_name="/look_inside",
    )  # fmt: skip
    text = Path(page).read_text()
    assert text.startswith("<!doctype html>") and "head 1" in text and 'src="http' not in text


def test_distil_gives_a_model_that_tracks(client, square_clip, toy_model, tmp_path):
    packed, told = client.predict(
        **BOX, video=handle_file(square_clip), model=toy_model, blocks=[1], steps=2, rate="5e-4",
        weights={"features": 0}, end=3, api_name="/distil",
    )  # fmt: skip
    assert [loss["step"] for loss in told["losses"]] == [1, 2] and "features" not in told["losses"][0]
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "student")
    frames = read_frames(square_clip)
    student = get_tracker(str(tmp_path / "student"), "cpu")
    found = [event.box.as_tuple() for _, event in zip(range(4), _events(student, frames), strict=False)]
    assert np.allclose(found, told["boxes"]["student"])


def _events(tracker, frames):
    return (event for _, event in follow(tracker, frames, Box(20.0, 30.0, 24.0, 24.0)))


def test_models_says_what_can_be_named(client):
    told = client.predict(api_name="/models")
    assert told == json.loads(json.dumps(models()))
    assert "cpu" in told["devices"] and any("MB" in limit for limit in told["limits"])
    assert told["views"]["patch"]["asked"] == ["row", "column", "head"]


def test_names_and_order_of_arguments_are_kept(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    names = {name: [p["parameter_name"] for p in told["parameters"]] for name, told in endpoints.items()}
    clip = ["video", "x", "y", "w", "h", "start", "model"]
    assert names == {
        "/models": [],
        "/track": [*clip, "end", "device", "others"],
        "/compare": [*clip, "other", "end", "device", "least"],
        "/look_inside": [*clip, "frame", "view", "asked", "device"],
        "/distil": [*clip, "blocks", "steps", "rate", "weights", "end", "device"],
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"w": 0}, "box: width and height must be above 0 pixels"),
        ({"x": 999}, "lies outside the 128x96 frame"),
        ({"start": 50}, "start: 50 is beyond the end"),
        ({"model": "nosuch"}, "model: 'nosuch' is unknown"),
        ({"device": "abacus"}, "device: must be gpu or cpu"),
        ({"others": [[1, 2]]}, "box: drag a box"),
        ({"others": [[1, 2, 3, 4]] * 9}, "others: at most 4 more boxes; got 9"),
    ],
)
def test_an_error_is_a_sentence(client, square_clip, toy_model, changes, words):
    with pytest.raises(AppError, match=words) as raised:
        values = {**BOX, "start": 0, "model": toy_model} | changes
        client.predict(video=handle_file(square_clip), **values, api_name="/track")
    assert "Traceback" not in str(raised.value)


def test_what_is_no_video_or_asked_wrongly_is_refused_in_words(client, square_clip, toy_model, tmp_path):
    (tmp_path / "notes.txt").write_text("not a video\n" * 40)
    (tmp_path / "cut.mp4").write_bytes(square_clip.read_bytes()[:400])
    for name in ("notes.txt", "cut.mp4"):
        with pytest.raises(AppError, match=f"video: .*{name} "):
            client.predict(**BOX, video=handle_file(tmp_path / name), model=toy_model, api_name="/track")
    with pytest.raises(AppError, match="asked: choose from layer, .*; got glow"):
        client.predict(
            **BOX, video=handle_file(square_clip), model=toy_model, frame=2, asked={"glow": 1}, api_name="/look_inside"
        )
    with pytest.raises(ValueError, match="^video: give a file"):
        read_call(None, (0, 0, 1, 1), 0, "m", None, "cpu")


def test_files_of_the_server_cannot_be_asked_for(demo_server, square_clip, toy_model):
    # By hand: the client would upload the file that it finds under this path on its own machine.
    source = {"path": str(square_clip), "meta": {"_type": "gradio.FileData"}}
    data = json.dumps({"data": [source, 20, 30, 24, 24, 0, toy_model, -1, "cpu", []]}).encode()
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    head = {"Content-Type": "application/json"}
    call = f"{demo_server.url}/gradio_api/call/track"
    event = json.load(directly.open(urllib.request.Request(call, data, head), timeout=30))["event_id"]
    assert "event: error" in directly.open(f"{call}/{event}", timeout=30).read().decode()


def test_eight_visitors_at_once_get_the_boxes_of_a_lone_run_each(demo_server, toy_model, tmp_path):
    def visit(number: int) -> bool:
        clip, start = tmp_path / f"clip{number}.mp4", (10.0 + 2 * number, 20.0, 20.0, 18.0)
        rng = np.random.default_rng(number)
        ground, patch = rng.integers(0, 90, (72, 96, 3), np.uint8), rng.integers(120, 255, (18, 20, 3), np.uint8)
        frames = [ground.copy() for _ in range(10)]
        for i, frame in enumerate(frames):
            frame[20:38, 10 + 2 * number + i : 30 + 2 * number + i] = patch
        write_video(clip, frames, 25)
        client = Client(demo_server.url, verbose=False, download_files=tmp_path / f"downloads{number}")
        _, files, _ = client.predict(handle_file(clip), *start, 0, toy_model, api_name="/track")
        alone = [event.box for _, event in follow(get_tracker(toy_model, "cpu"), read_frames(clip), Box(*start))]
        return np.allclose(_boxes(files[0]), [box.as_tuple() for box in alone], atol=0.0051)

    with ThreadPoolExecutor(8) as visitors:
        assert list(visitors.map(visit, range(8))) == [True] * 8


def test_the_server_asks_for_no_address_but_this_machine(client, square_clip, toy_model, demo_server):
    client.predict(handle_file(square_clip), 20, 30, 24, 24, 10, toy_model, api_name="/track")
    contacts, elsewhere = demo_server.asked()
    assert contacts  # the page looks whether it can be reached, so something must have been noted
    assert elsewhere == set()

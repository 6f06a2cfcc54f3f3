"""The page as a program meets it: the stable endpoint, its errors, and that nothing is sent off this machine."""

import csv
import inspect
import socket
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from playground.app.cli import main
from playground.app.demo import build


@pytest.fixture(scope="module")
def client(demo_server, tmp_path_factory):
    return Client(demo_server.url, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


def test_the_endpoint_gives_video_boxes_and_summary(client, square_clip, toy_model):
    video, boxes, summary = client.predict(handle_file(square_clip), 20, 30, 24, 24, 2, toy_model, api_name="/track")
    assert Path(video).read_bytes()[4:8] == b"ftyp"
    assert [Path(path).suffix for path in boxes] == [".csv", ".json", ".txt"]
    rows = list(csv.DictReader(Path(boxes[0]).read_text().splitlines()))
    assert [int(row["index"]) for row in rows] == list(range(2, 12))
    assert [float(rows[0][name]) for name in "xywh"] == [20, 30, 24, 24]
    assert summary.startswith("10 frames in")


def test_the_endpoint_is_the_only_one_and_has_named_arguments(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    assert list(endpoints) == ["/track"]
    names = [parameter["parameter_name"] for parameter in endpoints["/track"]["parameters"]]
    assert names == ["video", "x", "y", "w", "h", "start", "model"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"w": 0}, "box: width and height must be above 0 pixels"),
        ({"x": 999}, "lies outside the 128x96 frame"),
        ({"start": 50}, "start: 50 is beyond the end"),
        ({"model": "nosuch"}, "model: 'nosuch' is unknown"),
    ],
)
def test_an_error_is_a_sentence(client, square_clip, toy_model, changes, words):
    values = {"x": 20, "y": 30, "w": 24, "h": 24, "start": 0, "model": toy_model} | changes
    with pytest.raises(AppError, match=words) as raised:
        client.predict(video=handle_file(square_clip), **values, api_name="/track")
    assert "Traceback" not in str(raised.value)


def test_files_of_the_server_cannot_be_asked_for(client, toy_model):
    source = {"path": inspect.getfile(build), "meta": {"_type": "gradio.FileData"}}
    with pytest.raises(AppError) as raised:
        client.predict(source, 20, 30, 24, 24, 0, toy_model, api_name="/track")
    assert "demo.py" not in str(raised.value)  # it was not opened at all


def test_the_server_asks_for_no_address_but_this_machine(client, square_clip, toy_model, demo_server):
    client.predict(handle_file(square_clip), 20, 30, 24, 24, 10, toy_model, api_name="/track")
    contacts, elsewhere = demo_server.asked()
    assert contacts  # the page looks whether it can be reached, so something must have been noted
    assert elsewhere == set()


def test_an_unknown_model_and_a_taken_port_are_told_at_the_start(toy_model, capsys):
    with pytest.raises(ValueError, match="^model: 'nosuch' is unknown"):
        build("nosuch")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as stop:
        main(["demo", "--model", toy_model, "--port", str(taken.getsockname()[1])])
    assert stop.value.code == 2 and "playground: port: " in capsys.readouterr().err

"""What the left side does with what it is given: good values, values a browser should not send, and failures."""

import shutil

import gradio as gr
import numpy as np
import pytest

from playground.app.demo import choosing
from playground.app.demo.choosing import (
    CHOSEN,
    about_model,
    open_link,
    show_address,
    show_clip,
    show_example,
    show_frame,
    show_upload,
    switch_device,
    take_targets,
    tell_model,
)
from playground.app.demo.clip import open_clip
from playground.app.demo.models import models_only_from
from playground.app.demo.targets import Targets
from playground.box import Box
from playground.video.synthetic import EXAMPLES
from playground.video.write import write_video

BOX = Box(1.0, 2.0, 3.0, 4.0)


def _said(call, *arguments) -> str:
    with pytest.raises(gr.Error) as raised:
        call(*arguments)
    return raised.value.message


def test_a_chosen_clip_fills_every_component(square_clip):
    values = show_clip(open_clip(square_clip), BOX, start=4)
    clip, key, targets, picker, start, end, *numbers = values
    assert len(values) == CHOSEN and key == clip.key and clip.frames == 12 and picker["width"] == 128
    assert targets == Targets(boxes=(BOX,)) and numbers == [1, 2, 3, 4]
    assert (start.maximum, start.value, end.maximum, end.value) == (11, 4, 11, 11)
    assert show_upload(str(square_clip))[6:] == [None] * 4


def test_a_clip_of_one_frame_has_sliders_that_do_nothing(tmp_path):
    write_video(tmp_path / "one.mp4", [np.zeros((32, 32, 3), np.uint8)], 10)
    *_, start, end = show_upload(str(tmp_path / "one.mp4"))[:6]
    assert not start.interactive and not end.interactive and start.maximum > start.minimum


def test_another_frame_keeps_all_boxes(square_clip):
    clip, targets = open_clip(square_clip), Targets(boxes=(BOX, Box(5.0, 5.0, 5.0, 5.0)), active=1)
    first, later = (show_frame(clip, clip.key, targets, start, 9, 9, 9, 9) for start in (0, 9))
    assert first["boxes"] == later["boxes"] == [[1, 2, 3, 4], [9, 9, 9, 9]] and first["image"] != later["image"]
    assert show_frame(clip, clip.key, Targets(), 3, None, None, None, None)["boxes"] == [None]
    assert _said(show_frame, clip, clip.key, targets, 99, 1, 2, 3, 4).startswith("start: 99 is beyond")
    assert _said(show_frame, clip, "another", targets, 0, 1, 2, 3, 4).startswith("video: the clip that you see is not")


def test_what_was_drawn_is_checked():
    drawn = gr.EventData(None, {"boxes": [[1, 1, 9, 9], [1.4, 2.6, 3, 4]], "active": 1})
    targets, *numbers = take_targets(drawn)
    assert targets.boxes[0] == Box(1.0, 1.0, 9.0, 9.0) and numbers == [1, 3, 3, 4]
    assert take_targets(gr.EventData(None, {"boxes": [None], "active": 0}))[1:] == [None] * 4
    for data in ({}, {"boxes": [["<b>", 1, 2, 3]], "active": 0}, {"boxes": [[1, 2, 3]], "active": 0}):
        assert _said(take_targets, gr.EventData(None, data)).startswith(("box: ", "targets: "))


def test_examples_come_with_their_box(tmp_path):
    name = next(iter(EXAMPLES))
    clip, _, targets, *_ = show_example(tmp_path, name)
    assert clip.link == name and None not in targets.boxes
    assert _said(show_example, tmp_path, "../secret").startswith("example: must be one of")


def test_an_address_is_fetched_and_can_be_linked(square_clip, tmp_path, monkeypatch):
    monkeypatch.setattr(choosing, "fetch", lambda address, folder: square_clip)
    clip, _, targets, *_ = show_address(tmp_path, " https://example.org/square.mp4 ")
    assert clip.link == "https://example.org/square.mp4" and targets.boxes == (None,)


def test_a_model_is_described_or_what_is_wrong_is_said(toy_model):
    assert "4 blocks" in about_model(toy_model)
    assert 'class="wrong"' in about_model("<b>nosuch") and "<b>" not in about_model("<b>nosuch")
    assert about_model("") == ""


def test_what_comes_from_the_hub_is_announced_before_it_is_described(toy_model, monkeypatch, tmp_path):
    assert list(tell_model(toy_model)) == [about_model(toy_model)] and list(tell_model("")) == [""]
    asked = []
    monkeypatch.setattr(choosing, "describe_model", lambda model: asked.append(model) or "4 blocks")
    said = tell_model("someone/toy@main")
    assert "Fetching someone/toy@main from the Hub" in next(said) and asked == []
    assert list(said) == ["<p>4 blocks</p>"] and asked == ["someone/toy@main"]
    shutil.copytree(toy_model, tmp_path / "someone" / "toy")
    monkeypatch.chdir(tmp_path)
    assert list(tell_model("someone/toy")) == ["<p>4 blocks</p>"]  # a folder here
    with models_only_from([]):
        assert "Fetching someone/toy from the Hub" in next(tell_model("someone/toy"))
        assert list(tell_model("a/b/c")) == list(tell_model("a\0b/c")) == ["<p>4 blocks</p>"]


def test_a_link_asks_nobody_for_its_model(tmp_path, monkeypatch):
    """The page is there first; what is said of the model comes afterwards."""
    monkeypatch.setattr(choosing, "describe_model", lambda model: pytest.fail("it was asked for"))
    assert open_link(tmp_path, {"model": "someone/toy"})[CHOSEN] == "someone/toy"


def test_the_gpu_cannot_be_switched_to_where_there_is_none(monkeypatch, toy_model):
    monkeypatch.setattr(choosing, "why_no_gpu", lambda: "No GPU: none here.")
    assert _said(switch_device, "gpu", toy_model) == "device: No GPU: none here."
    assert switch_device("cpu", toy_model)[0] == toy_model


def test_a_link_changes_what_it_names_and_nothing_else(tmp_path, toy_model, monkeypatch):
    unchanged = gr.skip()
    values = open_link(tmp_path, {"tab": "compare"})
    assert values[:-1] == [unchanged] * (CHOSEN + 2) and values[-1].selected == "compare"
    name = next(iter(EXAMPLES))
    query = {"clip": name, "start": "5", "box": "9,8,30,40", "model": toy_model, "device": "cpu"}
    clip, _, targets, _, start, _, *numbers, model, device, tab = open_link(tmp_path, query)
    assert (
        clip.link == name and start.value == 5 and numbers == [9, 8, 30, 40] and targets.boxes == (Box(9, 8, 30, 40),)
    )
    assert model == toy_model and device == "cpu" and tab == unchanged
    monkeypatch.setattr(choosing, "why_no_gpu", lambda: "No GPU: none here.")
    assert open_link(tmp_path, {"device": "gpu"})[CHOSEN + 1] == unchanged  # sent by somebody who has one
    assert _said(open_link, tmp_path, {"box": "1"}).startswith("box: the address must say")

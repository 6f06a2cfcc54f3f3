"""The tab *Webcam* between browser and tracker; the camera itself is tried in test_page_in_browser.py."""

import gradio as gr
import numpy as np
import pytest

from playground.app.demo.webcam import Drawn, Live
from playground.app.demo.webcam_tab import intro_html, show, take_box


def test_boxes_alone_go_back(toy_model):
    image = np.full((48, 64, 3), 90, np.uint8)
    drawn = take_box(Drawn(), gr.EventData(None, {"box": [0.25, 0.25, 0.5, 0.5]}))
    told, live = show(Live(), drawn, image, toy_model, "cpu")
    assert told["box"] == pytest.approx([0.25, 0.25, 0.5, 0.5]) and live.state is not None
    assert not any(isinstance(value, np.ndarray) for value in told.values())
    told, live = show(live, take_box(drawn, gr.EventData(None, {"box": None})), image, toy_model, "cpu")
    assert told["box"] is None and live.state is None


def test_no_picture_changes_nothing_and_nonsense_is_told(toy_model):
    assert show(Live(), Drawn(), None, toy_model, "cpu") == [gr.skip(), gr.skip()]
    with pytest.raises(gr.Error) as raised:
        take_box(Drawn(), gr.EventData(None, {"box": "all"}))
    assert raised.value.message.startswith("box: ")


def test_the_better_page_is_a_link_where_its_address_is_known_and_a_command_elsewhere():
    assert "<code>playground page</code>" in intro_html("") and "<a " not in intro_html("")
    assert '<a href="https://example.org/?a=1&amp;b=2"' in intro_html("https://example.org/?a=1&b=2")

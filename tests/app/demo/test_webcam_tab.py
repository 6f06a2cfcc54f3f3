"""The tab *Webcam* between browser and tracker; the camera itself is tried in test_tabs_in_browser.py."""

import sys
from types import SimpleNamespace

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


def test_the_better_page_is_a_link_where_its_address_is_known_and_a_command_elsewhere(monkeypatch):
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert "<code>playground page</code>" in intro_html("") and "<a " not in intro_html("")
    assert "docs/browser.md" in intro_html("") and "docs/browser.md" not in intro_html("https://example.org/")
    assert '<a href="https://example.org/?a=1&amp;b=2"' in intro_html("https://example.org/?a=1&b=2")


def test_a_space_names_no_command_which_helps_none_of_its_visitors(monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/page")
    assert "Better" not in intro_html("") and "2 cameras are followed at a time" in intro_html("")
    assert '<a href="https://example.org/"' in intro_html("https://example.org/")


def test_where_gpus_are_lent_it_says_that_the_cpu_follows(monkeypatch):
    monkeypatch.setitem(sys.modules, "spaces", None)
    assert "The CPU follows here" not in intro_html("")
    monkeypatch.setitem(sys.modules, "spaces", SimpleNamespace())
    assert "The CPU follows here" in intro_html("")

"""The left side gives its values in the order in which they are read."""

import inspect

import gradio as gr
import pytest

from playground.app.demo.chooser import make_chooser, step
from playground.app.demo.choosing import CHOSEN
from playground.app.demo.chosen import VALUES, read_chosen
from playground.app.demo.clip import open_clip
from playground.box import Box


@pytest.fixture
def chooser(square_clip, toy_model, tmp_path):
    clip = open_clip(square_clip)
    with gr.Blocks():
        return make_chooser(tmp_path, clip, clip.frame(0).image, Box(20, 30, 24, 24), toy_model, "cpu")


def test_its_components_are_what_is_read(chooser, toy_model):
    components = chooser.inputs()
    assert len(components) == len(inspect.signature(read_chosen).parameters) == VALUES
    values = [component.value for component in components]
    chosen = read_chosen(*values)
    assert chosen.boxes == (Box(20, 30, 24, 24),) and (chosen.start, chosen.end) == (0, 11)
    assert (chosen.model, chosen.device) == (toy_model, "cpu")
    assert len(chooser.loaded()) == CHOSEN


def test_a_step_is_a_heading():
    with gr.Blocks() as page:
        step(2, "Drag", "or type")
    assert any(
        '<h2 class="step"><span>2</span>Drag' in str(block.value)
        for block in page.blocks.values()
        if hasattr(block, "value")
    )

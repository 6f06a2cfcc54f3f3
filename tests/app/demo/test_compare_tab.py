"""The tab *Compare*: what its job, its slider and its threshold send to the page."""

import json
from pathlib import Path

import gradio as gr
import pytest

from playground.app.demo.clip import open_clip
from playground.app.demo.compare_tab import RESULTS, Kept, begin, compare_clip, give_up, judge, swipe_frame, words_html
from playground.app.demo.comparing import compare
from playground.app.demo.stopping import StopSign
from playground.app.demo.targets import Targets


@pytest.fixture
def kept(order):
    asked = order(start=1)
    *_, end = compare(asked, "first-box")
    return Kept(clip=asked.chosen.clip, compared=end)


def test_a_comparison_ends_with_a_value_for_every_component(square_clip, toy_model):
    clip = open_clip(square_clip)
    left = (clip, clip.key, Targets(), 0, None, 20, 30, 24, 24, toy_model, "cpu")
    for step in compare_clip(StopSign(), *left, "first-box", 0.5):
        assert len(step) == 1 + RESULTS
        video = step[6]
        assert not isinstance(video, str) or Path(video).is_file()
    column, kept, words, slider, swipe, _, figure, style = step[1:]
    assert column.visible and isinstance(kept, Kept) and "toy" in words and "swipe from toy" in swipe
    assert (slider.minimum, slider.maximum) == (0, 11) and "#agreement" in style
    assert len(json.loads(figure.value["plot"])["data"][0]["x"]) == 12
    assert not Path(video).exists()  # gradio has its own copy by then
    with pytest.raises(gr.Error) as raised:
        list(compare_clip(StopSign(), *left, None, 0.5))
    assert raised.value.message.startswith("model: ")


def test_the_threshold_moves_the_frame_that_is_shown(kept):
    never, always = judge(kept, 0.05), judge(kept, 0.95)
    assert always[1].value == kept.compared.apart(0.95)
    assert never[1].value == (11 if kept.compared.apart(0.05) is None else kept.compared.apart(0.05))
    assert judge(None, 0.5) == [gr.skip()] * 5


def test_a_frame_is_swiped_and_one_beyond_is_the_last(kept):
    assert "frame 7<" in swipe_frame(kept, 7)
    assert "frame 11<" in swipe_frame(kept, 99) and "frame 1<" in swipe_frame(kept, -3)
    assert swipe_frame(None, 3) == gr.skip()


def test_words_say_agreement_and_speeds(kept):
    words = words_html(kept.compared, 0.5)
    assert f"<b>{kept.compared.agreed():.2f}</b>" in words and "FPS of The first box alone" in words


def test_the_buttons_take_turns():
    sign = StopSign(raised=True)
    assert begin(sign)[3].visible and not sign.raised and give_up()[1].interactive

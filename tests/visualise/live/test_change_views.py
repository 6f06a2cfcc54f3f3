"""Views that run the network again: the same numbers as a direct run, and a sentence for what cannot be run."""

import pytest

from playground.backends.torch import TorchBackend
from playground.box import Box, boxes_to_array, iou
from playground.config import TrackerConfig, UpdateConfig
from playground.events import TrackEvent
from playground.model.prune import fade
from playground.tracker import Tracker
from playground.video.read import read_frames
from playground.visualise.inside import look_inside, replay, study_figure, study_layers
from playground.visualise.live.change_views import mask_view, removal_view, study_view, timeline_view
from playground.visualise.live.pair_views import swipe_view
from playground.visualise.live.view import in_a_sentence

RATES = (1.0, 0.5, 0.0)


def test_the_slider_fades_the_chosen_layers(sparse, crops):
    view = removal_view(sparse, crops[0], blocks=(1,), rates=RATES)
    assert view.controls["step"].values == {"0.00": 0, "0.50": 1, "1.00": 2}
    figure = view.figure(step=2, blocks=(0, 2))
    direct = look_inside(sparse, crops[0], fade(3, (0, 2), 0.0))
    drawn = next(trace for trace in figure.data if trace.name == "left, now")
    assert list(drawn.y) == pytest.approx(direct.edges[-1, 0].tolist(), rel=1e-3)
    assert "layers 0, 2: 0.00 of what they add is kept" in figure.layout.title.text
    assert view.figure(step=0) != view.figure(step=2)


def test_the_paper_s_layers_fade_at_first(sparse, crops):
    assert removal_view(sparse, crops[0], rates=RATES).chosen == {"step": 1, "blocks": (0,)}


def test_a_picture_of_the_view_shows_blocks_that_fade(sparse, crops):
    assert (
        "layer 2: 0.50 of what it adds is kept"
        in removal_view(sparse, crops[0], blocks=(2,), rates=RATES).figure().layout.title.text
    )


def test_a_layer_or_a_step_that_is_not_there(sparse, crops):
    view = removal_view(sparse, crops[0], blocks=(3,), rates=RATES)
    assert in_a_sentence(view) == "blocks: choose from 0..2; got 3."
    assert in_a_sentence(view, blocks=(), step=9) == "step: choose from 0..2; got 9."


@pytest.fixture
def tracker(sparse):
    return Tracker(TorchBackend(sparse), TrackerConfig(update=UpdateConfig(interval=3)))


def test_forced_templates_stand_on_the_timeline(tracker, world):
    view = timeline_view(tracker, list(read_frames(world.frames)), Box(*world.boxes[0].tolist()))
    assert list(view.controls["force"].values) == [str(i) for i in range(1, 8)]
    assert list(view.controls["veto"].values.values()) == [3, 6]
    drawn = {trace.name: trace for trace in view.figure(force=(2, 5)).data}
    assert list(drawn["online template forced"].x) == [2, 5]
    assert in_a_sentence(view, force=(3,), veto=(3,)).startswith("force: frame 3 is in veto too")


def test_the_overlap_with_another_track(tracker, world):
    frames, box = list(read_frames(world.frames)), Box(*world.boxes[0].tolist())
    beside = [TrackEvent(index=i, time_s=0.0, box=box) for i in range(len(frames))]
    view = timeline_view(tracker, frames, box, beside=beside, against="a <stone>")
    curve = next(trace for trace in view.figure().data if "IoU" in trace.name)
    found = [moment.event.box for moment in replay(tracker, frames, box)]
    by_hand = [iou(boxes_to_array([one]), boxes_to_array([box]))[0] for one in found]
    assert list(curve.y) == pytest.approx(by_hand, abs=1e-3) and curve.name == "IoU with a &lt;stone&gt;"
    short = timeline_view(tracker, frames, box, beside=beside[:3])
    assert in_a_sentence(short).startswith("events: both tracks must be of the same frames")


def test_a_clip_of_one_frame_has_no_timeline(tracker, world):
    view = timeline_view(tracker, list(read_frames(world.frames[:1])), Box(*world.boxes[0].tolist()))
    assert in_a_sentence(view) == "frames: a track needs a clip of at least 2 frames; got 1."


def test_the_study_by_number_of_layers(sparse, crops):
    view = study_view(sparse, crops)
    assert view.controls["remove"].values == {"1": 1, "2": 2} and view.chosen == {"remove": 1}
    assert view.figure(remove=2) == study_figure(study_layers(sparse, crops, 2))
    assert in_a_sentence(view, remove=3).startswith("remove: choose from 1..2 of 3 layers; got 3")


def test_more_templates_cost_more(sparse, crops):
    view = mask_view(sparse, crops[0], most=3)
    assert view.chosen == {"templates": 2}

    def macs(templates):
        bars = next(trace for trace in view.figure(templates=templates).data if trace.type == "bar")
        return max(bars.x)

    assert macs(1) < macs(3)


def test_a_click_on_the_timeline_seeks(tracker, world):
    frames, box = list(read_frames(world.frames)), Box(*world.boxes[0].tolist())
    events = [TrackEvent(index=i, time_s=0.0, box=box) for i in range(len(frames))]
    swipe = swipe_view([frame.image for frame in frames], events, events)
    view = timeline_view(tracker, frames, box, beside=events, opens=swipe)
    for trace in view.figure(force=(5,)).data:
        for frame, point in zip(trace.x, trace.customdata, strict=True):
            assert frame is None or point == {"place": frame}
    forced = next(trace for trace in view.figure(force=(5,)).data if trace.name == "online template forced")
    view.clicked(forced.customdata[0])
    assert swipe.chosen["place"] == 5

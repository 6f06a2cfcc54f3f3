"""Without force and veto a replay is the track; with them the memory holds what a person decided."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from playground.box import Box
from playground.config import TrackerConfig, UpdateConfig
from playground.crop import crop
from playground.follow import follow
from playground.tracker import Answer, Tracker
from playground.video.read import Frame
from playground.visualise.inside.moments import replay

START = Box(30, 30, 20, 20)
SURE = Answer((0.4, 0.4, 0.6, 0.6), 0.9, np.full((4, 8), 1 / 8))


@dataclass
class Noting:
    """A backend that is always sure of the middle, and notes which templates it had in each frame."""

    answer: Answer = SURE
    template_size: int = 16
    search_size: int = 32
    seen: list = field(default_factory=list)

    def encode(self, templates):
        return templates

    def locate(self, search, memory):
        self.seen.append(memory)
        return self.answer


@pytest.fixture
def frames():
    """Frames numbered from 5 that are as bright as their number says."""
    return [Frame(np.full((80, 80, 3), 20 * i, np.uint8), 5 + i, i / 25) for i in range(10)]


def _tracker(answer=SURE, interval=3):
    return Tracker(Noting(answer), TrackerConfig(update=UpdateConfig(interval=interval)))


def _brightness(templates) -> int:
    """Of the frame that the online template was cut from, as its place in the clip."""
    return round((float(templates[1, 0].mean()) * 0.229 + 0.485) * 255 / 20)


def test_left_alone_it_is_the_track(frames):
    tracker = _tracker()
    moments = replay(tracker, frames, START)
    plain = [event for _, event in follow(tracker, frames, START)]
    strip = [(m.event.index, m.event.box, m.event.score, m.event.updated) for m in moments]
    assert strip == [(e.index, e.box, e.score, e.updated) for e in plain]
    assert [m.event.index for m in moments if m.update == "taken"] == [8, 11, 14]
    assert moments[0].entropy is None and all(m.entropy == pytest.approx(3) for m in moments[1:])


def test_a_veto_keeps_the_template_that_was_there(frames):
    tracker = _tracker()
    moments = replay(tracker, frames, START, veto=[11])
    assert [m.update for m in moments if m.event.index in (8, 11, 14)] == ["taken", "vetoed", "taken"]
    # Frames 9 .. 14 are located with what was taken from frame 6, the first that beat all; later ones from 12.
    assert [_brightness(seen) for seen in tracker.backend.seen] == [0, 0, 0, 1, 1, 1, 1, 1, 1]
    assert not next(m for m in moments if m.update == "vetoed").event.updated


def test_a_forced_frame_is_the_template_from_then_on(frames):
    tracker = _tracker()
    moments = replay(tracker, frames, START, force=[9])
    assert [_brightness(seen) for seen in tracker.backend.seen[:6]] == [0, 0, 0, 1, 4, 4]
    forced = next(m for m in moments if m.event.index == 9)
    assert forced.update == "forced" and forced.event.updated
    picture, _ = crop(frames[4].image, forced.event.box, 2.0, 16)
    np.testing.assert_array_equal(forced.template, picture)


def test_a_frame_that_takes_one_itself_can_be_forced(frames):
    tracker = Tracker(Noting(), TrackerConfig(update=UpdateConfig(interval=3, max_templates=3)))
    replay(tracker, frames, START, force=[8])
    assert len(tracker.backend.seen[-1]) == 4  # the first one, and one online template for each of three updates
    assert [len(seen) for seen in tracker.backend.seen[:4]] == [2, 2, 2, 3]


def test_a_model_without_score_takes_one_by_force_alone(frames):
    tracker = _tracker(Answer(SURE.box_rel, None, SURE.edges))
    moments = replay(tracker, frames, START, force=[7])
    assert [m.event.index for m in moments if m.update] == [7]
    assert _brightness(tracker.backend.seen[-1]) == 2


def test_wrong_input_is_told_so(frames):
    with pytest.raises(ValueError, match="frames: a track needs a clip of at least 2 frames; got 1"):
        replay(_tracker(), frames[:1], START)
    with pytest.raises(ValueError, match="force: frame 7 is in veto too"):
        replay(_tracker(), frames, START, force=[7], veto=[7])
    for name in ("force", "veto"):
        with pytest.raises(ValueError, match=rf"{name}: choose frames from 6\.\.14; got 5"):
            replay(_tracker(), frames, START, **{name: [5]})

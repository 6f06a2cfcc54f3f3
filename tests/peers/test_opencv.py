"""OpenCV's trackers: they follow what moves, agree with OpenCV called directly, and fail in words."""

from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from playground.box import Box, boxes_to_array, iou
from playground.follow import follow
from playground.peers import PEERS, OpenCVTracker, opencv
from playground.video.read import Frame

NANOTRACK = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "peers"
needs_nanotrack = pytest.mark.skipif(not NANOTRACK.is_dir(), reason="needs NanoTrack's files in ../shared/data/peers")
PLAIN = ["mosse", "kcf", "mil", "csrt"]


def _frames(count: int, speed: int = 2) -> tuple[list[Frame], np.ndarray]:
    """A patch of coloured noise that moves over weaker waves, and its true boxes."""
    rng = np.random.default_rng(5)
    background = cv2.resize(rng.integers(90, 130, (12, 16, 3), np.uint8), (160, 120))
    patch = cv2.resize(rng.integers(0, 255, (6, 8, 3), np.uint8), (32, 24))
    frames, boxes = [], []
    for i in range(count):
        image = background.copy()
        x, y = 30 + speed * i, 40 + i
        image[y : y + 24, x : x + 32] = patch
        frames.append(Frame(image, i, i / 30))
        boxes.append((x, y, 32, 24))
    return frames, np.array(boxes, np.float64)


def _track(tracker: OpenCVTracker, frames: list[Frame], box: Box) -> list:
    return [event for _, event in follow(tracker, frames, box)]


@pytest.mark.parametrize("name", PLAIN)
def test_follows_what_moves(name):
    frames, truth = _frames(8)
    events = _track(PEERS[name](""), frames, Box(*truth[0]))
    assert [event.index for event in events] == list(range(8))
    # MIL draws at random.
    assert iou(boxes_to_array([event.box for event in events]), truth).mean() > (0.4 if name == "mil" else 0.7)
    assert all(event.timing_ms["step"] > 0 and not event.lost and event.score is None for event in events[1:])


@needs_nanotrack
def test_nanotrack_is_opencvs_own_on_bgr_frames():
    frames, truth = _frames(6)
    events = _track(PEERS["nanotrack"](str(NANOTRACK)), frames, Box(*truth[0]))
    settings = cv2.TrackerNano_Params()
    settings.backbone, settings.neckhead = (str(NANOTRACK / name) for name in opencv.NANOTRACK_FILES)
    theirs = cv2.TrackerNano_create(settings)
    theirs.init(frames[0].image[..., ::-1].copy(), (30, 40, 32, 24))
    for frame, event in zip(frames[1:], events[1:], strict=True):
        _, box = theirs.update(frame.image[..., ::-1].copy())
        assert event.box.as_tuple() == box and event.score == pytest.approx(theirs.getTrackingScore())
        assert 0 < event.score <= 1


def test_two_tracks_of_one_tracker_do_not_disturb_each_other():
    frames, truth = _frames(5)
    tracker, alone = PEERS["kcf"](""), _track(PEERS["kcf"](""), frames, Box(*truth[0]))
    state, _ = tracker.start(frames[0].image, Box(*truth[0]))
    other, _ = tracker.start(frames[0].image, Box(2, 2, 20, 20))
    for frame, event in zip(frames[1:], alone[1:], strict=True):
        state, found = tracker.step(state, frame.image)
        other, _ = tracker.step(other, frame.image)
        assert found.box == event.box


def test_only_the_newest_state_goes_on():
    frames, truth = _frames(2)
    tracker = PEERS["kcf"]("")
    old, _ = tracker.start(frames[0].image, Box(*truth[0]))
    tracker.step(old, frames[1].image)
    with pytest.raises(ValueError, match="^state: of frame 0, but OpenCV has gone on to 1"):
        tracker.step(old, frames[1].image)


class _Told:
    """A tracker of OpenCV that notes its first box and answers as it is told, an error included."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def init(self, image, box):
        self.box = box

    def update(self, image):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_what_opencv_loses_stays_where_it_was():
    error = cv2.error("no such luck")
    error.err = "empty patch"
    told = _Told((True, (3, 4, 5, 6)), (False, (0, 0, 0, 0)), error, (True, (7, 8, 9, 10)))
    frames, truth = _frames(5)
    events = _track(OpenCVTracker(lambda: told), frames, Box(*truth[0]))
    assert [event.box.as_tuple() for event in events[1:]] == [(3, 4, 5, 6), (3, 4, 5, 6), (3, 4, 5, 6), (7, 8, 9, 10)]
    assert [event.lost for event in events[1:]] == [False, True, True, False]
    assert "frame 3" in events[3].problem and "empty patch" in events[3].problem and not events[2].problem


@pytest.mark.parametrize(
    ("box", "least", "seen"),
    [
        ((10.4, 20.6, 14.4, 23.6), 1, (10, 21, 14, 24)),
        ((-10, -6, 30, 20), 1, (0, 0, 20, 14)),
        ((150, 100, 40, 40), 1, (150, 100, 10, 20)),
        ((50, 50, 1, 2), 5, (48, 48, 5, 5)),
        ((159.9, 0, 9, 9), 5, (155, 0, 5, 9)),
        ((-20, -20, 300, 300), 1, (0, 0, 160, 120)),
    ],
)
def test_opencv_sees_whole_pixels_inside_the_frame(box, least, seen):
    told = _Told()
    _, event = OpenCVTracker(lambda: told, least).start(np.zeros((120, 160, 3), np.uint8), Box(*box))
    assert told.box == seen and event.box == Box(*box)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.timeout(60)
def test_a_tiny_box_neither_fails_nor_hangs(name):
    frames, _ = _frames(2)
    assert len(_track(PEERS[name](""), frames, Box(50, 50, 1.2, 1.2))) == 2


def test_mistakes_are_told_in_words(monkeypatch, tmp_path):
    blank = np.zeros((120, 160, 3), np.uint8)
    with pytest.raises(ValueError, match="^box: .*above 0"):
        PEERS["kcf"]("").start(blank, Box(1, 1, 0, 4))
    with pytest.raises(ValueError, match="^box: OpenCV cannot start on 160x120 pixels in a 160x120 frame"):
        PEERS["mil"]("").start(blank, Box(0, 0, 160, 120))
    with pytest.raises(ValueError, match="^tracker: csrt loads nothing; leave 'x' out"):
        PEERS["csrt"]("x")
    with pytest.raises(ValueError, match="^tracker: nanotrack needs nanotrack_backbone_sim.onnx and .*_head_"):
        PEERS["nanotrack"](str(tmp_path))
    for name in opencv.NANOTRACK_FILES:
        (tmp_path / name).write_text("no network")
    with pytest.raises(ValueError, match="^tracker: OpenCV cannot read nanotrack's files in"):
        PEERS["nanotrack"](str(tmp_path))
    monkeypatch.setattr(opencv, "cv2", SimpleNamespace())
    with pytest.raises(ValueError, match="^tracker: this build of OpenCV has no mosse; .*contrib"):
        PEERS["mosse"]("")

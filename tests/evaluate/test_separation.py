"""Score and target: asked of trackers that know the answer, and the area under the curve by counting pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.config import CropConfig, TrackerConfig
from playground.evaluate.separation import Asked, ask, roc_area
from playground.tracker import Tracker
from playground.tracker.backend import Answer

SIZE = 16


class Bright:
    """A backend whose score is the share of white in the search region: it sees the white target, and only that."""

    template_size = search_size = SIZE

    def __init__(self, scored: bool = True) -> None:
        self.scored = scored

    def encode(self, templates: np.ndarray) -> None:
        return None

    def locate(self, search: np.ndarray, memory: None) -> Answer:
        edges = np.zeros((4, 8), np.float32)
        edges[:, 4] = 1.0
        score = float((search > 2.0).mean()) if self.scored else None
        return Answer(edges=edges, box_rel=(0.4, 0.4, 0.6, 0.6), score=score)


def _clip(absent: tuple[int, ...] = ()) -> tuple[list[np.ndarray], np.ndarray]:
    """A white square of 10 px that wanders over black, 120 x 90."""
    frames, boxes = [], np.full((41, 4), np.nan)
    for i in range(41):
        frame = np.zeros((90, 120, 3), np.uint8)
        if i not in absent:
            x, y = 20 + 2 * i, 30 + i
            frame[y : y + 10, x : x + 10] = 255
            boxes[i] = (x, y, 10, 10)
        frames.append(frame)
    return frames, boxes


def _tracker(scored: bool = True) -> Tracker:
    return Tracker(Bright(scored), TrackerConfig(crop=CropConfig(search_factor=3.0)))


def _by_kind(asked: list[Asked]) -> dict[str, list[float]]:
    return {kind: [one.score for one in asked if one.kind == kind] for kind in ("present", "elsewhere", "absent")}


def test_regions_hold_the_target_or_do_not():
    frames, boxes = _clip(absent=tuple(range(18, 23)))
    scores = _by_kind(list(ask(_tracker(), frames, boxes)))
    assert len(scores["present"]) == len(scores["elsewhere"]) == 7 and len(scores["absent"]) == 1
    assert min(scores["present"]) > 0.05
    assert max(scores["elsewhere"] + scores["absent"]) == 0.0


def test_the_same_seed_asks_the_same_and_a_frame_without_room_asks_nothing_beside():
    frames, boxes = _clip()
    assert list(ask(_tracker(), frames, boxes, 3)) == list(ask(_tracker(), frames, boxes, 3))
    tight = Tracker(Bright(), TrackerConfig(crop=CropConfig(search_factor=20.0)))
    assert {one.kind for one in ask(tight, frames, boxes)} == {"present"}


def test_a_model_without_a_score_is_named():
    with pytest.raises(ValueError, match="^tracker: its model has no score head"):
        list(ask(_tracker(scored=False), *_clip()))


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=12),
    st.lists(st.integers(0, 5), min_size=1, max_size=12),
)
def test_the_area_is_the_share_of_pairs_in_order(positive, negative):
    pairs = [(p > n) + (p == n) / 2 for p in positive for n in negative]
    assert roc_area(np.array(positive, float), np.array(negative, float)) == pytest.approx(np.mean(pairs))


def test_the_area_needs_both_kinds():
    with pytest.raises(ValueError, match="^scores: need both kinds; got 0 positive and 2 negative"):
        roc_area(np.array([]), np.array([0.1, 0.2]))

"""One track in numbers that can be reckoned by hand."""

import numpy as np
import pytest
from tiny_evaluation import make_track

from playground.evaluate.protocol import PLAIN, PROTOCOLS
from playground.evaluate.score import is_measurable, score_track, steps_ms

NAN = [np.nan] * 4
TRUTH = [[0, 0, 10, 10], [0, 0, 10, 10], [0, 0, 10, 10], NAN]
FOUND = [[0, 0, 10, 10], [0, 0, 10, 10], [0, 0, 10, 6], [0, 0, 10, 10]]  # IoU 1, 1, 0.6 and none


def test_plain_rules():
    score = score_track(make_track("a", FOUND, TRUTH), PLAIN)
    assert score.judged == 2 and score.frames == 4
    assert score.ao == pytest.approx(0.8) and (score.sr50, score.sr75) == (1, 0.5)
    assert score.auc == pytest.approx((20 / 21 + 12 / 21) / 2)
    assert (score.precision, score.normalised) == (1, 1)  # 2 of 10 pixels away is a share of 0.2
    assert score.success.mean() == pytest.approx(score.auc) and score.near[20] == score.precision


def test_official_rules_count_all_frames():
    score = score_track(make_track("a", FOUND, TRUTH), PROTOCOLS["otb"])
    assert score.judged == 4
    assert score.auc == pytest.approx((20 / 21 + 20 / 21 + 12 / 21 + 0) / 4)
    assert (score.precision, score.normalised) == (0.75, 1)


def test_got10k_rules_cut_at_the_border_and_need_its_place():
    truth, found = [[0, 0, 10, 10], [0, 0, 10, 10]], [[0, 0, 10, 10], [0, 0, 10, 20]]
    track = make_track("a", found, truth, size=(10, 10))
    assert score_track(track, PROTOCOLS["got10k"]).ao == 1
    assert score_track(make_track("a", found, truth), PLAIN).ao == 0.5
    with pytest.raises(ValueError, match="size is needed"):
        score_track(make_track("a", found, truth), PROTOCOLS["got10k"])


def test_the_given_frame_and_untracked_ones_are_not_timed():
    track = make_track("a", [NAN, *FOUND[:3]], [NAN, *TRUTH[:3]], seconds=np.array([np.nan, 1.0, 0.002, 0.004]))
    assert steps_ms(track).tolist() == [2.0, 4.0]
    assert score_track(track, PLAIN).frame_ms == 3.0


def test_withheld_truth_cannot_be_measured():
    assert not is_measurable(make_track("a", FOUND, [TRUTH[0], NAN, NAN, NAN]))
    assert is_measurable(make_track("a", FOUND, TRUTH))

"""Means over sequences or frames, by group, with losses and times."""

import numpy as np
import pytest
from tiny_evaluation import make_sequence, make_track

from playground.evaluate.protocol import PLAIN, PROTOCOLS
from playground.evaluate.summary import score_tracks, summarise

BOX, AWAY = [10, 10, 20, 20], [90, 90, 20, 20]
SIZE = (200, 200)


def _tracks():
    """A perfect one of 3 frames, and one of 13 that is lost from the second frame on."""
    dark = make_sequence("perfect", [BOX] * 3, ("dark",))
    return [
        make_track("perfect", [BOX] * 3, [BOX] * 3, sequence=dark, size=SIZE),
        make_track("lost", [BOX] + [AWAY] * 12, [BOX] * 13, size=SIZE),
    ]


def test_sequences_weigh_alike_and_for_got10k_frames_do():
    tracks = _tracks()
    plain = summarise(tracks, score_tracks(tracks, PLAIN), PLAIN).groups["all"]
    assert plain.sequences == 2 and plain.auc.mean == pytest.approx(10 / 21) and plain.precision.mean == 0.5
    assert (plain.auc.low, plain.auc.high) == (0, pytest.approx(20 / 21))
    rules = PROTOCOLS["got10k"]
    pooled = summarise(tracks, score_tracks(tracks, rules), rules).groups["all"]
    assert pooled.ao.mean == pytest.approx(2 / 14) and pooled.sr50.mean == pytest.approx(2 / 14)


def test_groups_losses_and_times():
    tracks = _tracks()
    found = summarise(tracks, score_tracks(tracks, PLAIN), PLAIN)
    assert {name: means.sequences for name, means in found.groups.items()} == {"all": 2, "dark": 1, "small": 2}
    assert found.groups["dark"].auc.mean == pytest.approx(20 / 21)
    assert (found.failures, found.recovered, found.lost, found.time_to_loss) == (1, 0, 1, 1)
    assert found.frame_ms == pytest.approx(10) and found.frame_ms_p95 == pytest.approx(10)


def test_withheld_truth_gives_times_and_no_means():
    tracks = [make_track("a", [BOX] * 3, [BOX, [np.nan] * 4, [np.nan] * 4])]
    assert score_tracks(tracks, PLAIN) == []
    found = summarise(tracks, [], PLAIN)
    assert found.groups == {} and found.frame_ms == pytest.approx(10) and np.isnan(found.time_to_loss)


def test_what_cannot_be_scored_is_named():
    with pytest.raises(ValueError, match="^sequence a: boxes: .*size is needed"):
        score_tracks([make_track("a", [BOX] * 3, [BOX] * 3)], PROTOCOLS["got10k"])

"""Evaluation on sequences whose result is known beforehand."""

import cv2
import numpy as np
import pytest

from playground.data.otb import read_otb
from playground.evaluate.run import SequenceScore, evaluate, groups_of, mean_by_group
from playground.tracker import Answer, FakeBackend, Tracker


def _write(root, name, boxes):
    folder = root / name / "img"
    folder.mkdir(parents=True)
    for i in range(len(boxes)):
        cv2.imwrite(str(folder / f"{i + 1:04d}.jpg"), np.zeros((100, 120, 3), np.uint8))
    (root / name / "groundtruth_rect.txt").write_text("\n".join(",".join(f"{v:g}" for v in row) for row in boxes))


def test_a_tracker_that_stands_still_is_perfect_on_a_still_target_only(tmp_path):
    still = [(41, 31, 20, 20)] * 5
    gone = [(41, 31, 20, 20)] + [(81, 71, 20, 20)] * 4
    _write(tmp_path, "still", still)
    _write(tmp_path, "gone", gone)
    # Search factor 4.5 of a 20 px box cuts 90 px, so the middle 20 px are 35/90 .. 55/90 of the crop.
    stays = FakeBackend(lambda s, m: Answer((35 / 90, 35 / 90, 55 / 90, 55 / 90), 0.9, np.ones((4, 2))))
    scores = {s.name: s for s in evaluate(Tracker(stays), read_otb(tmp_path))}
    assert scores["still"].auc == pytest.approx(20 / 21) and scores["still"].precision == 1
    assert scores["gone"].auc == 0 and scores["gone"].precision == 0
    assert scores["still"].frames == 5 and scores["still"].groups == ("small",)
    assert "fast" in groups_of(read_otb(tmp_path)[0])  # "gone" jumps two sizes once in four steps
    table = mean_by_group(list(scores.values()))
    assert table["all"][0] == 2 and table["all"][1] == pytest.approx(10 / 21)


def test_means_weigh_sequences_alike():
    def score(auc, groups):
        return SequenceScore(name="x", frames=3, auc=auc, precision=auc, groups=groups, frame_ms=1.0)

    table = mean_by_group([score(0.2, ("small",)), score(0.4, ("small", "fast")), score(0.9, ("large",))])
    assert table["small"] == (2, pytest.approx(0.3), pytest.approx(0.3))
    assert table["fast"][0] == 1 and table["all"][1] == pytest.approx(0.5)

"""What of a clip is kept: boxes that can be right, of objects that are seen often enough."""

import cv2
import numpy as np
import pytest

from playground.data.clean import clean
from playground.data.clip import Clip

PICTURE = cv2.imencode(".png", np.zeros((40, 60, 3), np.uint8))[1].tobytes()  # 60 wide, 40 high
NAN, INF = np.nan, np.inf


def _clip(*frames, pictures=None, **more) -> Clip:
    boxes = np.array(frames, np.float64)
    return Clip(source="s", name="cup", frames=tuple(pictures or [PICTURE] * len(frames)), boxes=boxes, **more)


GOOD = [10, 10, 5, 5]


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ([0, 0, INF, 5], "infinite"),
        ([-INF, 0, 5, 5], "infinite"),
        ([10, 10, -5, 5], "under 2 pixels"),
        ([10, 10, 5, 0], "under 2 pixels"),
        ([10, 10, 1.9, 5], "under 2 pixels"),
        ([-5, -5, 961, 20], "over 16 times"),
        ([-5, -5, 20, 1e300], "over 16 times"),
        ([60, 10, 5, 5], "outside"),
        ([10, 40, 5, 5], "outside"),
        ([-5, 10, 5, 5], "outside"),
        ([10, -6, 5, 5], "outside"),
    ],
)
def test_a_box_that_cannot_be_right_becomes_absent_and_is_noted(box, reason):
    faults = []
    cleaned = clean(_clip([GOOD], [box], [GOOD]), faults.append)
    assert np.isnan(cleaned.boxes).all(2).tolist() == [[False], [True], [False]]
    ((where, why),) = [(fault.where, fault.reason) for fault in faults]
    assert where == "cup, frame 1" and reason in why


def test_absence_and_boxes_that_reach_beyond_the_edge_are_no_faults():
    frames = [[[-4, -4, 8, 8]], [[NAN] * 4], [[58, 38, 30, 30]], [[-100, -100, 500, 500]]]
    cleaned = clean(_clip(*frames), pytest.fail)
    assert np.array_equal(cleaned.boxes, np.array(frames), equal_nan=True)


def test_an_object_needs_two_boxes_in_a_clip_and_one_in_a_still():
    once, twice, never = [GOOD, [NAN] * 4, [NAN] * 4], [GOOD, GOOD, [NAN] * 4], [[NAN] * 4] * 3
    objects = np.stack([once, twice, never], axis=1)
    cleaned = clean(_clip(*objects, mask_ids=(4, 5, 6), masks=(PICTURE,) * 3), pytest.fail)
    assert cleaned.boxes.shape == (3, 1, 4) and cleaned.mask_ids == (5,)
    assert clean(_clip([GOOD, [NAN] * 4]), pytest.fail).boxes.tolist() == [[GOOD]]
    with pytest.raises(ValueError, match="^data: cup: clips without two usable boxes"):
        clean(_clip([GOOD], [[NAN] * 4]), pytest.fail)
    with pytest.raises(ValueError, match="^data: cup: clips without two usable boxes"):
        clean(_clip([[NAN] * 4]), pytest.fail)


def test_a_still_without_objects_stays_and_a_clip_without_does_not():
    still = _clip(np.zeros((0, 4)))
    assert clean(still, pytest.fail) is still
    with pytest.raises(ValueError, match="^data: cup: clips without two"):
        clean(_clip(np.zeros((0, 4)), np.zeros((0, 4))), pytest.fail)


def test_the_first_picture_that_can_be_read_gives_the_size(tmp_path):
    faults = []
    frames = ([[55, 10, 4, 4]], [[65, 10, 4, 4]], [[55, 10, 4, 4]])
    cleaned = clean(_clip(*frames, pictures=[tmp_path / "gone.png", PICTURE, PICTURE]), faults.append)
    assert np.isnan(cleaned.boxes[1]).all() and len(faults) == 1
    with pytest.raises(ValueError, match="^data: cup: pictures that cannot be read"):
        clean(_clip([GOOD], pictures=[b"no picture"]), pytest.fail)


@pytest.mark.parametrize("wrong", [[0, -2e9], [INF, 1], [NAN, 1], [1e300, 0], [961, 1]])
def test_an_outline_that_nobody_could_draw_is_left_out_and_its_object_stays(wrong):
    square, faults = np.array([[10.0, 10], [15, 10], [15, 15]]), []
    clip = _clip([GOOD, GOOD], polygons=(np.array([[1.0, 1], wrong, [5, 9]]), square))
    cleaned = clean(clip, faults.append)
    assert cleaned.boxes.shape == (1, 2, 4) and cleaned.polygons[0].shape == (0, 2)
    assert np.array_equal(cleaned.polygons[1], square)
    assert [fault.reason for fault in faults] == ["outlines with points that are infinite or far outside the picture"]

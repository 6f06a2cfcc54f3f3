"""Motion: within the frame, at about the speed asked for, and events that come from outside and leave again."""

import numpy as np
import pytest

from playground.video.motion import PASSING, Events, Motion, Mover, Wander

FRAME = np.array([320, 240])


@pytest.mark.parametrize("speed", [0.02, 0.06])
def test_movers_stay_in_the_frame_and_keep_about_the_speed(speed):
    steps = []
    for seed in range(8):
        mover = Mover(np.random.default_rng(seed), Motion(FRAME, (0.2, 0.3), speed, 0.03, 0.01))
        for _ in range(200):
            before = mover.place
            mover.step()
            assert (mover.place >= 0).all() and (mover.place <= FRAME).all()
            assert 0.2 * 240 * np.exp(-0.81) < mover.size < 0.3 * 240 * np.exp(0.81)
            steps.append(np.hypot(*(mover.place - before)) / mover.base)
    assert 0.5 * speed < np.median(steps) < 3 * speed


def test_a_pose_keeps_the_area_and_puts_the_origin_at_the_place():
    mover = Mover(np.random.default_rng(0), Motion(FRAME, (0.2, 0.3), 0.05, 0.1, 0.0))
    for _ in range(30):
        mover.step()
    pose = mover.pose(np.array([7.0, 9.0]), 40.0)
    assert np.linalg.det(pose[:, :2]) == pytest.approx(1600)
    assert (pose @ [0, 0, 1]).tolist() == [7, 9]


def test_wandering_without_rate_stands_still():
    wander = Wander(np.random.default_rng(0), 2, 0.0)
    assert all((wander.step() == 0).all() for _ in range(5))


def test_chances_of_one_and_zero_decide():
    for seed in range(20):
        both = Events.draw(np.random.default_rng(seed), 1.0, 1.0)
        none = Events.draw(np.random.default_rng(seed), 0.0, 0.0)
        assert both.hidden_at is not None and both.leaves_at is not None
        assert not none.passing(0.5) and (none.push(0.5) == 0).all()
        assert not both.passing(0.09) and (both.push(0.09) == 0).all() and (both.push(1.0) == 0).all()
        assert np.hypot(*both.push(both.leaves_at)) == pytest.approx(1.8)


def test_an_occluder_comes_from_far_crosses_the_target_and_goes_on():
    events = Events(0.5, None, np.array([0.0, 1.0]))
    start, middle, end = (events.cross(0.5 + share * PASSING, 20.0, 300.0) for share in (-1, 0, 1))
    assert [*start, *middle, *end] == pytest.approx([0, -300, 0, 0, 0, 300])

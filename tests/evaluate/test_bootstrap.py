"""Intervals against what is known of them: a binomial share, one value, weights."""

import numpy as np
import pytest

from playground.evaluate.bootstrap import interval


def test_of_coin_throws_it_is_that_of_the_binomial():
    # 40 of 100: the middle 95 % of Binomial(100, 0.4) / 100 are 0.31 to 0.50.
    found = interval(np.repeat([0.0, 1.0], [60, 40]))
    assert found.mean == pytest.approx(0.4)
    assert (found.low, found.high) == (pytest.approx(0.31, abs=0.011), pytest.approx(0.50, abs=0.011))


def test_is_the_same_every_time_and_leaves_the_global_generator_alone():
    values = np.random.default_rng(1).random(9)
    np.random.seed(7)
    before = np.random.get_state()[1].copy()
    assert interval(values) == interval(values)
    assert np.array_equal(before, np.random.get_state()[1])


def test_one_value_and_equal_values_have_no_width():
    for values in (np.array([0.3]), np.full(5, 0.3)):
        found = interval(values)
        assert (found.mean, found.low, found.high) == (pytest.approx(0.3),) * 3


def test_weights_weigh():
    found = interval(np.array([0.0, 1.0]), np.array([3.0, 1.0]))
    assert found.mean == 0.25 and (found.low, found.high) == (0, 1)

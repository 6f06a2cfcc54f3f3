"""Entropy, temperature, divergence and expectation against plain sums and PyTorch's own functions."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from playground.model.heads import expectation
from playground.visualise.inside.distributions import divergence, draw_distribution, entropy, expected, sharpened
from playground.visualise.inside.sheet import Sheet, panel


@pytest.fixture
def edges():
    p = np.random.default_rng(0).random((4, 16)) ** 4
    return p / p.sum(1, keepdims=True)


def test_entropy(edges):
    np.testing.assert_allclose(entropy(np.eye(2, 8)), 0)
    np.testing.assert_allclose(entropy(np.full((2, 8), 1 / 8)), 3)
    by_hand = [-sum(p * math.log2(p) for p in row) for row in edges.tolist()]
    np.testing.assert_allclose(entropy(edges), by_hand)


def test_temperature_divides_the_logits(edges):
    for temperature in (0.5, 1.0, 3.0):
        direct = (torch.from_numpy(edges).log() / temperature).softmax(-1)
        np.testing.assert_allclose(sharpened(edges, temperature), direct, atol=1e-12)
    certain = np.eye(4, 16)
    np.testing.assert_allclose(sharpened(certain, 2.0), certain, atol=1e-12)
    for temperature in (0, -1, 100, float("nan")):
        with pytest.raises(ValueError, match="temperature: must be in 0.05..20"):
            sharpened(edges, temperature)


def test_expectation_is_the_heads(edges):
    np.testing.assert_allclose(expected(edges), expectation(torch.from_numpy(edges)[None].log())[0], atol=1e-12)


def test_divergence_is_the_losses(edges):
    other = np.roll(edges, 3, axis=1)
    direct = F.kl_div(torch.from_numpy(other).log(), torch.from_numpy(edges), reduction="none").sum(-1)
    np.testing.assert_allclose(divergence(edges, other), direct, atol=1e-12)
    np.testing.assert_allclose(divergence(edges, edges), 0, atol=1e-12)
    assert np.isfinite(divergence(np.eye(4, 16), edges)).all()
    with pytest.raises(ValueError, match="bins: .* got 16 and 8"):
        divergence(edges, edges[:, :8])


def test_bins_stand_at_their_fraction(edges):
    sheet = Sheet()
    number = panel(sheet, (0, 1), (0, 1), {}, {})
    draw_distribution(sheet, number, edges[0], 0, upright=False)
    draw_distribution(sheet, number, edges[1], 1, upright=True, name="mine")
    lying, standing = sheet.traces
    assert lying["x"] == [i / 16 for i in range(16)] and standing["y"] == lying["x"]
    np.testing.assert_allclose(lying["y"], edges[0], rtol=1e-3)
    np.testing.assert_allclose(standing["x"], edges[1], rtol=1e-3)
    assert (lying["name"], standing["name"]) == ("left", "mine")

"""The memory of a target and the fitted laws of benchmarks/costs.py against counts by hand."""

import sys
from pathlib import Path

import numpy as np
import pytest

from playground.backends.torch import TorchBackend
from playground.box import Box
from playground.config import PRESETS
from playground.model import MixFormer
from playground.tracker import Tracker

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def costs(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import costs

    yield costs
    for name in ("costs", "written"):
        sys.modules.pop(name, None)


def test_a_target_takes_its_memory_two_templates_and_a_candidate(costs):
    config = PRESETS["toy-small"]
    tracker = Tracker(TorchBackend(MixFormer(config), "cpu"))
    state, _ = tracker.start(np.zeros((60, 80, 3), np.uint8), Box(20.0, 20.0, 16.0, 16.0))
    remembered = config.depth * 2 * (2 * config.template_grid**2) * config.dim
    assert costs.bytes_of(state) == 4 * (remembered + 3 * 3 * config.template_size**2)


def test_a_law_finds_the_factors_it_was_made_with(costs):
    law = costs.Law(
        name="n", words="a + b n", unit="", at=(1, 2, 4, 8), ms=(5, 7, 11, 19), terms=(costs.one, costs.same)
    )
    assert law.factors() == pytest.approx([3, 2]) and law.r2() == pytest.approx(1)

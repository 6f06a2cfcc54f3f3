"""The official computation of benchmarks/official.py: the same box as the remembered one, and all of the work."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from playground.backends.torch import TorchBackend
from playground.box import Box
from playground.config import PRESETS, CropConfig
from playground.crop import crop, normalise
from playground.model import MixFormer

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import ceilings
    import official

    yield official, ceilings
    for name in ("official", "ceilings"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("preset", ["toy-small", "toy-teacher", "mini-small"])
def test_the_box_is_that_of_the_tracker(benchmark, preset):
    official, _ = benchmark
    torch.manual_seed(0)
    backend, rules = TorchBackend(MixFormer(PRESETS[preset]), "cpu"), CropConfig()
    first, second = np.random.default_rng(0).integers(0, 256, (2, 90, 120, 3), dtype=np.uint8)
    box = Box(50.0, 30.0, 20.0, 24.0)
    cut, _ = crop(first, box, rules.template_factor, backend.template_size)
    region, _ = crop(second, box, rules.search_factor, backend.search_size)
    templates = np.concatenate([normalise(cut, rules.mean, rules.std)] * 2)
    found = backend.locate(normalise(region, rules.mean, rules.std), backend.encode(templates))
    said = official.Official(backend.model, rules, "cpu", first, box).step(second, box)
    assert said == pytest.approx(found.box_rel, abs=1e-5)


def test_every_token_goes_through_every_block(benchmark):
    official, ceilings = benchmark
    config = PRESETS["mini-small"]
    model = MixFormer(config).eval()
    template, search = (torch.zeros(1, 3, size, size) for size in (config.template_size, config.search_size))
    counted = ceilings.operations(lambda: official.whole(model, (template, template), search)) / 2
    still, moving = 2 * config.template_grid**2, config.search_grid**2 + 4
    n, c = still + moving, config.dim
    hidden = int(c * config.mlp_ratio)
    block = n * c * (3 * c + c + 2 * hidden) + 2 * c * (still * still + moving * n)
    patches = (n - 4) * 3 * config.patch**2 * c
    head = 4 * c * (c + config.bins) + 4 * c * (c + 1)
    assert counted == config.depth * block + patches + head
    assert counted > 1.15 * ceilings.operations(lambda: model(torch.stack([template, template], 1), search)) / 2

"""Every recipe is a whole set of settings that survives JSON and names real sources of its data."""

import pytest

from playground.config import PRESETS, TrainConfig
from playground.settings import from_json, to_json
from playground.train.recipes import RECIPES


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_survive_json_and_use_presets(name):
    config = RECIPES[name]()
    assert from_json(TrainConfig, to_json(config)) == config
    assert config.model in PRESETS.values()
    assert RECIPES[name].__doc__ and f"playground train {name}" in RECIPES[name].__doc__

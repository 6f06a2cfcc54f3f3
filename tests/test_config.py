"""Settings: values that never change, and every rule answers with the name of its field."""

import dataclasses
from typing import Any

import pytest

from playground.config import PRESETS, CropConfig, ModelConfig, TrackerConfig, UpdateConfig

NAN, INF = float("nan"), float("inf")
SIZES: dict[str, Any] = {"template_size": 56, "search_size": 112, "patch": 8, "dim": 192, "heads": 3}


def test_settings_are_values():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PRESETS["small"].depth = 5
    assert PRESETS["small"] == dataclasses.replace(PRESETS["small"])


@pytest.mark.parametrize(
    ("name", "template", "search", "tokens"),
    [("base", 8, 18, 4), ("small", 7, 14, 4), ("mini-small", 7, 14, 4), ("dense-base", 8, 18, 0)],
)
def test_derived_numbers(name, template, search, tokens):
    config = PRESETS[name]
    assert (config.template_grid, config.search_grid, config.prediction_tokens) == (template, search, tokens)


RULES: list[tuple[type, dict[str, Any], str]] = [
    *((ModelConfig, {**SIZES, name: 0}, name) for name in (*SIZES, "depth", "bins", "head_channels")),
    (ModelConfig, {**SIZES, "template_size": 60}, "template_size"),
    (ModelConfig, {**SIZES, "search_size": 100}, "search_size"),
    (ModelConfig, {**SIZES, "heads": 5}, "dim"),
    (ModelConfig, {**SIZES, "dim": 66}, "dim"),
    (ModelConfig, {**SIZES, "mlp_ratio": 0.0}, "mlp_ratio"),
    (ModelConfig, {**SIZES, "drop_path": 1.0}, "drop_path"),
    (ModelConfig, {**SIZES, "drop_path": -0.1}, "drop_path"),
    (ModelConfig, {**SIZES, "head": "corners", "bins": 72}, "bins"),
    (ModelConfig, {**SIZES, "head": "corners-plain", "bins": 56}, "bins"),
    (ModelConfig, {**SIZES, "head": "corners", "bins": 56, "score_head": True}, "score_head"),
    (CropConfig, {"template_factor": 0.0}, "template_factor"),
    (CropConfig, {"search_factor": -1.0}, "search_factor"),
    (CropConfig, {"search_factor": float("inf")}, "search_factor"),
    *((CropConfig, {"mean": (0.2, value, 0.2)}, "mean") for value in (-0.1, 1.1, NAN, INF)),
    *((CropConfig, {"std": (0.2, value, 0.2)}, "std") for value in (0.0, 1e-300, 1.1, NAN, INF)),
    *((CropConfig, {"template_factor": value}, "template_factor") for value in (NAN, INF, 1e300)),
    (UpdateConfig, {"interval": 0}, "interval"),
    (UpdateConfig, {"min_score": 1.1}, "min_score"),
    (UpdateConfig, {"decay": 0.0}, "decay"),
    (UpdateConfig, {"decay": 1.1}, "decay"),
    *((UpdateConfig, {name: NAN}, name) for name in ("min_score", "decay")),
    *((UpdateConfig, {"max_templates": value}, "max_templates") for value in (0, 65, 10**9)),
    *((TrackerConfig, {"clip_margin": value}, "clip_margin") for value in (0.0, 8193.0, NAN, INF)),
    *((TrackerConfig, {"lost_score": value}, "lost_score") for value in (-0.1, NAN, INF)),
    (CropConfig, {"template_factor": 21.0}, "template_factor"),
]


@pytest.mark.parametrize(("cls", "values", "name"), RULES, ids=[f"{c.__name__}.{n}" for c, _, n in RULES])
def test_each_rule_names_its_field(cls, values, name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        cls(**values)


FRACTIONS = sorted({(cls.__name__, name) for cls, values, name in RULES if isinstance(values[name], float)})


@pytest.mark.parametrize(("cls", "name"), FRACTIONS)
def test_not_a_number_passes_no_rule(cls, name):
    owner = {rule[0].__name__: rule[0] for rule in RULES}[cls]
    sizes = SIZES if owner is ModelConfig else {}
    with pytest.raises(ValueError, match=f"^{name}: "):
        owner(**sizes, **{name: float("nan")})

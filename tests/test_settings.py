"""Settings as JSON: the same there and back, and a wrong field is named with its place."""

import json
from typing import Any

import pytest

from playground.config import PRESETS, CropConfig, ModelConfig, TrackerConfig, UpdateConfig
from playground.settings import from_dict, from_file, from_json, require, to_dict, to_json
from playground.train_config import (
    AugmentConfig,
    DataConfig,
    DistillConfig,
    FadeConfig,
    LossWeights,
    OptimConfig,
    SampleConfig,
    TrainConfig,
)

SIZES: dict[str, Any] = {"template_size": 56, "search_size": 112, "patch": 8, "dim": 192, "heads": 3}
DEFAULTS = [
    cls()
    for cls in (
        CropConfig, UpdateConfig, TrackerConfig, DataConfig, SampleConfig, AugmentConfig, LossWeights, DistillConfig,
        FadeConfig, OptimConfig,
    )
]  # fmt: skip
CHANGED = [
    CropConfig(search_factor=4.0, mean=(0.5, 0.5, 0.5)),
    TrackerConfig(update=UpdateConfig(interval=25, decay=0.99), clip_margin=4.0),
    DataConfig(weights={"synthetic": 6.0, "clips": 0.5}, locations=("otb:here", "coco:there")),
    DistillConfig(teacher="runs/teacher", pairs=((1, 2), (3, 5), (5, 8))),
    FadeConfig(blocks=(0, 3, 6)),
]
TRAIN = TrainConfig(model=PRESETS["toy-small"], start_from="runs/older", remove=(1, 2), fresh=("mlp",))


def _there_and_back(config: Any) -> None:
    assert from_json(type(config), to_json(config)) == config
    assert from_dict(type(config), json.loads(json.dumps(to_dict(config)))) == config


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_goes_through_json(name):
    _there_and_back(PRESETS[name])


@pytest.mark.parametrize("config", [*DEFAULTS, *CHANGED, TRAIN], ids=lambda config: type(config).__name__)
def test_every_settings_class_goes_through_json(config):
    _there_and_back(config)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"colour": 1}, "tracker.json: unknown field colour; TrackerConfig has crop, update"),
        ({"update": {"every": 5}}, "tracker.json.update: unknown field every"),
        ({"update": {"interval": "5"}}, "tracker.json.update.interval: expected int; got '5'"),
        ({"update": {"interval": 5.0}}, "tracker.json.update.interval: expected int; got 5.0"),
        ({"update": {"interval": True}}, "tracker.json.update.interval: expected int; got True"),
        ({"clip_margin": None}, "tracker.json.clip_margin: expected float; got None"),
        ({"crop": [2.0, 4.5]}, "tracker.json.crop: expected an object with the fields of CropConfig"),
        ({"crop": {"mean": 0.5}}, "tracker.json.crop.mean: expected a list; got 0.5"),
        ({"crop": {"mean": [0.5, 0.5]}}, "tracker.json.crop.mean: expected 3 values; got 2"),
        ({"crop": {"mean": [0.5, 0.5, "a"]}}, "tracker.json.crop.mean[2]: expected float; got 'a'"),
        ({"crop": {"search_factor": 0}}, "tracker.json.crop.search_factor: must be above 0 and at most 20; got 0.0"),
    ],
)
def test_a_wrong_field_is_named(values, said):
    with pytest.raises(ValueError) as caught:
        from_dict(TrackerConfig, values, "tracker.json")
    assert str(caught.value).startswith(said)


def test_missing_fields_choices_and_objects_are_named():
    with pytest.raises(ValueError, match=r"^config: field template_size, search_size is missing\.$"):
        from_dict(ModelConfig, {"depth": 4})
    with pytest.raises(ValueError, match=r"^config.head: must be one of edges, corners, corners-plain; got 'round'"):
        from_dict(ModelConfig, {**SIZES, "head": "round"})
    with pytest.raises(ValueError, match=r"^config.weights: expected an object; got 3"):
        from_dict(DataConfig, {"weights": 3})
    with pytest.raises(ValueError, match=r"^config.weights.clips: expected float; got 'many'"):
        from_dict(DataConfig, {"weights": {"clips": "many"}})


@pytest.mark.parametrize(
    ("cls", "values", "found"),
    [
        (FadeConfig, {"blocks": []}, FadeConfig(blocks=())),
        (FadeConfig, {"blocks": [2]}, FadeConfig(blocks=(2,))),
        (DistillConfig, {"pairs": [[0, 1], [2, 3], [4, 5]]}, DistillConfig(pairs=((0, 1), (2, 3), (4, 5)))),
        (DataConfig, {"locations": ["otb:a", "b"]}, DataConfig(locations=("otb:a", "b"))),
    ],
)
def test_a_list_of_any_length_becomes_a_tuple(cls, values, found):
    assert from_json(cls, json.dumps(values)) == found


@pytest.mark.parametrize(
    ("cls", "values", "said"),
    [
        (FadeConfig, {"blocks": 3}, "config.blocks: expected a list; got 3"),
        (FadeConfig, {"blocks": "03"}, "config.blocks: expected a list; got '03'"),
        (FadeConfig, {"blocks": [0, "3"]}, "config.blocks[1]: expected int; got '3'"),
        (DistillConfig, {"pairs": [[0, 1], [2]]}, "config.pairs[1]: expected 2 values; got 1"),
        (DistillConfig, {"pairs": [[0, 1.5]]}, "config.pairs[0][1]: expected int; got 1.5"),
        (DataConfig, {"locations": [None]}, "config.locations[0]: expected str; got None"),
    ],
)
def test_a_wrong_item_of_a_list_is_named_with_its_place(cls, values, said):
    with pytest.raises(ValueError) as caught:
        from_dict(cls, values)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null"])
def test_text_that_is_no_settings_is_named(text):
    with pytest.raises(ValueError, match="^run.json: "):
        from_json(TrainConfig, text, "run.json")


def test_a_whole_number_may_stand_for_a_fraction():
    assert from_dict(UpdateConfig, {"decay": 1}) == UpdateConfig(decay=1.0)


def test_require_speaks_only_when_it_must():
    require(True, "width: fine")
    with pytest.raises(ValueError, match="^width: too small$"):
        require(False, "width: too small")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, r"^settings: not valid JSON"),
        ('{"clip_margin": 1' + "0" * 5000 + "}", r"^settings: not valid JSON"),
        ('{"clip_margin": 1' + "0" * 400 + "}", r"^settings.clip_margin: the number is too large"),
    ],
    ids=["brackets", "digits", "size"],
)
def test_json_that_asks_for_too_much_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        from_json(TrackerConfig, text, "settings")


def test_a_file_is_read_or_named(tmp_path):
    path = tmp_path / "tracker.json"
    path.write_text(to_json(CHANGED[1]))
    assert from_file(TrackerConfig, path) == CHANGED[1]
    with pytest.raises(ValueError, match=rf"^{path}: larger than 20 bytes"):
        from_file(TrackerConfig, path, 20)
    for content, said in (
        (b'{"a": "\xff"}', r"not valid JSON \(its bytes are no UTF-8 from 7 on\)"),
        (b"{", "not valid JSON"),
        (b'{"update": {"interval": 0}}', ""),
    ):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"^{path}(: {said}|\.update\.interval: must be at least 1)"):
            from_file(TrackerConfig, path)
    for absent, said in ((tmp_path / "none", "No such file"), (tmp_path, "not a file but a folder")):
        with pytest.raises(ValueError, match=rf"^{absent}: cannot be read \(.*{said}"):
            from_file(TrackerConfig, absent)

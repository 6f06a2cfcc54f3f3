"""A chain of stages: each starts from the one before, finished ones are passed over, pictures are gathered once."""

from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file
from tiny_training import TINY_RUN, frames_of_noise

from playground.data.skipped import Skipped
from playground.train import pipeline as module
from playground.train.pipeline import run_pipeline, stages
from playground.train.recipes import CHAINS
from playground.train_config import DataConfig, TrainConfig


@pytest.fixture
def gathered(monkeypatch) -> list[tuple[DataConfig, int]]:
    asked: list[tuple[DataConfig, int]] = []

    def gather(config, seed):
        asked.append((config, seed))
        return frames_of_noise(), Skipped()

    monkeypatch.setattr(module, "gather", gather)
    return asked


def _chain(out: Path) -> dict[str, TrainConfig]:
    first = replace(TINY_RUN, optim=replace(TINY_RUN.optim, steps=4))
    second = replace(first, start_from=str(out / "one"), model=replace(first.model, mlp_ratio=1.0))
    third = replace(second, start_from=str(out / "two"), data=replace(first.data, synthetic_clips=1))
    return {"one": first, "two": second, "three": third}


def _run(out: Path, **how) -> list[tuple[str, list[int]]]:
    return [(name, [event.step for event in events]) for name, events in run_pipeline(_chain(out), out, **how)]


def test_stages_follow_each_other_and_pictures_are_gathered_once_for_the_same_data(tmp_path, gathered):
    assert _run(tmp_path) == [("one", [2, 4]), ("two", [2, 4]), ("three", [2, 4])]
    assert [config.synthetic_clips for config, _ in gathered] == [2, 1]
    assert load_file(tmp_path / "three" / "model.safetensors")["backbone.blocks.0.mlp.fc1.weight"].shape == (16, 16)


def test_finished_stages_are_passed_over_without_gathering(tmp_path, gathered):
    _run(tmp_path)
    gathered.clear()
    assert _run(tmp_path) == [("one", []), ("two", []), ("three", [])] and gathered == []


def test_a_stage_that_was_broken_off_is_resumed(tmp_path, gathered):
    asked = iter(range(100))
    found = _run(tmp_path, stop=lambda: next(asked) >= 7)  # once before each stage, once after each step
    assert found == [("one", [2, 4]), ("two", [2])]
    assert _run(tmp_path) == [("one", []), ("two", [4]), ("three", [2, 4])]
    other = tmp_path / "other"
    for name, events in run_pipeline(_chain(other), other):
        list(events)
        mine, theirs = (load_file(folder / name / "checkpoint.safetensors") for folder in (tmp_path, other))
        assert all((value == theirs[key]).all() for key, value in mine.items())


def test_a_stage_of_other_settings_is_named(tmp_path, gathered):
    _run(tmp_path)
    chain = {"one": replace(_chain(tmp_path)["one"], groups=4)}
    with pytest.raises(ValueError, match=r"^resume: .*one was begun with other values of groups"):
        [list(events) for _, events in run_pipeline(chain, tmp_path)]


@pytest.mark.parametrize("scale", CHAINS)
def test_stages_know_their_folder_data_and_seed(tmp_path, scale):
    chain = stages(scale, tmp_path, ("otb:here",), seed=7)
    assert tuple(chain) == CHAINS[scale]
    for config in chain.values():
        assert config.data.locations == ("otb:here",) and config.seed == 7
        for source in filter(None, (config.start_from, config.distill.teacher)):
            assert source == "runs/mae-base" or (Path(source).parent == tmp_path and Path(source).name in chain)


def test_an_unknown_scale_is_named(tmp_path):
    with pytest.raises(ValueError, match="^scale: must be one of toy, mini, mini-cpu, base, small; got 'huge'"):
        stages("huge", tmp_path)


def test_a_peer_is_imitated_where_nobody_else_teaches(tmp_path):
    chain = stages("mini", tmp_path, peer="nano")
    told = {
        name: (config.distill.peer_block, config.loss.peer) for name, config in chain.items() if config.distill.peer
    }
    assert told == {"first": (1, 1.0), "teacher": (5, 1.0)}
    assert all(config.loss.peer == 0 for config in stages("mini", tmp_path).values())

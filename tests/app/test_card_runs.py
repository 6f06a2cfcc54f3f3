"""What a card says of training: the chain of runs, and commands that give their settings back."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
import tyro

from playground.app.card_runs import base_of, command_of, network_words, runs_behind
from playground.app.train_command import TrainCommand
from playground.config import PRESETS
from playground.events import TrainEvent
from playground.settings import to_json
from playground.train.recipes import RECIPES, recipe
from playground.train_config import TrainConfig


def write_run(folder: Path, config: TrainConfig, steps: int = 10) -> Path:
    """A run of so many steps at 20 search regions a second."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(to_json(config))
    events = [TrainEvent(step=step, steps=steps, losses={}, lr=0.1, samples_s=20.0) for step in (steps // 2, steps)]
    (folder / "events.jsonl").write_text("".join(event.to_json() + "\n" for event in events))
    return folder


def parsed(command: str) -> TrainConfig:
    """The settings that ``playground train`` makes of a command."""
    name, *words = shlex.split(command)[2:]
    default = TrainCommand(config=recipe(name), out=Path("out"))
    return tyro.cli(TrainCommand, default=default, args=words).config


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_that_is_not_changed_is_its_own_command(name):
    assert parsed(command_of(recipe(name))) == recipe(name)
    assert len(shlex.split(command_of(recipe(name)))) == 3


def test_changed_fields_of_every_kind_are_in_the_command():
    first = recipe("toy-narrow")
    changed = replace(
        first,
        remove=(1, 2),
        compile=True,
        seed=3,
        optim=replace(first.optim, lr=5e-4),
        data=replace(first.data, weights={"cats": 2.0}, synthetic_clips=7),
        distill=replace(first.distill, pairs=((0, 1), (3, 6))),
        sample=replace(first.sample, order="causal"),
    )
    command = command_of(changed)
    assert command.startswith("playground train toy-narrow ") and parsed(command) == changed
    weights = recipe("mini-narrow").data.weights | {"cats": 9.0}
    changed = replace(recipe("mini-narrow"), data=replace(recipe("mini-narrow").data, weights=weights))
    assert parsed(command_of(changed)) == changed


def test_places_on_disk_are_not_told():
    config = recipe("toy-score")
    private = replace(
        config,
        start_from="/home-of-someone/secret/runs/narrow",
        data=replace(config.data, locations=("/home-of-someone/pictures", "otb:/home-of-someone/clips")),
    )
    command = command_of(private)
    assert "home-of-someone" not in command and "--data FORMAT:PLACE" in command


def test_the_chain_is_found_from_its_last_run_and_timed(tmp_path):
    runs = tmp_path / "toy"
    # `runs/toy`, as the recipes name it, is not there: the runs lie beside each other somewhere else.
    for name in ("teacher", "dense-to-sparse", "fade-layers", "deep-to-shallow", "score-shallow"):
        write_run(runs / name, recipe(f"toy-{name}"))
    found = runs_behind(runs / "score-shallow")
    assert [run.name for run in found] == [
        "teacher",
        "dense-to-sparse",
        "fade-layers",
        "deep-to-shallow",
        "score-shallow",
    ]
    assert [run.teacher for run in found] == ["", "teacher", "dense-to-sparse", "dense-to-sparse", ""]
    assert [run.starts for run in found] == ["", "teacher", "dense-to-sparse", "fade-layers", "deep-to-shallow"]
    a_step = recipe("toy-teacher").groups * recipe("toy-teacher").sample.per_group
    assert (found[0].steps, found[0].regions, found[0].seconds) == (10, 10 * a_step, 10 * a_step / 20)
    assert base_of(runs / "score-shallow") == ("toy-deep",)
    assert base_of(runs / "dense-to-sparse") == ("toy-teacher",)
    assert base_of(runs / "teacher") == ()


def test_runs_that_are_gone_and_runs_without_events_are_no_error(tmp_path):
    run = write_run(tmp_path / "score", replace(recipe("toy-score"), start_from="runs-of-old/narrow"))
    (run / "events.jsonl").unlink()
    (found,) = runs_behind(run)
    assert (found.starts, found.steps, found.seconds) == ("narrow", 0, 0.0)
    with pytest.raises(ValueError, match=r"holds no run\.json"):
        runs_behind(tmp_path)


def test_a_network_in_words():
    assert network_words(PRESETS["toy-small"]) == "4 blocks of 48 channels, MLP ratio 1, edge and score head"
    assert network_words(PRESETS["toy-teacher"]).endswith("corner head")
    assert network_words(replace(PRESETS["toy-deep"], depth=1)).startswith("1 block of")

"""From run folders to what a model card says of training: the chain of runs, each with the command that repeats it."""

import dataclasses
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playground.app.card_facts import Run
from playground.config import PRESETS, ModelConfig
from playground.events import TrainEvent
from playground.train.recipes import RECIPES, recipe
from playground.train.run import EVENTS, RUN, read_run
from playground.train_config import TrainConfig


def runs_behind(folder: Path) -> tuple[Run, ...]:
    """The run in ``folder`` and all runs that it starts from or is taught by, the earliest first.

    A run that is no longer there is left out. Raises ``ValueError`` as `read_run` does for ``folder`` itself.
    """
    return tuple(_run(path, config) for path, config in _chain(folder, set()))


def base_of(folder: Path) -> tuple[str, ...]:
    """The name of the model that last taught the run in ``folder`` or one it started from; empty without a teacher.

    A run's network is called by the preset that it has the sizes of.
    """
    at: Path | None = folder
    while at is not None:
        config = read_run(at)
        if config.distill.teacher:
            teacher = _folder_of(config.distill.teacher, at)
            return (_network_name(read_run(teacher).model) if teacher else Path(config.distill.teacher).name,)
        at = _folder_of(config.start_from, at)
    return ()


def network_words(config: ModelConfig) -> str:
    """Depth, width and head: ``4 blocks of 192 channels, MLP ratio 1, edge and score head``."""
    head = ("edge and score head" if config.score_head else "edge head") if config.head == "edges" else "corner head"
    blocks = f"{config.depth} block{'s' * (config.depth != 1)} of {config.dim} channels"
    return f"{blocks}, MLP ratio {config.mlp_ratio:g}, {head}"


def command_of(config: TrainConfig) -> str:
    """The ``playground train`` line with the fewest flags that has these settings. Places on disk of the pictures are
    left open: ``--data FORMAT:PLACE``."""
    lines = (_flags(config, _recipe(name, config)) for name in RECIPES)
    name, flags = min(zip(RECIPES, lines, strict=True), key=lambda found: len(found[1]))
    data = ["--data", "FORMAT:PLACE"] if config.data.locations else []
    return shlex.join(["playground", "train", name, *data, *(word for flag in flags for word in flag)])


def _chain(folder: Path, seen: set[Path]) -> Iterator[tuple[Path, TrainConfig]]:
    if folder.resolve() in seen:
        return
    seen.add(folder.resolve())
    config = read_run(folder)
    for name in (config.distill.teacher, config.start_from):
        if earlier := _folder_of(name, folder):
            yield from _chain(earlier, seen)
    yield folder, config


def _folder_of(name: str, run: Path) -> Path | None:
    """The folder of the run called ``name`` in the settings of ``run``: as it stands there, or beside ``run``, first
    where ``name`` says that the two lie beside each other, for a family of runs may have been moved."""
    if not name:
        return None
    as_said, beside = Path(name), run.resolve().parent / Path(name).name
    moved = as_said.parent.name == beside.parent.name
    places = (beside, as_said) if moved else (as_said, beside)
    return next((place for place in places if (place / RUN).is_file()), None)


def _run(folder: Path, config: TrainConfig) -> Run:
    log = folder / EVENTS
    lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    events = [TrainEvent.from_json(line) for line in lines]
    a_step = config.groups * config.sample.per_group
    seconds, before = 0.0, 0
    for event in events:
        seconds += (event.step - before) * a_step / event.samples_s
        before = event.step
    teacher = Path(config.distill.teacher).name
    if config.distill.peer:
        teacher = f"{teacher} and NanoTrack v2 (features)" if teacher else "NanoTrack v2 (features)"
    return Run(
        name=folder.resolve().name,
        command=command_of(config),
        network=network_words(config.model),
        starts=Path(config.start_from).name,
        teacher=teacher,
        steps=before,
        regions=before * a_step,
        seconds=round(seconds, 1),
        precision=config.precision,
        synthetic_clips=config.data.synthetic_clips,
        locations=len(config.data.locations),
    )


def _network_name(config: ModelConfig) -> str:
    """The preset of the same sizes; a score head is put on in the end and makes no other network."""

    def sizes(one: ModelConfig) -> ModelConfig:
        return dataclasses.replace(one, score_head=False, drop_path=0.0)

    same = [name for name, preset in PRESETS.items() if sizes(preset) == sizes(config)]
    return same[0] if same else network_words(config)


def _recipe(name: str, config: TrainConfig) -> TrainConfig:
    """A recipe, its earlier runs being where those of ``config`` are."""
    earlier = config.distill.teacher or config.start_from  # the teacher is always one of them
    return recipe(name, str(Path(earlier).parent) if earlier else "")


def _flags(config: Any, base: Any, prefix: str = "") -> list[list[str]]:
    """The flags that turn settings ``base`` into ``config``, a list of words each."""
    flags = []
    for field in dataclasses.fields(config):
        name = f"{prefix}{field.name.replace('_', '-')}"
        value, before = getattr(config, field.name), getattr(base, field.name)
        if dataclasses.is_dataclass(value):
            flags += _flags(value, before, f"{name}.")
        elif isinstance(value, dict) and before:  # sources beside those of the recipe cannot be weighed in a command
            flags += [
                [f"--{name}.{key}", str(value.get(key, 1.0))] for key in before if value.get(key, 1.0) != before[key]
            ]
        elif value != before and name != "data.locations":
            flags.append(_flag(name, value))
    return flags


def _flag(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        section, _, last = name.rpartition(".")
        no = f"{section}.no-{last}" if section else f"no-{last}"
        return [f"--{name if value else no}"]
    return [f"--{name}", *_words(value)]


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [word for item in value.items() for word in _words(item)]
    if isinstance(value, tuple):
        return [word for item in value for word in _words(item)]
    if isinstance(value, str) and Path(value).is_absolute():
        return ["/".join(Path(value).parts[-2:])]  # where it lies on one machine says nothing on another
    return [str(value)]

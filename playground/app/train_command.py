"""``playground train``, ``resume`` and ``pipeline``: recipes with any field changed, watched and stoppable."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import tyro

from playground.app.progress import show
from playground.app.stopping import stop_when_asked
from playground.app.trackio_log import log_to_trackio
from playground.app.validate import validator
from playground.backends.torch import pick_device
from playground.events import TrainEvent
from playground.settings import to_dict
from playground.train.pipeline import run_pipeline, stages
from playground.train.recipes import RECIPES, recipe
from playground.train.run import Validate, read_run, train
from playground.train_config import TrainConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainCommand:
    """What ``playground train RECIPE`` takes."""

    config: Annotated[TrainConfig, tyro.conf.arg(name="")]
    """The recipe's settings."""
    out: Path
    """Folder of the run: settings, events, checkpoint and the model."""
    data: tuple[str, ...] = ()
    """Where to find pictures: FORMAT:PLACE, or a folder of tar files; beside the synthetic world."""
    device: str = "auto"
    """auto, cpu, cuda or mps"""
    validate: str = ""
    """FORMAT:ROOT of annotated sequences to track while training; empty for none."""
    validate_every: int = 0
    """Steps between two validations; with every checkpoint when 0."""


def train_lines(arguments: list[str]) -> Iterator[str]:
    """Parse, train, and say where the model is."""
    listed = "\n  ".join(RECIPES)
    if not arguments or arguments[0] not in RECIPES:
        if arguments[:1] in (["-h"], ["--help"]):
            yield "usage: playground train RECIPE [--out DIR] [--data PLACE ...] [--FIELD VALUE ...]"
            yield f"recipes:\n  {listed}"
            return
        raise ValueError(f"recipe: must be one of {', '.join(RECIPES)}; got {arguments[0] if arguments else 'none'}.")
    name = arguments[0]
    scale, stage = RECIPES[name]
    # tyro builds the defaults from an instance, and `out` has none of its own: it is taken from the recipe's name.
    default = TrainCommand(config=recipe(name), out=Path("runs") / scale / stage)
    command = tyro.cli(TrainCommand, default=default, args=arguments[1:], prog=f"playground train {name}")
    config = command.config
    if command.data:
        config = replace(config, data=replace(config.data, locations=command.data))
    check = validator(command.validate, command.device)
    every = command.validate_every or config.save_every
    yield from _run(config, command.out, command.device, False, check, every if check else 0)


def resume_lines(run: Path, device: str) -> Iterator[str]:
    """Go on with the run in a folder."""
    yield from _run(read_run(run), run, device, True)


def pipeline_lines(scale: str, out: Path, data: tuple[str, ...], seed: int, device: str, peer: str) -> Iterator[str]:
    """All stages of a scale that are not finished yet."""
    chain = stages(scale, out, data, seed, peer)
    left = list(chain)
    with stop_when_asked() as stop:
        for name, events in run_pipeline(chain, out, device=str(pick_device(device)), stop=stop):
            last = _watched(events, f"{scale} {name}", out / name, chain[name])
            if last is not None and last.stopped:
                yield from _spoken(f"stopped at step {last.step} of {name}; go on with the same command")
                return
            yield from _spoken(f"{name}: {'finished before' if last is None else 'done'}, in {out / name}")
            left.remove(name)
        if left:
            yield from _spoken(f"stopped before {left[0]}; go on with the same command")


def _run(
    config: TrainConfig, out: Path, device: str, resume: bool, validate: Validate | None = None, every: int = 0
) -> Iterator[str]:
    if (world := int(os.environ.get("WORLD_SIZE", "1"))) > 1:
        yield from _spoken(f"{world} processes share every step")
    with stop_when_asked() as stop:
        events = train(
            config,
            out,
            device=str(pick_device(device)),
            resume=resume,
            stop=stop,
            validate=validate,
            validate_every=every,
        )
        last = _watched(events, out.name, out, config)
    if last is not None and last.stopped:
        yield from _spoken(f"stopped at step {last.step} of {last.steps}; go on with: playground resume {out}")
    else:
        yield from _spoken(f"model written to {out}")


def _watched(events: Iterator[TrainEvent], title: str, out: Path, config: TrainConfig) -> TrainEvent | None:
    """Show the events to their end; gives the last one."""
    if _speaks():
        events = show(log_to_trackio(events, "mixformer-playground", str(out), to_dict(config)), title)
    last = None
    for event in events:
        last = event
    return last


def _spoken(line: str) -> Iterator[str]:
    if _speaks():
        yield line


def _speaks() -> bool:
    """Of several processes one speaks."""
    return os.environ.get("RANK", "0") == "0"

"""``playground train RECIPE``: a recipe's settings, any of them changed on the command line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from playground.backends.torch import pick_device
from playground.config import TrainConfig
from playground.train.recipes import RECIPES
from playground.train.run import train


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainCommand:
    """What ``playground train RECIPE`` takes."""

    config: Annotated[TrainConfig, tyro.conf.arg(name="")]
    """The recipe's settings."""
    out: Path
    """Folder of the run: settings, events and the model."""
    data: Path | None = None
    """Folder with photos.tar and clips.tar; the synthetic world alone when left out."""
    device: str = "auto"
    """auto, cpu, cuda or mps"""


def train_lines(arguments: list[str]) -> Iterator[str]:
    """Parse, train, and give a line for every event."""
    listed = ", ".join(RECIPES)
    if not arguments or arguments[0] not in RECIPES:
        if arguments[:1] in (["-h"], ["--help"]):
            yield f"usage: playground train RECIPE --out DIR [--data DIR] [--FIELD VALUE ...]\nrecipes: {listed}"
            return
        raise ValueError(f"recipe: must be one of {listed}; got {arguments[0] if arguments else 'none'}.")
    name = arguments[0]
    # tyro builds the defaults from an instance, and `out` has none of its own: it is taken from the recipe's name.
    default = TrainCommand(config=RECIPES[name](), out=Path("runs") / name)
    command = tyro.cli(TrainCommand, default=default, args=arguments[1:], prog=f"playground train {name}")
    device = str(pick_device(command.device))
    for event in train(command.config, command.data, command.out, device):
        losses = "  ".join(f"{key} {value:.3f}" for key, value in event.losses.items())
        done = f"step {event.step:6d}/{command.config.optim.steps}"
        yield f"{done}  {losses}  lr {event.lr:.1e}  {event.samples_s:.0f} samples/s"
    yield f"model written to {command.out}"

"""A run of a notebook: trained while one looks on, measured on the way, and kept in a folder."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from playground.data.store import Frames
from playground.hub import load_model
from playground.lesson.follow import curves, follow_curves
from playground.lesson.opening import Lesson
from playground.model import MixFormer
from playground.settings import require
from playground.train.gather import gather
from playground.train.run import RUN, finished, read_run, train
from playground.train.start import start
from playground.train_config import TrainConfig
from playground.visualise.live import Live, show
from playground.visualise.training import read_events

Measure = Callable[[MixFormer], float]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Practice:
    """A finished run: its ``folder``, its settings, and what was ``measured`` after so many steps, from 0 on.

    ``snapshots`` are the networks at those steps; empty where nothing was measured.
    """

    folder: Path
    config: TrainConfig
    measured: dict[int, float]
    snapshots: dict[int, MixFormer]

    def __repr__(self) -> str:
        steps, samples = self.config.optim.steps, self.config.groups * self.config.sample.per_group
        return f"`{self.folder}`: {steps} steps of {samples} search regions, {steps * samples:,} in all."

    def _repr_markdown_(self) -> str:
        return repr(self)

    @property
    def model(self) -> MixFormer:
        """The network at the end, in eval mode on the CPU."""
        return load_model(self.folder)

    @property
    def curves(self) -> Live:
        """What the run was watched by, once more: to look at, or to give away (`Live.to_static`)."""
        return show(curves(read_events(self.folder), self.folder.name), "curves")


def world(config: TrainConfig) -> Frames:
    """The frames that a run of ``config`` is trained on."""
    return gather(config.data, config.seed)[0]


def before(config: TrainConfig) -> MixFormer:
    """The network of a run before its first step, in eval mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        return start(config).eval()


def practise(
    lesson: Lesson, stage: str, config: TrainConfig, frames: Frames, measure: Measure | None = None
) -> Practice:
    """Train as ``config`` says, with curves that follow in a notebook; ``measure`` is asked whenever the run is saved.

    The run is kept in ``lesson.runs/stage``, in place of an earlier one of that name. Raises ``ValueError`` naming
    ``stage`` when something else is there.
    """
    folder = lesson.runs / stage
    if folder.exists():
        require((folder / RUN).is_file(), f"stage: {folder} holds something that is no run; move it away.")
        shutil.rmtree(folder)
    measured, snapshots = {}, {}
    if measure is not None:
        snapshots[0] = before(config)
        measured[0] = measure(snapshots[0])
    for event in follow_curves(train(config, folder, device=lesson.device, frames=frames), stage):
        if measure is not None and (event.step % config.save_every == 0 or event.step == event.steps):
            snapshots[event.step] = load_model(folder)
            measured[event.step] = measure(snapshots[event.step])
    return Practice(folder=folder, config=config, measured=measured, snapshots=snapshots)


def earlier(lesson: Lesson, stage: str, config: TrainConfig) -> Path | None:
    """The folder of a whole run of ``stage`` that an earlier notebook left, if its network is that of ``config``."""
    folder = lesson.runs / stage
    there = (folder / RUN).is_file() and finished(read_run(folder), folder)
    return folder if there and read_run(folder).model == config.model else None


def earlier_or_now(lesson: Lesson, stages: Sequence[str], config: TrainConfig, frames: Frames) -> Practice:
    """The first of ``stages`` that an earlier notebook left, or else the last of them, trained now as ``config`` says.

    A run counts where its network is that of ``config``.
    """
    for stage in stages:
        if folder := earlier(lesson, stage, config):
            return Practice(folder=folder, config=read_run(folder), measured={}, snapshots={})
    return practise(lesson, stages[-1], config, frames)

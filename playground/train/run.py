"""One training run in a folder: settings, events, checkpoint and model. It can be read, resumed and repeated."""

import logging
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import torch

from playground.config import TrackerConfig
from playground.data.batch import Batch, batches
from playground.data.skipped import Skipped
from playground.data.store import Frames
from playground.events import TrainEvent
from playground.files import leftovers, replacing, writing
from playground.hub import load_model, resolve, save_model
from playground.model import MixFormer
from playground.prefetch import prefetch
from playground.settings import from_file, require, to_dict, to_json
from playground.train.checkpoint import load_checkpoint, save_checkpoint, steps_done
from playground.train.engine import Engine, make_engine
from playground.train.gather import gather, left_out
from playground.train.learner import Learner
from playground.train.loop import fit
from playground.train.start import start
from playground.train.step import TrainStep
from playground.train_config import TrainConfig

logger = logging.getLogger(__name__)

RUN, EVENTS = "run.json", "events.jsonl"
Validate = Callable[[MixFormer, TrackerConfig], dict[str, float]]


def train(
    config: TrainConfig,
    out: Path,
    *,
    device: str = "cpu",
    resume: bool = False,
    frames: Frames | None = None,
    stop: Callable[[], bool] = lambda: False,
    validate: Validate | None = None,
    validate_every: int = 0,
) -> Iterator[TrainEvent]:
    """Train as ``config`` says and yield what happens.

    ``out`` gets ``run.json``, ``events.jsonl``, a checkpoint, and the model in the layout that `playground.hub` loads.
    Checkpoint and model are written every ``config.save_every`` steps, at the end, and when ``stop`` says so. With
    ``resume`` a run in ``out`` goes on from its last checkpoint, and ends with the weights it would have had without
    the break. ``frames`` are the pictures to train on; gathered as ``config.data`` says when left out. Raises
    ``ValueError`` when ``out`` holds something else, or when model, teacher or data do not fit;
    ``FloatingPointError`` when the loss is not finite.
    """
    _check_folder(config, out, resume)
    engine = make_engine(device)
    teacher = load_model(resolve(config.distill.teacher)) if config.distill.teacher else None
    step = _seeded(config.seed, lambda: TrainStep(config, start(config), teacher)).on(engine.device)
    learner = Learner(
        step, step.model, config.optim, engine, seed=config.seed, precision=config.precision, compiled=config.compile
    )
    if steps_done(out):
        load_checkpoint(learner, out)
    skipped = Skipped()
    if frames is None:
        frames, skipped = gather(config.data, config.seed)
    stream = _stream(config, frames.to(engine.device), engine, learner.step)
    if engine.rank == 0:
        _begin(config, out, learner.step)
    engine.wait()
    try:
        yield from _followed(config, out, learner, stream, stop, validate, validate_every)
    except FloatingPointError as error:
        raise FloatingPointError(
            f"{error} The last good checkpoint, of step {steps_done(out)}, is in {out}; start again with a lower "
            "optim.lr, or look at that batch."
        ) from None
    finally:
        stream.close()
        for line in left_out(skipped, frames):
            logger.warning(line)


def read_run(out: Path) -> TrainConfig:
    """The settings of the run in ``out``. Raises ``ValueError`` when there is none or when they cannot be read."""
    path = out / RUN
    require(path.is_file(), f"resume: {out} holds no {RUN}; name the folder of a run.")
    return from_file(TrainConfig, path)


def finished(config: TrainConfig, out: Path) -> bool:
    """Whether ``out`` holds the whole run that ``config`` describes."""
    return (out / RUN).is_file() and read_run(out) == config and steps_done(out) == config.optim.steps


def _followed(
    config: TrainConfig,
    out: Path,
    learner: Learner,
    stream: Iterator[Batch],
    stop: Callable[[], bool],
    validate: Validate | None,
    validate_every: int,
) -> Iterator[TrainEvent]:
    """Events as they happen, each on disk before it is handed on; checkpoint and model where they are due."""
    events = fit(
        learner,
        stream,
        batch_size=config.groups * config.sample.per_group,
        report_every=config.report_every,
        parts=config.accumulate,
        stop=stop,
        check=None if validate is None else lambda: _validated(validate, learner, config.tracker),
        check_every=validate_every,
    )
    for event in events:
        if learner.engine.rank == 0:
            with writing(out / EVENTS), (out / EVENTS).open("a") as log:
                log.write(event.to_json() + "\n")
            if event.stopped or event.step % config.save_every == 0 or event.step == event.steps:
                save_model(_model(learner), config.tracker, out)
                save_checkpoint(learner, out)  # last: it says that the run is as far as this
        yield event
    learner.engine.wait()  # until the model is written, which the next stage may start from


def _stream(config: TrainConfig, frames: Frames, engine: Engine, done: int) -> Generator[Batch, None, None]:
    stream = batches(
        frames,
        config.model,
        config.tracker.crop,
        config.data.weights,
        config.sample,
        config.augment,
        config.groups,
        config.seed,
        start=done,
        rank=engine.rank,
        world=engine.world,
        parts=config.accumulate,
    )
    return prefetch(stream) if config.data.store == "encoded" else stream


def _check_folder(config: TrainConfig, out: Path, resume: bool) -> None:
    if resume and (out / RUN).exists():
        before, now = to_dict(read_run(out)), to_dict(config)
        other = [name for name in now if now[name] != before[name]]
        require(not other, f"resume: {out} was begun with other values of {', '.join(other)}; give the same ones.")
    else:
        empty = not out.exists() or (out.is_dir() and set(out.iterdir()) == set(leftovers(out)))
        require(empty, f"out: {out} already holds a run or something else; choose another folder, or resume the run.")


def _begin(config: TrainConfig, out: Path, done: int) -> None:
    """Write the settings, remove what a crash left half-written, and keep the events up to step ``done``: later ones
    will happen again."""
    out.mkdir(parents=True, exist_ok=True)
    for path in leftovers(out):
        path.unlink()
    with replacing(out / RUN) as path:
        path.write_text(to_json(config))
    log = out / EVENTS
    lines = log.read_text().splitlines(keepends=True) if log.is_file() else []
    whole = [line for line in lines if line.endswith("\n")]
    with replacing(log) as path:
        path.write_text("".join(line for line in whole if TrainEvent.from_json(line).step <= done))


def _seeded(seed: int, make: Callable[[], TrainStep]) -> TrainStep:
    """Random weights from ``seed``, leaving torch's global generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def _model(learner: Learner) -> MixFormer:
    model = learner.averaged()
    assert isinstance(model, MixFormer)
    return model


def _validated(validate: Validate, learner: Learner, tracker: TrackerConfig) -> dict[str, float]:
    model = _model(learner)
    training = model.training
    try:
        return validate(model.eval(), tracker)
    finally:
        model.train(training)
        learner.module.train()

"""One training run in a folder: settings, events and weights, so that it can be read and repeated."""

from collections.abc import Iterator
from pathlib import Path

import torch

from playground.config import TrainConfig
from playground.data.batch import batches
from playground.events import TrainEvent
from playground.files import replacing
from playground.hub import load_model, resolve, save_model
from playground.settings import to_json
from playground.train.gather import gather
from playground.train.initialise import attend_to_alike
from playground.train.loop import fit
from playground.train.plain import PlainStep


def train(config: TrainConfig, data: Path | None, out: Path, device: str = "cpu") -> Iterator[TrainEvent]:
    """Train as ``config`` says and yield what happens; ``out`` gets ``run.json``, ``events.jsonl``, the model.

    The model is written every ``config.save_every`` steps and at the end, in the layout that `playground.hub` loads.
    Raises ``ValueError`` when ``out`` already holds something, when ``start_from`` does not fit, or when ``data`` has
    nothing to train on.
    """
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]):
        raise ValueError(f"out: {out} already holds a run or something else; choose another folder.")
    start = load_model(resolve(config.start_from)) if config.start_from else None
    if start is not None and start.config != config.model:
        raise ValueError(f"start_from: {config.start_from} is a network of other sizes than this run's model.")
    store = gather(data, config.synthetic_clips, config.seed)
    store = type(store)(store.frames.to(device), store.extents, store.sources)
    out.mkdir(parents=True, exist_ok=True)
    with replacing(out / "run.json") as path:
        path.write_text(to_json(config))
    torch.manual_seed(config.seed)  # weights and DropPath draw from torch's global generator
    step = PlainStep(config.model, config.loss)
    if start is None:
        attend_to_alike(step.model)
    else:
        step.model.load_state_dict(start.state_dict())
    step.to(device)
    stream = batches(store, config.model, config.tracker.crop, config.sample, config.groups, config.seed)
    size = config.groups * config.sample.per_group
    with (out / "events.jsonl").open("w") as log:
        for event in fit(step, stream, config.optim, size, config.report_every):
            log.write(event.to_json() + "\n")
            log.flush()
            if event.step % config.save_every == 0 or event.step == config.optim.steps:
                save_model(step.model, config.tracker, out)
            yield event

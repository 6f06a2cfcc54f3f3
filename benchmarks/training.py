"""How fast every stage of a scale trains: samples a second, the wait for data, and the use of the device.

    python benchmarks/training.py [--scale toy] [--seconds 10] [--device cpu] [--groups N] [--out FILE.md]

Each stage runs as its recipe says, from random weights and with a random teacher, on clips of the synthetic world, for
so many seconds after a step or two to warm up. A sample is a search region. Utilisation is the share of the matrix
multiplications a second that the device reached with large square matrices of the same number type in the same run;
what is counted is forward, backward and the teacher's forward pass. Numbers are medians over the steps.
"""

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
from ceilings import peak
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode
from written import source_line, write

from playground.data.batch import batches
from playground.data.store import Frames
from playground.hub import load_model, save_model
from playground.model import MixFormer
from playground.prefetch import prefetch
from playground.train.engine import OneProcess
from playground.train.gather import gather
from playground.train.learner import Learner, numbers_for
from playground.train.loop import fit
from playground.train.recipes import CHAINS, recipe
from playground.train.start import start
from playground.train.step import TrainStep
from playground.train_config import DataConfig, TrainConfig

CLIPS = 20
WARM = 1
ENDLESS = 10**9


class Speed(NamedTuple):
    """What one stage reached: samples a second, the share of time waited for data, and operations a sample."""

    samples_s: float
    data_wait: float
    flops: float


def measure(config: TrainConfig, frames: Frames, device: str, seconds: float) -> Speed:
    """Train one stage for ``seconds``."""
    engine = OneProcess(device)
    teacher = load_model(Path(config.distill.teacher)) if config.distill.teacher else None
    step = TrainStep(config, start(config), teacher).on(engine.device)
    learner = Learner(step, step.model, replace(config.optim, steps=ENDLESS), engine, precision=config.precision)
    stream = batches(
        frames.to(engine.device), config.model, config.tracker.crop, config.data.weights, config.sample, config.augment,
        config.groups, config.seed,
    )  # fmt: skip
    if config.data.store == "encoded":
        stream = prefetch(stream)
    for batch in islice(stream, WARM):
        learner.advance([batch])
    samples = config.groups * config.sample.per_group
    # The fused attention kernels are not counted; the plain products that they stand for are.
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        learner.advance([next(stream)])
    until = time.perf_counter() + seconds
    events = list(fit(learner, stream, batch_size=samples, report_every=1, stop=lambda: time.perf_counter() > until))
    return Speed(
        statistics.median(event.samples_s for event in events),
        statistics.median(event.data_wait for event in events),
        counter.get_total_flops() / samples,
    )


def table(scale: str, seconds: float, device: str, groups: int) -> list[str]:
    """A Markdown table of all stages of a scale, as they are measured."""
    lines = [
        "| stage | samples a second | ratio | data wait | GFLOP a sample | number type | utilisation |",
        "|---|---:|---:|---:|---:|---|---:|",
    ]
    first, peaks = 0.0, {}
    with tempfile.TemporaryDirectory() as folder:
        stages = {name: recipe(f"{scale}-{name}", folder) for name in CHAINS[scale]}
        for name, config in stages.items():
            save_model(MixFormer(config.model), config.tracker, Path(folder) / name)
        given = next(iter(stages.values())).data
        frames, _ = gather(DataConfig(synthetic_clips=CLIPS, world=given.world, store=given.store), 0)
        for name, config in stages.items():
            if not config.start_from.startswith(folder):  # pretrained weights, in whose place are random ones
                config = replace(config, start_from="")
            numbers = str(numbers_for(config.precision, torch.device(device))).removeprefix("torch.")
            config = replace(config, groups=groups or config.groups, precision=numbers)
            speed = measure(config, frames, device, seconds)
            first = first or speed.samples_s
            peaks[numbers] = peaks.get(numbers) or peak(device, numbers)
            used = speed.samples_s * speed.flops / peaks[numbers]
            lines.append(
                f"| {name} | {speed.samples_s:,.3g} | {speed.samples_s / first:.2f} | {speed.data_wait:.0%} | "
                f"{speed.flops / 1e9:.3g} | {numbers} | {used:.0%} |"
            )
    reached = ", ".join(f"{value / 1e12:.3g} TFLOP/s in {numbers}" for numbers, value in peaks.items())
    step = f", {groups} group{'s' * (groups > 1)} a step" if groups else ""
    return [f"`{scale}`{step}, {seconds:g} s a stage; large matrix products reach {reached}.", "", *lines]


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="toy", choices=list(CHAINS))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--groups", type=int, default=0, help="groups a step; as in the recipe when left out")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.manual_seed(0)
    lines = table(options.scale, options.seconds, options.device, options.groups)
    threads = torch.get_num_threads()
    facts = f"{threads} thread{'s' * (threads > 1)}"
    text = "\n".join([*lines, "", source_line(options.device, facts)]) + "\n"
    sys.stdout.write(text)
    if options.out:
        write(options.out, f"Training speed by stage: {options.scale}", text)


if __name__ == "__main__":
    main()

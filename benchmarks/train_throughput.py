"""Search regions a second that a training step of `mini-small` takes, by number type, sharing of templates, MLP width.

    python benchmarks/train_throughput.py [--device cpu] [--steps 6]

Random tensors, 32 search regions and two templates each, forward, backward and AdamW; the median of the timed steps.
"""

import argparse
import statistics
import sys
import time
from dataclasses import replace

import torch

from playground.config import PRESETS, LossWeights, OptimConfig
from playground.data.batch import Batch
from playground.train.optim import make_optimizer
from playground.train.plain import PlainStep

REGIONS = 32
WARM = 2
ROWS = (("bfloat16", 1, 1.0), ("bfloat16", 2, 1.0), ("float32", 1, 1.0), ("float32", 2, 1.0), ("float32", 2, 4.0))


def regions_a_second(numbers: str, per_group: int, mlp_ratio: float, device: str, steps: int) -> float:
    """Median throughput of one setting."""
    model = replace(PRESETS["mini-small"], mlp_ratio=mlp_ratio)
    step = PlainStep(model, LossWeights()).to(device)
    optimizer = make_optimizer(step, OptimConfig())
    groups, t, s = REGIONS // per_group, model.template_size, model.search_size
    corners = torch.tensor([0.3, 0.3, 0.6, 0.6], device=device).expand(REGIONS, 4)
    batch = Batch(
        torch.randn(groups, 2, 3, t, t, device=device),
        torch.randn(REGIONS, 3, s, s, device=device),
        corners,
        torch.ones(REGIONS, device=device),
    )
    times = []
    for _ in range(WARM + steps):
        begin = time.perf_counter()
        with torch.autocast(device, torch.bfloat16, enabled=numbers == "bfloat16"):
            loss = step(batch)["total"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()  # waits for the device
        times.append(time.perf_counter() - begin)
    return REGIONS / statistics.median(times[WARM:])


def main() -> None:
    """Print a Markdown table; the ratio is to the first row of the same run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--steps", type=int, default=6)
    options = parser.parse_args()
    lines = [
        "| numbers | search regions a pair of templates | MLP ratio | regions a second | ratio |",
        "|---|---:|---:|---:|---:|",
    ]
    first = 0.0
    for numbers, per_group, ratio in ROWS:
        rate = regions_a_second(numbers, per_group, ratio, options.device, options.steps)
        first = first or rate
        lines.append(f"| {numbers} | {per_group} | {ratio:g} | {rate:.0f} | {rate / first:.2f} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

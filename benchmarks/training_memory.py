"""Resident memory over thousands of training steps.

    python benchmarks/training_memory.py [--steps 2000] [--out benchmarks/results/FILE.md]

Trains the toy teacher, one group a step, on a few clips of the synthetic world, and reads the memory of its own process
from /proc (Linux) whenever the run tells something. Prints the memory after 200 steps, at the end, and the most.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from playground.train.recipes import recipe
from playground.train.run import train

WARM = 200  # steps after which memory should stay where it is


def resident_mib() -> float:
    """Resident memory of this process in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def main() -> None:
    """Train, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    config = recipe("toy-teacher")
    config = replace(
        config,
        data=replace(config.data, synthetic_clips=3),
        optim=replace(config.optim, steps=options.steps, ema=0.99),
        groups=1,
        report_every=50,
        save_every=100,
    )
    with tempfile.TemporaryDirectory() as folder:
        events = train(config, Path(folder) / "run")
        later = [resident_mib() for event in events if event.step >= WARM]
    text = (
        f"{options.steps} steps: {later[0]:.0f} MiB after the first {WARM}, {later[-1]:.0f} MiB at the end, "
        f"{max(later):.0f} MiB at most (change {later[-1] - later[0]:+.1f} MiB)\n"
    )
    sys.stdout.write(text)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text("# Resident memory of training\n\n" + text)


if __name__ == "__main__":
    main()

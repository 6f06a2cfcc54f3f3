"""Which blocks a trained model can lose: its IoU without each of them, and without every choice of so many.

    python benchmarks/removal.py runs/toy/dense-to-sparse [--remove 4] [--seed 7]

The blocks are skipped and nothing is trained afterwards. The IoU is the mean over 32 groups of training crops, drawn
from a seed that the run did not use. Prints Markdown.
"""

import argparse
import itertools
import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import torch

from playground.data.batch import Batch, batches
from playground.hub import load_model
from playground.model import MixFormer
from playground.model.prune import fade
from playground.train.distill import locate_groups
from playground.train.gather import gather
from playground.train.losses import box_iou
from playground.train.run import read_run

GROUPS, CLIPS, BEST = 32, 20, 5


def some_crops(run: Path, seed: int) -> Batch:
    """A batch as ``run`` was trained on, from clips and crops of another seed."""
    config = read_run(run)
    frames, _ = gather(replace(config.data, synthetic_clips=min(CLIPS, config.data.synthetic_clips)), seed)
    return next(
        batches(
            frames, config.model, config.tracker.crop, config.data.weights, config.sample, config.augment, GROUPS, seed
        )
    )  # fmt: skip


@torch.no_grad()
def iou_without(model: MixFormer, blocks: Collection[int], batch: Batch) -> float:
    """Mean IoU, 0..1, when ``blocks`` are skipped."""
    found = locate_groups(model, batch, fade(model.config.depth, blocks, 0.0))
    truth, known = batch.boxes_rel.clamp(0, 1), batch.label / batch.label.sum()
    return float((box_iou(found.box, truth) * known).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="folder of a training run")
    parser.add_argument("--remove", type=int, default=4, help="how many blocks go (default 4)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    model = load_model(options.run).eval()
    batch, depth = some_crops(options.run, options.seed), model.config.depth
    lines = ["| without | IoU |", "|---|---|", f"| none | {iou_without(model, (), batch):.3f} |"]
    lines += [f"| {block} | {iou_without(model, (block,), batch):.3f} |" for block in range(depth)]
    every = [(iou_without(model, some, batch), some) for some in itertools.combinations(range(depth), options.remove)]
    first_of_each = tuple(i * depth // options.remove for i in range(options.remove))
    last_of_each = tuple((i + 1) * depth // options.remove - 1 for i in range(options.remove))
    even = [(iou, some) for iou, some in every if some in (first_of_each, last_of_each)]
    ranked = sorted(every, reverse=True)
    lines += [f"| {', '.join(map(str, some))} | {iou:.3f} |" for iou, some in [*even, *ranked[:BEST]]]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

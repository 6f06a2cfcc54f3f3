"""Networks, batches and runs that are small enough to train in a test."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from golden_files import golden_tensors, under
from networks import templates_of

from playground.config import ModelConfig
from playground.data.batch import Batch
from playground.data.clip import Clip
from playground.data.store import FrameStore, StoreBuilder
from playground.model import MixFormer
from playground.train_config import AugmentConfig, DataConfig, LossWeights, OptimConfig, SampleConfig, TrainConfig

TINY = ModelConfig(
    template_size=16, search_size=32, patch=8, dim=16, depth=4, heads=2, mlp_ratio=2.0, bins=16, head_channels=8,
    drop_path=0.0,
)  # fmt: skip
TINY_DENSE = replace(TINY, depth=2, head="corners")
TINY_SCORED = replace(TINY, score_head=True)
TINY_RUN = TrainConfig(
    model=TINY,
    data=DataConfig(synthetic_clips=2),
    sample=SampleConfig(per_group=2, negatives=0),
    augment=AugmentConfig(distractors=0, occlusion=0, blur=0),
    optim=OptimConfig(lr=2e-3, steps=12, warmup=2),
    groups=2,
    report_every=2,
    save_every=4,
)


def tiny(config: ModelConfig = TINY, seed: int = 0) -> MixFormer:
    """A network with random weights from ``seed``."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return MixFormer(config)


def random_batch(
    groups: int = 2, per_group: int = 2, config: ModelConfig = TINY, label: Any = 1.0, seed: int = 0
) -> Batch:
    """Noise pictures with boxes inside the search region."""
    g = torch.Generator().manual_seed(seed)
    n = groups * per_group
    corner = torch.rand(n, 2, generator=g) * 0.5
    return Batch(
        torch.randn(groups, 2, 3, config.template_size, config.template_size, generator=g),
        torch.randn(n, 3, config.search_size, config.search_size, generator=g),
        torch.cat([corner, corner + 0.1 + torch.rand(n, 2, generator=g) * 0.4], 1),
        torch.as_tensor(label).float().expand(n).clone(),
        tuple(f"noise/{i}" for i in range(groups)),
    )


def split(batch: Batch) -> tuple[Batch, Batch]:
    """The first and the second half of the groups."""
    half, regions = len(batch.templates) // 2, len(batch.search) // 2
    return tuple(  # type: ignore[return-value]
        Batch(batch.templates[g], batch.search[n], batch.boxes_rel[n], batch.label[n], batch.keys[g])
        for g, n in ((slice(half), slice(regions)), (slice(half, None), slice(regions, None)))
    )


def golden_batch(name: str, gt_xywh: torch.Tensor, prefix: str = "in/") -> Batch:
    """The inputs of a golden network, each with its own templates, and true boxes as x, y, w, h."""
    inputs = under(golden_tensors(name), prefix)
    boxes = torch.cat([gt_xywh[:, :2], gt_xywh[:, :2] + gt_xywh[:, 2:]], 1)
    label = torch.ones(len(boxes))
    return Batch(templates_of(inputs), inputs["search"], boxes, label, tuple(map(str, range(len(boxes)))))


def frames_of_noise(clips: int = 2, length: int = 4) -> FrameStore:
    """A store of noise clips, each with one object that stays in the middle."""
    rng, builder = np.random.default_rng(0), StoreBuilder()
    for i in range(clips):
        pixels = tuple(rng.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(length))
        boxes = np.tile(np.array([20.0, 14.0, 20.0, 16.0]), (length, 1, 1))
        builder.add(Clip(source="noise", name=str(i), frames=pixels, boxes=boxes))
    return builder.build()


def only(**weights: float) -> LossWeights:
    """Loss weights that are 0 but for those given."""
    return LossWeights(**({"l1": 0.0, "iou": 0.0} | weights))

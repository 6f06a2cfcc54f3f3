"""How large: the networks, data and optimisation of each family of runs. The stages are in `recipes`."""

from dataclasses import dataclass, replace

from playground.config import PRESETS, CropConfig, ModelConfig, TrackerConfig, UpdateConfig
from playground.train_config import AugmentConfig, DataConfig, OptimConfig, SampleConfig, TrainConfig

# Sources that look like what people track count more; the many rendered and aerial clips less than their number.
SOURCE_WEIGHTS = {
    "davis": 5.0, "uav": 4.0, "sky": 3.0, "foda": 2.0, "uavdt": 2.0, "v4r": 1.0, "synthetic": 6.0,
    "cats": 3.0, "coco": 3.0, "people": 3.0, "bsds": 2.0, "caltech101": 2.0, "groceries": 2.0, "helmets": 2.0,
    "imagenet": 2.0, "kangaroo": 2.0, "pedestrians": 2.0, "pennfudan": 2.0, "raccoon": 2.0, "cards": 1.0, "gtea": 1.0,
}  # fmt: skip

EPOCH = 234  # steps: 60,000 samples in batches of 256 (spec 2.1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """One family: the dense ``teacher``, the ``deep`` student of stage 1, and what all its runs have in common.

    ``pretrained`` names the weights that teacher and deep student start from; empty for none. ``common`` is the row
    that every stage changes; ``stages`` its learning rate and steps by stage. With a stage ``first`` among them, a
    shallow network learns from nothing and teacher and student grow from it. ``first_removed`` of the twelve blocks
    and ``second_removed`` of the eight that are left fade out; officially the first of each three (spec 2.4).
    """

    teacher: ModelConfig
    deep: ModelConfig
    common: TrainConfig
    stages: dict[str, OptimConfig]
    pretrained: str = ""
    first_removed: tuple[int, ...] = (0, 3, 6, 9)
    second_removed: tuple[int, ...] = (0, 2, 4, 6)

    def row(self, stage: str) -> TrainConfig:
        """What is common, with the optimisation of ``stage``."""
        return replace(self.common, optim=self.stages[stage])


def _official_optim(epochs: int, drop: int, lr: float = 4e-4) -> OptimConfig:
    """The published optimiser (spec 2.1): a tenth of the rate for the backbone, one step down, decay on everything."""
    return OptimConfig(
        lr=lr, backbone_scale=0.1, weight_decay=1e-4, decay_all=True, beta2=0.999, grad_clip=0.1, warmup=0,
        schedule="step", steps=epochs * EPOCH, drop_at=drop * EPOCH,
    )  # fmt: skip


def _official_row(model: ModelConfig, crop: CropConfig) -> TrainConfig:
    """Sampling and disturbance as published (spec 3), for data sets that stay on disk."""
    return TrainConfig(
        model=model,
        tracker=TrackerConfig(crop=crop),
        data=DataConfig(synthetic_clips=0, store="encoded"),
        sample=SampleConfig(
            per_group=1, order="causal", max_gap=200, negatives=0, random_boxes=0, calm=0,
            wild_reach=min(1.0, 4.5 / crop.search_factor), wild_scale=0.5, stretch=0,
        ),
        augment=AugmentConfig(
            flip=0.5, flip_each=0.5, grey=0.05, brightness=0.2, contrast=0, saturation=0, cast=0, noise=0, blur=0,
            occlusion=0, distractors=0,
        ),
        groups=256,
        precision="bfloat16",
        report_every=EPOCH // 2,
        save_every=EPOCH // 2 * 10,
    )  # fmt: skip


_OFFICIAL_STAGES = {
    "teacher": _official_optim(500, 400),
    "dense-to-sparse": _official_optim(500, 400),
    "fade-layers": _official_optim(45, 400),
    "deep-to-shallow": _official_optim(500, 400),
    "fade-again": _official_optim(45, 400),
    "shallower": _official_optim(500, 400),
    "narrow": _official_optim(500, 400),
    "score-shallow": _official_optim(40, 20, lr=1e-4),
    "score": _official_optim(40, 20, lr=1e-4),
}

TOY_TRACKER = TrackerConfig(
    crop=CropConfig(template_factor=2.0, search_factor=4.0),
    update=UpdateConfig(interval=25, min_score=0.5),
    clip_margin=4.0,
)
# 112 pixels have to show the target as large as they can, and a little larger than in training (docs/training_log.md,
# section 9): MINI_ZOOM makes it a search factor of 3.0 there.
MINI_TRACKER = replace(TOY_TRACKER, crop=CropConfig(template_factor=2.0, search_factor=2.85))
MINI_ZOOM = 0.05


def _toy(steps: int, lr: float = 1e-2) -> OptimConfig:
    """Heads learn at ``lr``, the backbone at a fifth of it."""
    return OptimConfig(lr=lr, backbone_scale=0.2, warmup=min(50, steps // 10), steps=steps)


def _mini(steps: int, lr: float = 1e-3, ema: float = 0.0) -> OptimConfig:
    return OptimConfig(lr=lr, warmup=min(300, steps // 10), steps=steps, ema=ema)


# Without pretrained weights the first block does what no other can: nothing is left of a toy student that loses it
# (docs/training_log.md, section 7). So the last of each group goes, not the first.
LAST_OF_THREE, LAST_OF_TWO = (2, 5, 8, 11), (1, 3, 5, 7)

MINI = Scale(
    teacher=PRESETS["mini-teacher"],
    deep=PRESETS["mini-deep"],
    common=TrainConfig(
        model=PRESETS["mini-deep"],
        tracker=MINI_TRACKER,
        data=DataConfig(weights=SOURCE_WEIGHTS, synthetic_clips=300),
        sample=SampleConfig(per_group=4, negatives=0, zoom_mean=MINI_ZOOM, zoom=0.08),
        groups=32,
        precision="auto",
    ),
    stages={
        "first": _mini(10_000),
        "teacher": _mini(30_000),
        "dense-to-sparse": _mini(20_000),
        "fade-layers": _mini(4_500, 5e-4),
        "deep-to-shallow": _mini(15_000, 5e-4),
        "score-shallow": _mini(1_000),
        "fade-again": _mini(4_500, 5e-4),
        "shallower": _mini(15_000, 5e-4),
        "narrow": _mini(15_000, 5e-4),
        "score": _mini(1_000),
    },
    first_removed=LAST_OF_THREE,
    second_removed=LAST_OF_TWO,
)

SCALES: dict[str, Scale] = {
    # Minutes on a laptop, on the synthetic world alone.
    "toy": Scale(
        teacher=PRESETS["toy-teacher"],
        deep=PRESETS["toy-deep"],
        common=TrainConfig(
            model=PRESETS["toy-deep"],
            tracker=TOY_TRACKER,
            data=DataConfig(synthetic_clips=150, world="plain"),
            sample=SampleConfig(per_group=4, negatives=0, random_boxes=0, calm=0.8),
            augment=AugmentConfig(
                brightness=0.1,
                contrast=0.1,
                saturation=0.1,
                cast=0,
                noise=0,
                grey=0,
                blur=0,
                occlusion=0,
                distractors=0,
            ),
            groups=8,
            report_every=20,
            save_every=100,
        ),
        stages={
            "teacher": OptimConfig(lr=2e-3, warmup=30, steps=400),
            "dense-to-sparse": _toy(1500),
            "fade-layers": _toy(180),
            "deep-to-shallow": _toy(200),
            "score-shallow": _toy(100),
            "fade-again": _toy(90),
            "shallower": _toy(60),
            "narrow": _toy(200),
            "score": _toy(100),
        },
        first_removed=LAST_OF_THREE,
        second_removed=LAST_OF_TWO,
    ),
    # One GPU for an hour or so.
    "mini": MINI,
    # The same on two CPU cores in hours: fewer and smaller steps.
    "mini-cpu": replace(
        MINI,
        common=replace(MINI.common, groups=8, report_every=10, save_every=50),
        stages={
            "first": _mini(12_000),
            "teacher": _mini(260, 6e-4, ema=0.98),
            "dense-to-sparse": _mini(110, 6e-4, ema=0.98),
            "fade-layers": _mini(45, 4e-4),
            "deep-to-shallow": _mini(110, 4e-4, ema=0.98),
            "score-shallow": _mini(60),
            "fade-again": _mini(90, 4e-4),
            "shallower": _mini(160, 4e-4, ema=0.98),
            "narrow": _mini(300, 4e-4, ema=0.98),
            "score": _mini(60),
        },
    ),
    # MixFormerV2-B: the published hyper-parameters, 8 GPUs. `pretrained` is MAE's ViT-B, made into a model folder by
    # `playground convert mae_pretrain_vit_base.pth runs/mae-base --preset base-deep`.
    "base": Scale(
        teacher=PRESETS["dense-base"],
        deep=PRESETS["base-deep"],
        common=_official_row(PRESETS["base-deep"], CropConfig(search_factor=5.0)),
        stages=_OFFICIAL_STAGES,
        pretrained="runs/mae-base",
    ),
    # MixFormerV2-S: nothing of its chain is published but its ends (spec 2.5); the values of B, at its sizes.
    "small": Scale(
        teacher=PRESETS["dense-base"],
        deep=replace(PRESETS["small"], depth=12, mlp_ratio=4.0, score_head=False),
        common=_official_row(PRESETS["base-deep"], CropConfig(search_factor=4.5)),
        stages=_OFFICIAL_STAGES,
        pretrained="runs/mae-base",
    ),
}

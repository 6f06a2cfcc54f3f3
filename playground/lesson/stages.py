"""The settings of the notebooks' runs: the project's own stages, at a size that trains while one reads.

Every network here begins with the blocks of the embedded ``mini-small``, as those of the paper begin with the blocks of
a pretrained ViT: from nothing, prediction tokens need a thousand steps before they see anything
(docs/training_log.md, section 5). It has ``mini-small``'s width and depth, and looks at fewer patches.
"""

from dataclasses import replace
from pathlib import Path

from playground.config import ModelConfig
from playground.hub import load_model, load_tracker_config, resolve
from playground.lesson.opening import Lesson
from playground.train.recipes import AIDS, SHALLOW, SUPERVISED, dense_to_sparse, teacher
from playground.train.scales import SCALES, Scale
from playground.train_config import DataConfig, DistillConfig, FadeConfig, OptimConfig, TrainConfig

PRETRAINED = "mini-small"
CELLS, TEMPLATE_CELLS = 8, 4  # patches on a side of the search region and of a template
HEAD_CHANNELS = 32
GROUPS, PER_GROUP = 8, 2
CLIPS = {True: 40, False: 120}
STEPS = {
    True: {"teacher": 40, "dense-to-sparse": 90, "deep": 40, "fade-layers": 45, "deep-to-shallow": 15},
    False: {"teacher": 250, "dense-to-sparse": 600, "deep": 250, "fade-layers": 270, "deep-to-shallow": 180},
}
SAVES = {True: 5, False: 10}  # of a run, each of which a notebook measures
REPORTS = 4  # from one to the next: points of its curves
REMOVAL = replace(SHALLOW, **AIDS)
# Heads, which are new, learn faster than blocks, which are not.
RATES = {
    "teacher": (4e-3, 0.2), "dense-to-sparse": (2e-2, 0.03), "deep": (2e-2, 0.03),
    "fade-layers": (2e-3, 0.5), "deep-to-shallow": (1e-3, 0.5),
}  # fmt: skip


def lesson_scale(fast: bool) -> Scale:
    """The notebooks' row of `playground.train.scales`: networks after ``mini-small``, few and small steps."""
    folder = resolve(PRETRAINED)
    deep = _small(load_model(folder).config)
    toy = SCALES["toy"].common
    return Scale(
        teacher=replace(deep, head="corners", head_channels=HEAD_CHANNELS),
        deep=deep,
        common=replace(
            toy,
            model=deep,
            tracker=load_tracker_config(folder),
            data=DataConfig(synthetic_clips=CLIPS[fast], world="plain"),
            # The search region lies as a tracker that has not lost the target lays it.
            sample=replace(toy.sample, per_group=PER_GROUP, calm=1.0),
            groups=GROUPS,
        ),
        stages={stage: _optim(stage, steps) for stage, steps in STEPS[fast].items()},
    )


def teacher_stage(lesson: Lesson) -> TrainConfig:
    """Stage 0: new corner heads on the pretrained blocks learn true boxes."""
    return _reporting(replace(teacher(lesson_scale(lesson.fast), str(lesson.runs)), start_from=PRETRAINED), lesson.fast)


def sparse_stage(lesson: Lesson) -> TrainConfig:
    """Stage 1: four prediction tokens and a new head, on the teacher's blocks, learn the teacher's edges.

    The tokens are the pretrained network's: new ones sometimes stay blind for longer than such a run lasts.
    """
    config = dense_to_sparse(lesson_scale(lesson.fast), str(lesson.runs))
    return _reporting(replace(config, heads_from=PRETRAINED), lesson.fast)


def deep_stage(lesson: Lesson) -> TrainConfig:
    """A student of full depth without stages 0 and 1, for whoever begins with removing: true boxes alone, and the
    pretrained tokens."""
    scale = lesson_scale(lesson.fast)
    deep = replace(scale.row("deep"), model=scale.deep, start_from=PRETRAINED, loss=SUPERVISED)
    return _reporting(deep, lesson.fast)


def fade_stage(lesson: Lesson, deep: Path, blocks: tuple[int, ...]) -> TrainConfig:
    """Stage 2a: ``blocks`` of the network in ``deep`` fade out while the rest learns to do without them."""
    row = lesson_scale(lesson.fast).row("fade-layers")
    faded = replace(
        row,
        start_from=str(deep),
        distill=DistillConfig(teacher=str(deep), pairs=tuple((i, i) for i in _last_of_groups(row.model, blocks))),
        # At 0 after 38 of 45 epochs, as published.
        fade=FadeConfig(blocks=blocks, epochs=40, epoch_steps=max(1, row.optim.steps // 45)),
        loss=REMOVAL,
    )
    return _reporting(faded, lesson.fast)


def shallow_stage(lesson: Lesson, deep: Path, start_from: Path, blocks: tuple[int, ...], more: int = 0) -> TrainConfig:
    """Stage 2b: the network in ``start_from`` without ``blocks`` learns from the whole one in ``deep``.

    It learns for ``more`` steps than the stage has.
    """
    row = lesson_scale(lesson.fast).row("deep-to-shallow")
    shallow = replace(
        row,
        model=replace(row.model, depth=row.model.depth - len(blocks)),
        start_from=str(start_from),
        remove=blocks,
        distill=DistillConfig(teacher=str(deep), pairs=tuple(enumerate(_last_of_groups(row.model, blocks)))),
        loss=REMOVAL,
        optim=replace(row.optim, steps=row.optim.steps + more),
    )
    return _reporting(shallow, lesson.fast)


def _last_of_groups(model: ModelConfig, removed: tuple[int, ...]) -> list[int]:
    """Where each kept block's group ends, which goes on giving what its last block gave, removed or not."""
    kept = [i for i in range(model.depth) if i not in removed]
    return [after - 1 for after in [*kept[1:], model.depth]]


def _small(pretrained: ModelConfig) -> ModelConfig:
    """The pretrained network's shape on fewer patches; the student's bins are those of the teacher's map."""
    return replace(
        pretrained,
        template_size=TEMPLATE_CELLS * pretrained.patch,
        search_size=CELLS * pretrained.patch,
        bins=4 * CELLS,
        score_head=False,
        drop_path=0.0,
    )


def _optim(stage: str, steps: int) -> OptimConfig:
    rate, backbone = RATES[stage]
    return OptimConfig(lr=rate, backbone_scale=backbone, warmup=min(10, steps // 8), steps=steps)


def _reporting(config: TrainConfig, fast: bool) -> TrainConfig:
    every = max(1, config.optim.steps // (SAVES[fast] * REPORTS))
    return replace(config, report_every=every, save_every=REPORTS * every)

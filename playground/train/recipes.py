"""The stages of the paper's model reduction as rows of values, and the named runs made of them.

A stage is a function from a `Scale` to a whole `TrainConfig`; ``toy``, ``mini``, ``base`` and ``small`` are scales. The
official values are those of ``base`` (spec 2.1 to 2.4, 2.6). Nothing official is published for the second reduction,
from 8 to 4 blocks, nor for the narrower MLP (spec 2.5): those stages are this project's own.
"""

from collections.abc import Callable
from dataclasses import replace

from playground.config import ModelConfig
from playground.settings import require
from playground.train.scales import SCALES, Scale
from playground.train_config import DistillConfig, FadeConfig, LossWeights, TrainConfig

Stage = Callable[[Scale, str], TrainConfig]
Pairs = tuple[tuple[int, int], ...]

SPARSE = LossWeights(l1=5, iou=2, edges=5)
SHALLOW = LossWeights(l1=5, iou=2, edges=5, features=0.2)
SCORE = LossWeights(l1=0, iou=0, score=1)
# Without pretrained weights there is more to hold on to: dense maps, and where the tokens look; and blurred edges where
# no teacher gives its own.
AIDS = {"inside": 5.0, "corners": 0.5, "look": 0.5}
SUPERVISED = LossWeights(l1=5, iou=2, soft=1, **AIDS)

# A group of blocks that loses one goes on giving what its last one gave.
FIRST_PAIRS = ((1, 2), (3, 5), (5, 8), (7, 11))
SECOND_PAIRS = ((0, 1), (1, 3), (2, 5), (3, 7))


def teacher(scale: Scale, runs: str) -> TrainConfig:
    """Stage 0: the dense teacher, with corner heads, on true boxes alone. From pretrained weights where there are any;
    without them a dense probe and soft edges help it to start."""
    loss = LossWeights(l1=5, iou=2) if scale.pretrained else replace(SUPERVISED, look=0)
    start_from = scale.pretrained or _seed(scale, runs)
    return replace(scale.row("teacher"), model=scale.teacher, start_from=start_from, loss=loss)


def dense_to_sparse(scale: Scale, runs: str) -> TrainConfig:
    """Stage 1 (paper 3.2): four prediction tokens learn the teacher's edge distributions.

    The official student starts from the pretrained weights that its teacher started from. Where there are none it
    starts from the teacher's own backbone, with the tokens and head of the network that the teacher grew from.
    """
    return replace(
        scale.row("dense-to-sparse"),
        model=scale.deep,
        start_from=scale.pretrained or f"{runs}/teacher",
        heads_from=_seed(scale, runs),
        distill=DistillConfig(teacher=f"{runs}/teacher"),
        loss=_aided(scale, SPARSE),
    )


def fade_layers(scale: Scale, runs: str) -> TrainConfig:
    """Stage 2a (paper 3.3): four of twelve blocks fade out, frozen, while the rest learns to do without."""
    return _fading(scale, "fade-layers", f"{runs}/dense-to-sparse", scale.deep, scale.first_removed, FIRST_PAIRS)


def deep_to_shallow(scale: Scale, runs: str) -> TrainConfig:
    """Stage 2b: the faded blocks are gone; eight blocks learn from the twelve of stage 1."""
    faded, taught = f"{runs}/fade-layers", f"{runs}/dense-to-sparse"
    return _shortened(scale, "deep-to-shallow", faded, taught, scale.deep, scale.first_removed, FIRST_PAIRS)


def fade_again(scale: Scale, runs: str) -> TrainConfig:
    """The second reduction, first half: every other of the eight blocks fades out; the eight-block model teaches."""
    eight = replace(scale.deep, depth=8)
    return _fading(scale, "fade-again", f"{runs}/deep-to-shallow", eight, scale.second_removed, SECOND_PAIRS)


def shallower(scale: Scale, runs: str) -> TrainConfig:
    """The second reduction, second half: four blocks learn from eight, the intermediate teacher."""
    eight, faded, taught = replace(scale.deep, depth=8), f"{runs}/fade-again", f"{runs}/deep-to-shallow"
    return _shortened(scale, "shallower", faded, taught, eight, scale.second_removed, SECOND_PAIRS)


def narrow(scale: Scale, runs: str) -> TrainConfig:
    """The MLP cut: ratio 4 to 1, started from a slice of the wider weights; the eight-block model teaches on."""
    return replace(
        scale.row("narrow"),
        model=replace(scale.deep, depth=4, mlp_ratio=1.0),
        start_from=f"{runs}/shallower",
        distill=DistillConfig(teacher=f"{runs}/deep-to-shallow", pairs=SECOND_PAIRS),
        loss=_aided(scale, SHALLOW),
    )


def score_shallow(scale: Scale, runs: str) -> TrainConfig:
    """Stage 3 on the eight-block model: MixFormerV2-B, ready to track."""
    return _score(scale, f"{runs}/deep-to-shallow", replace(scale.deep, depth=8))


def score(scale: Scale, runs: str) -> TrainConfig:
    """Stage 3 on the smallest model: MixFormerV2-S, ready to track."""
    return _score(scale, f"{runs}/narrow", replace(scale.deep, depth=4, mlp_ratio=1.0))


def first(scale: Scale, runs: str) -> TrainConfig:
    """Before the chain, where there are no pretrained weights: the smallest model from nothing, box and score at once.

    A deep network from nothing learns late and all at once what four blocks learn soon (docs/training_log.md, section
    5), so the teacher, and the deep student's tokens and head, grow from this.
    """
    row = scale.row("first")
    return replace(
        row,
        model=replace(scale.deep, depth=4, mlp_ratio=1.0, score_head=True),
        sample=replace(row.sample, negatives=0.1),
        loss=replace(SUPERVISED, score=1),
    )


def _score(scale: Scale, start_from: str, model: ModelConfig) -> TrainConfig:
    """The score head alone learns, on pairs drawn far apart, half of them of another object (spec 2.6, 3.4)."""
    row = scale.row("score")
    return replace(
        row,
        model=replace(model, score_head=True),
        start_from=start_from,
        trainable="score",
        sample=replace(row.sample, order="trident", negatives=0.5),
        loss=SCORE,
    )


def _seed(scale: Scale, runs: str) -> str:
    """The trained network that a scale's teacher grows from; empty where it does not."""
    return f"{runs}/first" if "first" in scale.stages else ""


def _aided(scale: Scale, loss: LossWeights) -> LossWeights:
    """The published loss, with more to hold on to where a scale has no pretrained weights."""
    return loss if scale.pretrained else replace(loss, **AIDS)


def _fading(
    scale: Scale, stage: str, older: str, model: ModelConfig, blocks: tuple[int, ...], pairs: Pairs
) -> TrainConfig:
    """``blocks`` of ``model`` fade while it learns from ``older``, where it starts, each kept block from itself.

    The official course: at 0 after 38 of 45 epochs, whatever an epoch is at this scale.
    """
    row = scale.row(stage)
    return replace(
        row,
        model=model,
        start_from=older,
        distill=DistillConfig(teacher=older, pairs=tuple((i, i) for _, i in pairs)),
        fade=FadeConfig(blocks=blocks, epochs=40, epoch_steps=max(1, row.optim.steps // 45)),
        loss=_aided(scale, SHALLOW),
    )


def _shortened(
    scale: Scale, stage: str, faded: str, teacher: str, model: ModelConfig, blocks: tuple[int, ...], pairs: Pairs
) -> TrainConfig:
    """``model`` without the ``blocks`` that have ``faded``, each block learning from the teacher's of its pair."""
    return replace(
        scale.row(stage),
        model=replace(model, depth=model.depth - len(blocks)),
        start_from=faded,
        remove=blocks,
        distill=DistillConfig(teacher=teacher, pairs=pairs),
        loss=_aided(scale, SHALLOW),
    )


STAGES: dict[str, Stage] = {
    "teacher": teacher,
    "dense-to-sparse": dense_to_sparse,
    "fade-layers": fade_layers,
    "deep-to-shallow": deep_to_shallow,
    "score-shallow": score_shallow,
    "fade-again": fade_again,
    "shallower": shallower,
    "narrow": narrow,
    "score": score,
}
TO_SHALLOW = ("teacher", "dense-to-sparse", "fade-layers", "deep-to-shallow", "score-shallow")
FROM_FIRST = ("first", *STAGES)
CHAINS: dict[str, tuple[str, ...]] = {
    "toy": tuple(STAGES),
    "mini": FROM_FIRST,
    "mini-cpu": FROM_FIRST,
    "base": TO_SHALLOW,
    "small": tuple(name for name in STAGES if name != "score-shallow"),
}
RECIPES: dict[str, tuple[str, str]] = {
    f"{scale}-{stage}": (scale, stage) for scale, chain in CHAINS.items() for stage in chain
}


def recipe(name: str, runs: str = "") -> TrainConfig:
    """The settings of a named run, such as ``toy-dense-to-sparse``.

    ``runs`` is the folder whose stages it starts from and is taught by; ``runs/SCALE`` when empty. Raises
    ``ValueError`` naming ``recipe`` when there is none of that name.
    """
    require(name in RECIPES, f"recipe: must be one of {', '.join(RECIPES)}; got {name!r}.")
    scale, stage = RECIPES[name]
    return (STAGES | {"first": first})[stage](SCALES[scale], runs or f"runs/{scale}")

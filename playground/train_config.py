"""Settings of training: what is drawn, how it is disturbed, what is taught, how it is optimised.

A stage of the paper's model reduction is one value of `TrainConfig`. Settings check themselves: a wrong value raises
``ValueError`` that names the field.
"""

import dataclasses
import typing
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.config import ModelConfig, TrackerConfig
from playground.settings import require

Order = Literal["near", "causal", "trident"]
Store = Literal["packed", "encoded"]
World = Literal["full", "plain"]
Trainable = Literal["all", "score"]
Schedule = Literal["cosine", "step"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DataConfig:
    """Where training pictures come from.

    ``locations`` are ``FORMAT:PLACE`` (`playground.data.formats`), or a folder of tar files by itself. ``weights``
    weighs sources by name (1 where absent). ``synthetic_clips`` clips of the synthetic ``world`` are rendered beside
    them (`playground.video.synthetic.WORLDS`).
    ``store``: ``packed`` keeps every frame shrunk to 256 px on the training device; ``encoded`` keeps files as they
    are and decodes the frames that a batch needs, for data that fits nowhere else.
    """

    locations: tuple[str, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)
    synthetic_clips: int = 300
    world: World = "full"
    store: Store = "packed"

    def __post_init__(self) -> None:
        require(self.synthetic_clips >= 0, f"synthetic_clips: must not be negative; got {self.synthetic_clips}.")
        require(min(self.weights.values(), default=0) >= 0, f"weights: must not be negative; got {self.weights}.")
        _one_of(self, "store", Store)
        _one_of(self, "world", World)


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleConfig:
    """Which frames make a training group, and where the search region lies (spec 3.2, 3.3); shares are in 0..1.

    ``templates`` templates and ``per_group`` search regions a group. ``order``: ``near`` takes all frames at most
    ``max_gap`` stored frames from the first template, before or after; ``causal`` the online template before and the
    search frame after it; ``trident`` template and search frame anywhere in the clip, the online template up to
    ``max_gap`` frames beyond the search frame on the template's side. ``negatives``: search regions that show
    another object. ``random_boxes``: stills whose object is replaced by any rectangle.

    The box of the frame before is a small step away in a share ``calm`` of the draws: Laplace-distributed,
    ``calm_shift`` in object sizes and ``calm_scale`` in log size. Else it is anywhere in view: the centre moves by up
    to ``wild_reach`` / 2 of the search region's side, the log sides by ``wild_scale``. The log of the search factor,
    over the one that the tracker uses, has the mean ``zoom_mean`` and the standard deviation ``zoom``; ``stretch`` is
    the log change of each crop side.
    """

    templates: int = 2
    per_group: int = 2
    order: Order = "near"
    max_gap: int = 10
    negatives: float = 0.1
    random_boxes: float = 0.25
    calm: float = 0.5
    calm_shift: float = 0.2
    calm_scale: float = 0.08
    wild_reach: float = 0.9
    wild_scale: float = 0.3
    zoom_mean: float = 0.0
    zoom: float = 0.0
    stretch: float = 0.05

    def __post_init__(self) -> None:
        _at_least(self, 1, "templates", "per_group", "max_gap")
        _shares(self, "negatives", "random_boxes", "calm", "wild_reach")
        _at_least(self, 0, "calm_shift", "calm_scale", "wild_scale", "zoom", "stretch")
        require(abs(self.zoom_mean) <= 1, f"zoom_mean: must be in -1..1; got {self.zoom_mean}.")
        _one_of(self, "order", Order)


@dataclass(frozen=True, kw_only=True, slots=True)
class AugmentConfig:
    """How the pictures of a batch are disturbed; chances are in 0..1.

    ``flip`` mirrors a whole group, ``flip_each`` each crop by itself (spec 3.3). ``turn`` rotates a search region by
    up to so many degrees; ``grey`` takes the colour out of a whole group. ``brightness``, ``contrast``,
    ``saturation`` and ``cast`` are the strengths of independent changes of each crop; ``noise`` its largest standard
    deviation in grey levels. ``blur`` softens or smears a search region. ``occlusion`` covers part of a target, and
    ``distractors`` pastes a second object beside it, cut out along its mask where there is one.
    """

    flip: float = 0.5
    flip_each: float = 0.0
    turn: float = 0.0
    grey: float = 0.05
    brightness: float = 0.3
    contrast: float = 0.3
    saturation: float = 0.3
    cast: float = 0.075
    noise: float = 8.0
    blur: float = 0.3
    occlusion: float = 0.15
    distractors: float = 0.1

    def __post_init__(self) -> None:
        _shares(self, "flip", "flip_each", "grey", "blur", "occlusion", "distractors")
        _at_least(self, 0, "turn", "brightness", "contrast", "saturation", "cast", "noise")
        require(self.turn <= 45, f"turn: must be at most 45 degrees; got {self.turn}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class LossWeights:
    """Weights of the loss terms; a term of weight 0 is not computed.

    On the true box (spec 2.1): ``l1``, ``iou`` (CIoU). From a teacher (spec 2.3, 2.4): ``edges``, the KL divergence
    of the edge distributions, and ``features``, the squared difference of block outputs. Without a teacher: ``soft``,
    cross-entropy with blurred true edges; ``inside`` and ``corners``, maps read off the search tokens while training;
    ``look``, where the prediction tokens look; ``peer``, the squared difference from another tracker's features
    (`DistillConfig`), read off a block's search tokens while training. ``score``: binary cross-entropy of the
    confidence (spec 2.6).
    """

    l1: float = 5.0
    iou: float = 2.0
    edges: float = 0.0
    features: float = 0.0
    soft: float = 0.0
    inside: float = 0.0
    corners: float = 0.0
    look: float = 0.0
    peer: float = 0.0
    score: float = 0.0

    def __post_init__(self) -> None:
        _at_least(self, 0, *(item.name for item in dataclasses.fields(self)))
        require(any(dataclasses.astuple(self)), "loss: at least one weight must be above 0.")


@dataclass(frozen=True, kw_only=True, slots=True)
class DistillConfig:
    """Who teaches. ``teacher`` names a model folder (as `playground.hub` finds them); empty for no teacher.

    ``pairs`` are (student block, teacher block), counted from 0, whose outputs are matched (spec 2.4).
    ``peer`` is a folder with NanoTrack v2, whose backbone's features are read off the output of block ``peer_block``;
    empty for none.
    """

    teacher: str = ""
    pairs: tuple[tuple[int, int], ...] = ()
    peer: str = ""
    peer_block: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FadeConfig:
    """Blocks that fade out while training, frozen, along half a cosine (spec 2.4, stage 2a).

    The rate is constant for ``epoch_steps`` steps and reaches 0 after ``epochs - 2`` such epochs. ``epochs`` 1 or 2
    drop the blocks at once.
    """

    blocks: tuple[int, ...] = ()
    epochs: int = 40
    epoch_steps: int = 234

    def __post_init__(self) -> None:
        _at_least(self, 1, "epochs", "epoch_steps")


@dataclass(frozen=True, kw_only=True, slots=True)
class OptimConfig:
    """AdamW and its learning rate; ``grad_clip`` is a total norm.

    The backbone learns at ``lr * backbone_scale``. Weight decay spares biases, norms and tokens unless ``decay_all``.
    After a linear ``warmup``, ``schedule`` ``cosine`` falls to zero after ``horizon`` steps (``steps`` where that is
    0; a run with a horizon beyond its own end leaves the rest to a run that starts from it), and ``step`` divides by
    ten from step ``drop_at`` on (0: never). ``ema`` is the decay of a moving average of the weights, which is then the
    model that is saved; 0 for none.
    """

    lr: float = 1e-3
    backbone_scale: float = 1.0
    weight_decay: float = 0.05
    decay_all: bool = False
    beta2: float = 0.98
    grad_clip: float = 1.0
    warmup: int = 300
    schedule: Schedule = "cosine"
    steps: int = 10_000
    horizon: int = 0
    drop_at: int = 0
    ema: float = 0.0

    def __post_init__(self) -> None:
        for name in ("lr", "grad_clip", "backbone_scale"):
            require(getattr(self, name) > 0, f"{name}: must be above 0; got {getattr(self, name)}.")
        _at_least(self, 0, "weight_decay", "warmup", "drop_at")
        _at_least(self, 1, "steps")
        for name in ("beta2", "ema"):
            require(0 <= getattr(self, name) < 1, f"{name}: must be in 0..1, 1 excluded; got {getattr(self, name)}.")
        reaches = self.horizon == 0 or self.horizon >= self.steps
        require(reaches, f"horizon: must be 0 or at least steps ({self.steps}); got {self.horizon}.")
        _one_of(self, "schedule", Schedule)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainConfig:
    """One training run: a row of values.

    ``start_from`` names the model whose weights it starts with (as `playground.hub` finds them); empty for random
    ones. ``remove`` are blocks left out of it on the way. A narrower MLP starts from a slice of the wider one, a deeper
    or wider network is grown from the smaller one; a head of another kind starts fresh, and so do tensors with one of
    ``fresh`` in their name. ``heads_from`` names another model of the same width, which gives prediction tokens and
    heads that the first one lacks. ``trainable`` ``score`` trains the score head alone. ``groups`` groups of templates
    make one step, over all processes; each process takes its share in ``accumulate`` equal parts. ``precision``
    ``auto`` is bfloat16 where the device has matrix units for it, else float32. ``report_every`` and ``save_every``
    count steps, the second a multiple of the first.
    """

    model: ModelConfig
    start_from: str = ""
    heads_from: str = ""
    remove: tuple[int, ...] = ()
    fresh: tuple[str, ...] = ()
    trainable: Trainable = "all"
    tracker: TrackerConfig = field(default_factory=TrackerConfig)
    data: DataConfig = field(default_factory=DataConfig)
    sample: SampleConfig = field(default_factory=SampleConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    loss: LossWeights = field(default_factory=LossWeights)
    distill: DistillConfig = field(default_factory=DistillConfig)
    fade: FadeConfig = field(default_factory=FadeConfig)
    optim: OptimConfig = field(default_factory=OptimConfig)
    groups: int = 16
    accumulate: int = 1
    precision: Precision = "float32"
    compile: bool = False
    seed: int = 0
    report_every: int = 50
    save_every: int = 500

    def __post_init__(self) -> None:
        _at_least(self, 1, "groups", "accumulate", "report_every", "save_every")
        whole = self.save_every % self.report_every == 0
        require(whole, f"save_every: must be a multiple of report_every ({self.report_every}); got {self.save_every}.")
        _one_of(self, "trainable", Trainable)
        _one_of(self, "precision", Precision)
        depth, loss = self.model.depth, self.loss
        beyond = [i for i in self.fade.blocks if not 0 <= i < depth]
        require(not beyond, f"fade.blocks: choose from 0..{depth - 1}; got {self.fade.blocks}.")
        students = [pair[0] for pair in self.distill.pairs]
        require(
            all(0 <= i < depth for i in students),
            f"distill.pairs: the student's blocks are 0..{depth - 1}; got {students}.",
        )
        if self.distill.teacher:
            require(
                bool(self.distill.pairs) == (loss.features > 0),
                "distill.pairs: needed by loss.features, and by nothing else; give both or set loss.features to 0.",
            )
        else:
            taught = loss.edges > 0 or loss.features > 0
            require(not taught, "distill.teacher: needed by loss.edges and loss.features; name one or set both to 0.")
        require(
            bool(self.distill.peer) == (loss.peer > 0),
            "distill.peer: needed by loss.peer, and by nothing else; give both or set loss.peer to 0.",
        )
        inside = 0 <= self.distill.peer_block < depth
        require(inside, f"distill.peer_block: choose from 0..{depth - 1}; got {self.distill.peer_block}.")
        scored = self.model.score_head
        tokens = self.model.prediction_tokens > 0
        require(tokens or loss.look == 0, "loss.look: a corner head has no prediction tokens; set it to 0.")
        require(scored or loss.score == 0, "loss.score: the model has no score head; set it to 0.")
        require(
            self.trainable == "all" or (scored and loss.score > 0),
            "trainable: 'score' needs model.score_head and loss.score above 0.",
        )


def _at_least(config: Any, least: float, *names: str) -> None:
    for name in names:
        value = getattr(config, name)
        require(value >= least, f"{name}: must be at least {least}; got {value}.")


def _shares(config: Any, *names: str) -> None:
    for name in names:
        value = getattr(config, name)
        require(0 <= value <= 1, f"{name}: must be in 0..1; got {value}.")


def _one_of(config: Any, name: str, choices: Any) -> None:
    value, allowed = getattr(config, name), typing.get_args(choices)
    require(value in allowed, f"{name}: must be one of {', '.join(allowed)}; got {value!r}.")

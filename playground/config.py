"""Every settings dataclass, and the presets table.

Settings check themselves: a wrong value raises ``ValueError`` that names the field. Derived numbers are properties.
"""

import dataclasses
import typing
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.settings import require

Head = Literal["edges", "corners", "corners-plain"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelConfig:
    """Shape of one network (spec 1). Sizes in pixels; ``patch`` is the side of a patch, ``bins`` the bins of an edge.

    ``head``: ``edges`` (four prediction tokens, MLP head), ``corners`` (dense pyramid corner head, spec 1.14) or
    ``corners-plain`` (dense corner head without pyramid). For the corner heads ``bins`` is the side of the map.
    """

    template_size: int
    search_size: int
    patch: int = 16
    dim: int = 768
    depth: int = 8
    heads: int = 12
    mlp_ratio: float = 4.0
    bins: int = 96
    head: Head = "edges"
    head_channels: int = 384
    score_head: bool = False
    drop_path: float = 0.1

    def __post_init__(self) -> None:
        for name in ("template_size", "search_size", "patch", "dim", "depth", "heads", "bins", "head_channels"):
            require(getattr(self, name) >= 1, f"{name}: must be at least 1; got {getattr(self, name)}.")
        for name in ("template_size", "search_size"):
            require(
                getattr(self, name) % self.patch == 0,
                f"{name}: must be a multiple of patch ({self.patch}); got {getattr(self, name)}.",
            )
        require(self.dim % self.heads == 0, f"dim: must be a multiple of heads ({self.heads}); got {self.dim}.")
        require(self.dim % 4 == 0, f"dim: must be a multiple of 4 for the position tables; got {self.dim}.")
        require(self.mlp_ratio > 0, f"mlp_ratio: must be above 0; got {self.mlp_ratio}.")
        require(0 <= self.drop_path < 1, f"drop_path: must be in 0..1, 1 excluded; got {self.drop_path}.")
        choices = typing.get_args(Head)
        require(self.head in choices, f"head: must be one of {', '.join(choices)}; got {self.head!r}.")
        if self.head != "edges":
            side = self.search_grid * (4 if self.head == "corners" else 1)
            require(self.bins == side, f"bins: the {self.head} head gives {side} a side; got {self.bins}.")
            require(not self.score_head, "score_head: needs the prediction tokens of head='edges'.")

    @property
    def template_grid(self) -> int:
        """Patches on a side of a template."""
        return self.template_size // self.patch

    @property
    def search_grid(self) -> int:
        """Patches on a side of the search region."""
        return self.search_size // self.patch

    @property
    def prediction_tokens(self) -> int:
        """Learnable tokens behind the search tokens: four for the edge head, none for a corner head."""
        return 4 if self.head == "edges" else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CropConfig:
    """How template and search region are cut (spec 4.1): side = sqrt(w*h) * factor; channel mean and std in 0..1."""

    template_factor: float = 2.0
    search_factor: float = 4.5
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)

    def __post_init__(self) -> None:
        for name in ("template_factor", "search_factor"):
            value = getattr(self, name)
            require(0 < value <= 20, f"{name}: must be above 0 and at most 20; got {value}.")
        require(min(self.std) > 0, f"std: every channel must be above 0; got {self.std}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class UpdateConfig:
    """When a new online template is taken (spec 4.3, steps 5 and 6).

    Every ``interval`` frames the best candidate since the last update (score above ``min_score``) becomes an online
    template; ``decay`` multiplies the best score so far once a frame; at most ``max_templates`` are kept, in ring
    order.
    """

    interval: int = 200
    min_score: float = 0.5
    decay: float = 1.0
    max_templates: int = 1

    def __post_init__(self) -> None:
        require(self.interval >= 1, f"interval: must be at least 1 frame; got {self.interval}.")
        require(0 <= self.min_score <= 1, f"min_score: must be in 0..1; got {self.min_score}.")
        require(0 < self.decay <= 1, f"decay: must be above 0 and at most 1; got {self.decay}.")
        require(self.max_templates >= 1, f"max_templates: must be at least 1; got {self.max_templates}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackerConfig:
    """Settings of the tracker around a network.

    ``clip_margin`` is the least side of a reported box in pixels (spec 4.3, step 4). Below ``lost_score`` a frame is
    marked as lost; the box is still reported.
    """

    crop: CropConfig = field(default_factory=CropConfig)
    update: UpdateConfig = field(default_factory=UpdateConfig)
    clip_margin: float = 10.0
    lost_score: float = 0.3

    def __post_init__(self) -> None:
        require(self.clip_margin > 0, f"clip_margin: must be above 0 pixels; got {self.clip_margin}.")
        require(0 <= self.lost_score <= 1, f"lost_score: must be in 0..1; got {self.lost_score}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleConfig:
    """How training groups are drawn and disturbed; the shares and chances are in 0..1.

    ``templates`` templates and ``per_group`` search regions a group, at most ``max_gap`` stored frames apart.
    ``weights`` weighs sources by name (1 where absent). ``negatives``: search regions that show another object.
    ``random_boxes``: stills whose object is replaced by any rectangle. The box of the frame before is a small step away
    in a share ``calm`` of the draws: Laplace-distributed, ``calm_shift`` in object sizes and ``calm_scale`` in log
    size; else anywhere in view, with log size changes of ``wild_scale``. ``stretch`` is the log change of each crop
    side; ``colour`` the strength of the colour changes; ``blur`` the share that is softened, and as much that is
    smeared; ``occlusion`` the share of covered targets.
    """

    templates: int = 2
    per_group: int = 2
    max_gap: int = 10
    weights: dict[str, float] = field(default_factory=dict)
    negatives: float = 0.1
    random_boxes: float = 0.25
    calm: float = 0.5
    calm_shift: float = 0.2
    calm_scale: float = 0.08
    wild_scale: float = 0.3
    stretch: float = 0.05
    colour: float = 0.3
    blur: float = 0.15
    occlusion: float = 0.15

    def __post_init__(self) -> None:
        for name in ("templates", "per_group", "max_gap"):
            require(getattr(self, name) >= 1, f"{name}: must be at least 1; got {getattr(self, name)}.")
        for name in ("negatives", "random_boxes", "calm", "blur", "occlusion"):
            require(0 <= getattr(self, name) <= 1, f"{name}: must be in 0..1; got {getattr(self, name)}.")
        for name in ("calm_shift", "calm_scale", "wild_scale", "stretch", "colour"):
            require(getattr(self, name) >= 0, f"{name}: must not be negative; got {getattr(self, name)}.")
        require(min(self.weights.values(), default=0) >= 0, f"weights: must not be negative; got {self.weights}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class LossWeights:
    """Weights of the loss terms: ``l1`` and ``iou`` on the box (spec 2.1), ``edges`` on the soft edge targets,
    ``inside`` and ``corners`` on the maps read off the search tokens while training, ``score`` on the confidence."""

    l1: float = 5.0
    iou: float = 2.0
    edges: float = 1.0
    inside: float = 5.0
    corners: float = 0.5
    score: float = 1.0

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            require(value >= 0, f"{item.name}: must not be negative; got {value}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class OptimConfig:
    """AdamW with a linear warm-up and a cosine to zero; ``grad_clip`` is a total norm.

    The cosine ends after ``horizon`` steps, or after ``steps`` where that is 0; a run with a horizon beyond its own end
    leaves the rest to a run that starts from it.
    """

    lr: float = 1e-3
    weight_decay: float = 0.05
    grad_clip: float = 1.0
    warmup: int = 300
    steps: int = 10_000
    horizon: int = 0

    def __post_init__(self) -> None:
        for name in ("lr", "grad_clip"):
            require(getattr(self, name) > 0, f"{name}: must be above 0; got {getattr(self, name)}.")
        require(self.weight_decay >= 0, f"weight_decay: must not be negative; got {self.weight_decay}.")
        require(self.steps >= 1, f"steps: must be at least 1; got {self.steps}.")
        require(self.warmup >= 0, f"warmup: must not be negative; got {self.warmup}.")
        reaches = self.horizon == 0 or self.horizon >= self.steps
        require(reaches, f"horizon: must be 0 or at least steps ({self.steps}); got {self.horizon}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainConfig:
    """One training run.

    ``start_from`` names the model whose weights it starts with (as `playground.hub` finds them); empty for random ones.
    ``groups`` groups of templates a step; ``synthetic_clips`` clips of the synthetic world are rendered before it
    starts; ``report_every`` and ``save_every`` count steps, the second a multiple of the first.
    """

    model: ModelConfig
    start_from: str = ""
    tracker: TrackerConfig = field(default_factory=TrackerConfig)
    sample: SampleConfig = field(default_factory=SampleConfig)
    loss: LossWeights = field(default_factory=LossWeights)
    optim: OptimConfig = field(default_factory=OptimConfig)
    groups: int = 16
    synthetic_clips: int = 300
    seed: int = 0
    report_every: int = 50
    save_every: int = 500

    def __post_init__(self) -> None:
        for name in ("groups", "report_every", "save_every"):
            require(getattr(self, name) >= 1, f"{name}: must be at least 1; got {getattr(self, name)}.")
        whole = self.save_every % self.report_every == 0
        require(whole, f"save_every: must be a multiple of report_every ({self.report_every}); got {self.save_every}.")
        require(self.synthetic_clips >= 0, f"synthetic_clips: must not be negative; got {self.synthetic_clips}.")


def _mini(**changes: Any) -> ModelConfig:
    row: dict[str, Any] = {
        "template_size": 56, "search_size": 112, "patch": 8, "dim": 192, "depth": 12, "heads": 3, "bins": 56,
    }  # fmt: skip
    return ModelConfig(**(row | changes))


def _toy(**changes: Any) -> ModelConfig:
    row: dict[str, Any] = {
        "template_size": 48, "search_size": 96, "patch": 16, "dim": 48, "depth": 12, "heads": 3, "bins": 24,
        "head_channels": 32,
    }  # fmt: skip
    return ModelConfig(**(row | changes))


PRESETS: dict[str, ModelConfig] = {
    "base": ModelConfig(template_size=128, search_size=288, score_head=True),
    "small": ModelConfig(template_size=112, search_size=224, depth=4, mlp_ratio=1.0, score_head=True),
    "base-deep": ModelConfig(template_size=128, search_size=288, depth=12, bins=72),
    "base-shallow": ModelConfig(template_size=128, search_size=288, depth=8, bins=72),
    "dense-base": ModelConfig(template_size=128, search_size=288, depth=12, bins=72, head="corners"),
    "dense-large": ModelConfig(
        template_size=128, search_size=288, dim=1024, depth=24, heads=16, bins=72, head="corners"
    ),
    "mini-teacher": _mini(head="corners", head_channels=96),
    "mini-deep": _mini(),
    "mini-base": _mini(depth=8, score_head=True),
    "mini-small": _mini(depth=4, mlp_ratio=1.0, score_head=True),
    "toy-teacher": _toy(head="corners"),
    "toy-deep": _toy(),
    "toy-base": _toy(depth=8, score_head=True),
    "toy-small": _toy(depth=4, mlp_ratio=1.0, score_head=True),
}

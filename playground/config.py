"""Settings of the network and of the tracker around it, and the presets table.

Settings check themselves: a wrong value raises ``ValueError`` that names the field. Derived numbers are properties.
"""

import typing
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.settings import require

Head = Literal["edges", "corners", "corners-plain"]
Tokens = Literal[4, 1]
# Edges everywhere, and the official weights' prediction tokens (spec 1.14).
EDGE_ORDER = ("left", "top", "right", "bottom")
TOKEN_ORDER = ("left", "right", "top", "bottom")
# Far above every network of the field, so that a few words from a stranger cannot ask for any memory or time.
MOST = {
    "template_size": 2048, "search_size": 2048, "patch": 256, "dim": 4096, "depth": 128, "heads": 128, "bins": 4096,
    "head_channels": 4096,
}  # fmt: skip
MOST_GRID, MOST_RATIO = 128, 16
MOST_TEMPLATES, MOST_MARGIN = 64, 8192
LEAST_STD = 1e-3


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelConfig:
    """Shape of one network (spec 1). Sizes in pixels; ``patch`` is the side of a patch, ``bins`` the bins of an edge.

    ``head``: ``edges`` (four prediction tokens, MLP head), ``corners`` (dense pyramid corner head, spec 1.14) or
    ``corners-plain`` (dense corner head without pyramid). For the corner heads ``bins`` is the side of the map.
    ``tokens``: the prediction tokens of the edge head, one an edge, or 1 that answers for all four edges (the paper's
    comparison).
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
    tokens: Tokens = 4
    head_channels: int = 384
    score_head: bool = False
    drop_path: float = 0.1

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            require(1 <= getattr(self, name) <= most, f"{name}: must be in 1..{most}; got {getattr(self, name)}.")
        for name in ("template_size", "search_size"):
            require(
                getattr(self, name) % self.patch == 0,
                f"{name}: must be a multiple of patch ({self.patch}); got {getattr(self, name)}.",
            )
        grid = max(self.search_grid, self.template_grid)
        require(
            grid <= MOST_GRID,
            f"patch: gives {grid} patches a side, at most {MOST_GRID} are possible; take more pixels.",
        )
        require(self.dim % self.heads == 0, f"dim: must be a multiple of heads ({self.heads}); got {self.dim}.")
        require(self.dim % 4 == 0, f"dim: must be a multiple of 4 for the position tables; got {self.dim}.")
        require(
            0 < self.mlp_ratio <= MOST_RATIO,
            f"mlp_ratio: must be above 0 and at most {MOST_RATIO}; got {self.mlp_ratio}.",
        )
        require(0 <= self.drop_path < 1, f"drop_path: must be in 0..1, 1 excluded; got {self.drop_path}.")
        choices = typing.get_args(Head)
        require(self.head in choices, f"head: must be one of {', '.join(choices)}; got {self.head!r}.")
        require(self.tokens in typing.get_args(Tokens), f"tokens: must be 4 or 1; got {self.tokens}.")
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
        """Learnable tokens behind the search tokens; none for a corner head."""
        return self.tokens if self.head == "edges" else 0


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
        require(all(0 <= one <= 1 for one in self.mean), f"mean: every channel must be in 0..1; got {self.mean}.")
        require(
            all(LEAST_STD <= one <= 1 for one in self.std),
            f"std: every channel must be in {LEAST_STD}..1; got {self.std}.",
        )


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
        require(
            1 <= self.max_templates <= MOST_TEMPLATES,
            f"max_templates: must be in 1..{MOST_TEMPLATES}; got {self.max_templates}.",
        )


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
        require(
            0 < self.clip_margin <= MOST_MARGIN,
            f"clip_margin: must be above 0 and at most {MOST_MARGIN} pixels; got {self.clip_margin}.",
        )
        require(0 <= self.lost_score <= 1, f"lost_score: must be in 0..1; got {self.lost_score}.")


def _mini(**changes: Any) -> ModelConfig:
    row: dict[str, Any] = {
        "template_size": 56, "search_size": 112, "patch": 8, "dim": 192, "depth": 12, "heads": 3, "bins": 56,
    }  # fmt: skip
    return ModelConfig(**(row | changes))


def _toy(**changes: Any) -> ModelConfig:
    row: dict[str, Any] = {
        "template_size": 32, "search_size": 64, "patch": 8, "dim": 48, "depth": 12, "heads": 3, "bins": 32,
        "head_channels": 32, "drop_path": 0.0,
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

"""The network a run starts with: random, or another model's weights, shortened and narrowed on the way.

The paper starts a shallow student from the deep one without the removed blocks, and a narrow MLP from a slice of the
wide one (paper 3.3; spec 2.4, 2.5).
"""

from torch import Tensor

from playground.config import ModelConfig
from playground.hub import load_model, resolve
from playground.model import MixFormer
from playground.model.prune import remove_blocks
from playground.settings import require
from playground.train.initialise import attend_to_alike
from playground.train_config import TrainConfig


def start(config: TrainConfig) -> MixFormer:
    """The student of ``config`` before its first step, on the CPU.

    From ``start_from`` without the blocks ``remove`` come all tensors of the backbone, and each head that both models
    have alike; heads and prediction tokens that the older model lacks are new. Raises ``ValueError`` naming
    ``start_from`` when the backbones do not fit, or ``blocks`` when one to remove does not exist.
    """
    model = MixFormer(config.model)
    if not config.start_from:
        require(not config.remove, "remove: needs start_from, the model to remove blocks from.")
        attend_to_alike(model)
        return model
    older = load_model(resolve(config.start_from))
    if config.remove:
        older = remove_blocks(older, config.remove)
    _check_fit(config, older.config)
    own = model.state_dict()
    for name, value in older.state_dict().items():
        part = name.partition(".")[0]
        if any(some in name for some in config.fresh):
            continue
        if name in own and (part == "backbone" or _same_head(part, config.model, older.config)):
            own[name] = _sliced(value, own[name])
    model.load_state_dict(own)
    return model


def _check_fit(config: TrainConfig, older: ModelConfig) -> None:
    for name in ("patch", "dim", "depth", "heads"):
        old, new = getattr(older, name), getattr(config.model, name)
        left = f" without blocks {config.remove}" if config.remove else ""
        require(
            old == new,
            f"start_from: {config.start_from}{left} has {name} {old}, this run's model has {new}; they must agree.",
        )
    require(
        config.model.mlp_ratio <= older.mlp_ratio,
        f"start_from: {config.start_from} has mlp_ratio {older.mlp_ratio}, and a slice of it cannot give "
        f"{config.model.mlp_ratio}.",
    )


def _same_head(part: str, new: ModelConfig, old: ModelConfig) -> bool:
    if part == "score_head":
        return new.score_head and old.score_head
    alike = ("head", "bins", "tokens" if new.head == "edges" else "head_channels")
    return all(getattr(new, name) == getattr(old, name) for name in alike)


def _sliced(old: Tensor, new: Tensor) -> Tensor:
    """The first rows and columns of ``old``. Another number of prediction tokens starts new, and a position table of
    another grid stays as it was computed."""
    if old.ndim == 3 and old.shape != new.shape:
        return new
    for axis, size in enumerate(new.shape):
        old = old.narrow(axis, 0, size)
    return old.clone()

"""The network a run starts with: random, or another model's weights, shortened, narrowed or grown on the way.

The paper starts a shallow student from the deep one without the removed blocks, and a narrow MLP from a slice of the
wide one (paper 3.3; spec 2.4, 2.5). Without pretrained weights a deep teacher is grown from a shallow network.
"""

from torch import Tensor

from playground.config import ModelConfig
from playground.hub import load_model, resolve
from playground.model import MixFormer
from playground.model.grow import grow
from playground.model.prune import remove_blocks
from playground.settings import require
from playground.train.initialise import attend_to_alike
from playground.train_config import TrainConfig


def start(config: TrainConfig) -> MixFormer:
    """The student of ``config`` before its first step, on the CPU.

    From ``start_from`` without the blocks ``remove`` come all tensors of the backbone, grown where this one is larger,
    and each head that both models have alike. Prediction tokens and heads that it lacks come from ``heads_from``, or
    are new. Raises ``ValueError`` naming ``start_from`` or ``heads_from`` when the networks do not fit, or ``blocks``
    when one to remove does not exist.
    """
    model = MixFormer(config.model)
    if not config.start_from:
        require(not config.remove, "remove: needs start_from, the model to remove blocks from.")
        require(not config.heads_from, "heads_from: needs start_from, the model whose heads are left out.")
        attend_to_alike(model)
        return model
    older = load_model(resolve(config.start_from))
    if config.remove:
        older = remove_blocks(older, config.remove)
    new, old = config.model, older.config
    if new.patch != old.patch or new.depth > old.depth or new.mlp_ratio > old.mlp_ratio:
        older = _grown(older, config)
    _check_fit(config, older.config)
    own = model.state_dict()
    if config.heads_from:
        donor = load_model(resolve(config.heads_from))
        width = donor.config.dim
        require(
            width == new.dim,
            f"heads_from: {config.heads_from} has dim {width}, this run's model has {new.dim}; they must agree.",
        )
        tokens = ("backbone.reg_tokens", "backbone.pos_embed_reg")
        _take(own, donor, config, [name for name in own if name in tokens or not name.startswith("backbone.")])
    _take(own, older, config, list(own))
    model.load_state_dict(own)
    return model


def _take(own: dict[str, Tensor], older: MixFormer, config: TrainConfig, names: list[str]) -> None:
    """Replace tensors ``names`` of ``own`` by those of ``older`` where it has them and they mean the same."""
    state = older.state_dict()
    for name in names:
        part = name.partition(".")[0]
        if name not in state or any(some in name for some in config.fresh):
            continue
        if part == "backbone" or _same_head(part, config.model, older.config):
            own[name] = _sliced(state[name], own[name])


def _grown(older: MixFormer, config: TrainConfig) -> MixFormer:
    try:
        return grow(older, config.model)
    except ValueError as error:
        raise ValueError(f"start_from: {config.start_from} cannot grow into this run's model: {error}") from None


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

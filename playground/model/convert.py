"""Official MixFormerV2, MixViT, MAE and DeiT checkpoints in our model (spec 1.13, 1.14, 2.2, 6.2).

Our networks carry the official tensor names, so nothing is renamed: a network is recognised by the shapes of
its tensors alone, and every tensor must fit.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from playground.config import PRESETS, ModelConfig
from playground.model.mixformer import MixFormer
from playground.model.unpickle import read_tensors

# In the teachers' files but read by no forward pass: the rest of timm's ViT, and MixFormer v1's score module.
UNUSED = re.compile(r"backbone\.(cls_token|pos_embed|norm\..*|head\..*)|score_branch\..*")
_BATCHES = ".num_batches_tracked"
_VIT_PARTS = ("patch_embed.", "blocks.")


class Recognised(NamedTuple):
    """What a set of weights is: its ``config``, and the name of the preset of that shape, if there is one."""

    config: ModelConfig
    preset: str | None


def read_checkpoint(path: Path) -> dict[str, Tensor]:
    """The weights in a ``.safetensors`` file or a torch checkpoint, by name, on the CPU. Runs no code of it.

    Of a torch checkpoint (``.pth``, ``.pt``, ``.pth.tar``) takes ``net``, ``model`` or ``state_dict``, or
    else the top level. Raises ``ValueError`` for a file that is absent, damaged, or holds anything
    suspicious.
    """
    if not path.is_file():
        raise ValueError(f"checkpoint: there is no file {path}.")
    if path.suffix != ".safetensors":
        return read_tensors(path)
    try:
        return load_file(path)
    except SafetensorError as error:
        raise ValueError(f"checkpoint: {path} is damaged or cut short; download it again.") from error


def recognise(tensors: Mapping[str, Tensor], heads: int | None = None) -> Recognised:
    """Read the network's shape off its tensors' shapes (only shapes are looked at, so meta tensors will do).

    No shape shows the number of attention ``heads``: by default they are 64 channels wide, as in every
    full-size model (spec 1.1). Raises ``ValueError`` when a tensor that must be there is missing or of the
    wrong rank.
    """
    dim, _, _, patch = _shape(tensors, "backbone.patch_embed.proj.weight", 4)
    if heads is None and dim % 64:
        raise ValueError(f"heads: a width of {dim} is no multiple of 64, so say how many attention heads there are.")
    search_grid = _grid(tensors, "backbone.pos_embed_s")
    config = ModelConfig(
        template_size=_grid(tensors, "backbone.pos_embed_t") * patch,
        search_size=search_grid * patch,
        patch=patch,
        dim=dim,
        depth=len({name.split(".")[2] for name in tensors if name.startswith("backbone.blocks.")}),
        heads=dim // 64 if heads is None else heads,
        mlp_ratio=_shape(tensors, "backbone.blocks.0.mlp.fc1.weight", 2)[0] / dim,
        score_head="score_head.layers.1.weight" in tensors,
        **_head(tensors, search_grid),
    )
    names = (name for name, preset in PRESETS.items() if _weights_only(preset) == _weights_only(config))
    return Recognised(config, next(names, None))


def convert(tensors: Mapping[str, Tensor], heads: int | None = None) -> MixFormer:
    """Our model with the weights of an official checkpoint, in float32, in eval mode, on the CPU.

    ``heads`` as in `recognise`. Tensors that the teachers' files carry for nothing (`UNUSED`) are dropped;
    the batch counters that frozen batch norm lacks start at 0. Raises ``ValueError`` naming every kind of
    misfit: a tensor that is missing, that no part of the network takes, of another shape, or not finite.
    """
    with torch.device("meta"):
        model = MixFormer(recognise(tensors, heads).config)
    wanted = model.state_dict()
    given = {name: tensor for name, tensor in tensors.items() if not UNUSED.fullmatch(name)}
    counters = (name for name in wanted if name.endswith(_BATCHES) and name not in given)
    given |= {name: torch.zeros((), dtype=torch.int64) for name in counters}
    _check_fit(wanted, given)
    model.to_empty(device="cpu").load_state_dict(given)
    return model.eval()


def vit_initialisation(tensors: Mapping[str, Tensor], config: ModelConfig) -> dict[str, Tensor]:
    """Patch embedding and blocks of a plain ViT (MAE, DeiT; spec 2.2), under our names, for ``config``.

    A network shallower than the ViT takes its first blocks. Class and distillation tokens, position tables,
    decoder, last norm and classifier are left out. Raises ``ValueError`` naming tensors that are missing (a
    ViT too shallow), of another shape (too narrow, other patches), unknown inside a block, or not finite.
    """
    with torch.device("meta"):
        parts = {name.removeprefix("backbone."): value for name, value in MixFormer(config).state_dict().items()}
    wanted = {name: value for name, value in parts.items() if name.startswith(_VIT_PARTS)}
    deeper = tuple(f"blocks.{i}." for i in range(config.depth, _blocks(tensors)))
    given = {
        name: value for name, value in tensors.items() if name.startswith(_VIT_PARTS) and not name.startswith(deeper)
    }
    _check_fit(wanted, given)
    return {f"backbone.{name}": value for name, value in given.items()}


def load_vit(model: MixFormer, tensors: Mapping[str, Tensor]) -> list[str]:
    """Start ``model`` from a plain ViT, in place. Returns the names left at their initial values.

    Raises ``ValueError`` as `vit_initialisation`; the model is then unchanged.
    """
    start = vit_initialisation(tensors, model.config)
    model.load_state_dict(start, strict=False)
    return [name for name in model.state_dict() if name not in start]


def _shape(tensors: Mapping[str, Tensor], name: str, rank: int) -> tuple[int, ...]:
    if name not in tensors:
        raise ValueError(f"checkpoint: tensor {name} is missing, so this is no MixFormerV2 or MixViT network.")
    shape = tuple(tensors[name].shape)
    if len(shape) != rank or 0 in shape:
        raise ValueError(f"checkpoint: tensor {name} must have {rank} dimensions; its shape is {shape}.")
    return shape


def _grid(tensors: Mapping[str, Tensor], name: str) -> int:
    cells = _shape(tensors, name, 3)[1]
    if math.isqrt(cells) ** 2 != cells:
        raise ValueError(f"checkpoint: tensor {name} has {cells} rows, which is no square grid of patches.")
    return math.isqrt(cells)


def _head(tensors: Mapping[str, Tensor], search_grid: int) -> dict[str, Any]:
    """The fields of `ModelConfig` that belong to the box head."""
    if "box_head.conv1_tl.0.weight" not in tensors:
        return {"head": "edges", "bins": _shape(tensors, "box_head.layers.1.0.weight", 2)[0]}
    channels = _shape(tensors, "box_head.conv1_tl.0.weight", 4)[0]
    if "box_head.adjust1_tl.0.weight" in tensors:
        return {"head": "corners", "bins": 4 * search_grid, "head_channels": channels}
    return {"head": "corners-plain", "bins": search_grid, "head_channels": channels}


def _weights_only(config: ModelConfig) -> ModelConfig:
    """The config with everything at a fixed value that leaves no trace in the weights."""
    channels = 1 if config.head == "edges" else config.head_channels
    return replace(config, drop_path=0.0, head_channels=channels)


def _blocks(tensors: Mapping[str, Tensor]) -> int:
    return len({name.split(".")[1] for name in tensors if name.startswith("blocks.")})


def _check_fit(wanted: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> None:
    problems = {
        "missing": [name for name in wanted if name not in given],
        "not part of the network": [name for name in given if name not in wanted],
        "of another shape": [
            f"{name} {tuple(given[name].shape)} instead of {tuple(wanted[name].shape)}"
            for name in wanted
            if name in given and given[name].shape != wanted[name].shape
        ],
    }
    found = [_count(kind, names) for kind, names in problems.items() if names]
    if found:
        raise ValueError(f"checkpoint: the weights do not fit the network: {'; '.join(found)}.")
    if broken := [name for name, value in given.items() if not value.isfinite().all()]:
        raise ValueError(f"checkpoint: {_count('not finite (NaN or infinite)', broken)}; take another file.")


def _count(kind: str, names: Iterable[str]) -> str:
    """``3 tensors are missing (a, b, c)``, with at most five names."""
    listed = list(names)
    shown = ", ".join(listed[:5]) + (", ..." if len(listed) > 5 else "")
    return f"{len(listed)} {'tensor is' if len(listed) == 1 else 'tensors are'} {kind} ({shown})"

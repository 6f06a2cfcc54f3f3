"""``playground convert``: from an official checkpoint to a model folder."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from playground.config import PRESETS
from playground.export.folder import replacing_folder
from playground.hub import WEIGHTS, load_tracker_config, save_model
from playground.model import MixFormer
from playground.model.convert import convert, load_vit, read_checkpoint, recognise


def convert_to_folder(checkpoint: Path, out: Path, heads: int | None, preset: str | None, half: bool) -> str:
    """Convert and say what was recognised; a ``tracker.json`` beside the checkpoint is taken along.

    A plain ViT (MAE, DeiT) becomes the start of a network of ``preset``. Raises ``ValueError`` naming the tensor, the
    file or the argument that is wrong.
    """
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]):
        raise ValueError(f"out: {out} already holds something; choose another folder or empty it.")
    tensors = read_checkpoint(checkpoint)
    plain_vit = not any(name.startswith("backbone.") for name in tensors)
    model, said = _start_from_vit(tensors, preset) if plain_vit else _whole(tensors, heads, preset)
    tracker = load_tracker_config(checkpoint.parent)
    with replacing_folder(out, mark=WEIGHTS) as folder:
        save_model(model, tracker, folder, half)
    return f"{checkpoint.name}: {said} -> {out}"


def _whole(tensors: Mapping[str, Tensor], heads: int | None, preset: str | None) -> tuple[MixFormer, str]:
    if preset is not None:
        raise ValueError("preset: this checkpoint is a whole tracker, whose sizes are its own; leave --preset out.")
    config, name = recognise(tensors, heads)
    sizes = f"template {config.template_size} px, search region {config.search_size} px"
    kind = f"{config.depth} blocks of {config.dim} channels, {config.bins} bins, {sizes}"
    return convert(tensors, heads), f"{name or 'no preset, its own sizes'}; {kind}"


def _start_from_vit(tensors: Mapping[str, Tensor], preset: str | None) -> tuple[MixFormer, str]:
    if preset not in PRESETS:
        raise ValueError(
            f"preset: the checkpoint is a plain ViT, so say which network it starts: --preset {'|'.join(PRESETS)}."
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # what the ViT does not fill (heads, prediction tokens) is the same in every conversion
        model = MixFormer(PRESETS[preset])
    fresh = load_vit(model, tensors)
    return model, f"a ViT as the start of {preset}; {len(fresh)} tensors of heads, tokens and positions are untrained"

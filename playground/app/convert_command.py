"""``playground convert``: from an official checkpoint to a model folder."""

from pathlib import Path

from playground.config import TrackerConfig
from playground.hub import save_model
from playground.model.convert import convert, read_checkpoint, recognise


def convert_to_folder(checkpoint: Path, out: Path, heads: int | None, half: bool) -> str:
    """Convert and say what was recognised. Raises ``ValueError`` naming the tensor or the file that is wrong."""
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]):
        raise ValueError(f"out: {out} already holds something; choose another folder or empty it.")
    tensors = read_checkpoint(checkpoint)
    recognised = recognise(tensors, heads)
    save_model(convert(tensors, heads), TrackerConfig(), out, half)
    config = recognised.config
    kind = recognised.preset or "no preset, its own sizes"
    return (
        f"{checkpoint.name}: {kind}; {config.depth} blocks of {config.dim} channels, {config.bins} bins, "
        f"template {config.template_size} px, search region {config.search_size} px -> {out}"
    )

"""A model folder: the network's shape, how to track with it, and the weights.

These are ``config.json``, ``tracker.json`` and ``model.safetensors``. Beside them may lie a card with its facts, and
``onnx/``, the same network exported. No pickle is read anywhere.
"""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.config import ModelConfig, TrackerConfig
from playground.files import replacing
from playground.hub.tensors import write_tensors
from playground.plain_files import open_plain
from playground.settings import from_file, to_json

if TYPE_CHECKING:
    from playground.model import MixFormer

WEIGHTS, MODEL_CONFIG, TRACKER_CONFIG = "model.safetensors", "config.json", "tracker.json"
COMPUTED = ("pos_embed_s", "pos_embed_t", "running_mean", "running_var", "num_batches_tracked")  # ends of names
CARD, CARD_FACTS, EXPORT = "README.md", "card.json", "onnx"


def load_tracker_config(folder: Path) -> TrackerConfig:
    """``tracker.json`` of a model folder, or the defaults of the paper where there is none."""
    path = folder / TRACKER_CONFIG
    return from_file(TrackerConfig, path) if os.path.lexists(path) else TrackerConfig()


def load_model(folder: Path) -> "MixFormer":
    """The network of a model folder, in eval mode and float32 on the CPU.

    Raises ``ValueError`` naming the file when the weights cannot be read or do not fit ``config.json``.
    """
    import torch
    from safetensors.torch import load_file

    from playground.model import MixFormer

    config = from_file(ModelConfig, folder / MODEL_CONFIG)
    path = folder / WEIGHTS
    with torch.device("meta"):  # what config.json asks for is given memory only once the file proves to hold as much
        wanted = {name: list(value.shape) for name, value in MixFormer(config).state_dict().items()}
    with _opened(path, "pt") as file:
        held = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118
        if held != wanted:
            raise ValueError(f"model: {path} does not fit config.json beside it ({_difference(wanted, held)}).")
        tensors = load_file(path)
    model = MixFormer(config)
    model.load_state_dict(tensors)
    broken = [name for name, value in tensors.items() if not torch.isfinite(value).all()]
    if broken:
        raise ValueError(f"model: {path} holds values that are not finite, first in {broken[0]}; fetch it again.")
    return model.eval()


def count_learned(folder: Path) -> int:
    """How many numbers of a model folder were learned, by the names and shapes that its weights begin with; needs no
    PyTorch.

    Raises ``ValueError`` naming the file when it cannot be read.
    """
    with _opened(folder / WEIGHTS, "np") as file:
        learned = [name for name in file.keys() if not name.endswith(COMPUTED)]  # noqa: SIM118
        counts: list[int] = [math.prod(file.get_slice(name).get_shape()) for name in learned]
    return sum(counts)


@contextmanager
def _opened(path: Path, framework: str) -> Iterator[Any]:
    """The file of weights. Raises ``ValueError`` naming ``path`` for what cannot be read in it."""
    from safetensors import SafetensorError, safe_open

    try:
        open_plain(path).close()  # safetensors would wait for a pipe
        with safe_open(path, framework) as file:
            yield file
    except (SafetensorError, OSError) as error:
        raise ValueError(f"model: {path} is not a readable safetensors file ({error}); fetch it again.") from error


def _difference(wanted: dict[str, list[int]], held: dict[str, list[int]]) -> str:
    """The first weight in which two lists of shapes differ, in words."""
    name = min(name for name in wanted.keys() | held.keys() if wanted.get(name) != held.get(name))
    words = [str(shapes[name]) if name in shapes else "nothing" for shapes in (wanted, held)]
    return f"{name} is {words[0]} by config.json, {words[1]} in the file"


def save_model(model: "MixFormer", tracker: TrackerConfig, folder: Path, half: bool = False) -> None:
    """Write a model folder; ``half`` stores float16 weights. A file appears only when it is whole."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    if half:
        tensors = {name: v.to(torch.float16) if v.is_floating_point() else v for name, v in tensors.items()}
    for name, text in ((MODEL_CONFIG, to_json(model.config)), (TRACKER_CONFIG, to_json(tracker))):
        with replacing(folder / name) as path:
            path.write_text(text)
    write_tensors(folder / WEIGHTS, tensors)

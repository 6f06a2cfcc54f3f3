"""From a name, a folder or a Hub repository to a model folder, and models in and out of such folders.

A model folder holds ``config.json`` (the network's shape), ``tracker.json`` (how to track with it) and
``model.safetensors``. No pickle is read anywhere.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from playground.config import ModelConfig, TrackerConfig
from playground.files import replacing
from playground.settings import from_json, to_json

if TYPE_CHECKING:
    from playground.model import MixFormer

WEIGHTS, MODEL_CONFIG, TRACKER_CONFIG = "model.safetensors", "config.json", "tracker.json"


def _embedded() -> Path:
    """The family shipped with the package: inside an installed wheel, or beside the package in a clone."""
    package = Path(__file__).resolve().parent
    inside = package / "checkpoints"
    return inside if inside.is_dir() else package.parent / "checkpoints"


def embedded_models() -> list[str]:
    """Names of the models that work offline right after a clone, sorted."""
    return sorted(path.parent.name for path in _embedded().glob(f"*/{WEIGHTS}"))


def resolve(name: str) -> Path:
    """The folder of a model: an embedded name, a folder on disk, or ``user/repository`` on the Hub (downloaded once).

    Raises ``ValueError`` naming ``model`` when it is none of these or cannot be fetched.
    """
    if name in embedded_models():
        return _embedded() / name
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _checked(folder, name)
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return _checked(_download(name), name)
    known = ", ".join(embedded_models())
    raise ValueError(f"model: {name!r} is unknown; use one of {known}, a model folder, or USER/REPO on the Hub.")


def _checked(folder: Path, name: str) -> Path:
    missing = [file for file in (MODEL_CONFIG, WEIGHTS) if not (folder / file).is_file()]
    if missing:
        raise ValueError(f"model: {name} has no {' and no '.join(missing)}; give one with both.")
    return folder


def _download(repository: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repository, allow_patterns=[WEIGHTS, MODEL_CONFIG, TRACKER_CONFIG]))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(
            f"model: {repository!r} is neither a folder here nor could it be fetched from the Hub ({reason}); "
            f"check the name and the connection, or use one of {', '.join(embedded_models())}."
        ) from error


def load_tracker_config(folder: Path) -> TrackerConfig:
    """``tracker.json`` of a model folder, or the defaults of the paper where there is none."""
    path = folder / TRACKER_CONFIG
    return from_json(TrackerConfig, path.read_text(), str(path)) if path.is_file() else TrackerConfig()


def load_model(folder: Path) -> "MixFormer":
    """The network of a model folder, in eval mode and float32 on the CPU.

    Raises ``ValueError`` naming the file when the weights cannot be read or do not fit ``config.json``.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from playground.model import MixFormer

    config = from_json(ModelConfig, (folder / MODEL_CONFIG).read_text(), str(folder / MODEL_CONFIG))
    path = folder / WEIGHTS
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"model: {path} is not a readable safetensors file ({error}); fetch it again.") from error
    model = MixFormer(config)
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise ValueError(f"model: {path} does not fit config.json beside it ({reason}).") from error
    broken = [name for name, value in tensors.items() if not torch.isfinite(value).all()]
    if broken:
        raise ValueError(f"model: {path} holds values that are not finite, first in {broken[0]}; fetch it again.")
    return model.eval()


def save_model(model: "MixFormer", tracker: TrackerConfig, folder: Path, half: bool = False) -> None:
    """Write a model folder; ``half`` stores float16 weights. A file appears only when it is whole."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    if half:
        tensors = {name: v.to(torch.float16) if v.is_floating_point() else v for name, v in tensors.items()}
    for name, text in ((MODEL_CONFIG, to_json(model.config)), (TRACKER_CONFIG, to_json(tracker))):
        with replacing(folder / name) as path:
            path.write_text(text)
    with replacing(folder / WEIGHTS) as path:
        save_file(tensors, path)

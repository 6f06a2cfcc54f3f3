"""The toggle: which model, on which device. The paper pairs the base model with a GPU, the small one with a CPU."""

import runpy
import sys
import threading
import time
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playground.api import load
from playground.app.demo.models import find_model
from playground.config import ModelConfig
from playground.hub import MODEL_CONFIG, count_learned, embedded_models
from playground.settings import from_file
from playground.tracker import Tracker

GPU, CPU = "gpu", "cpu"
DEVICES = {"GPU": GPU, "CPU": CPU}
PAIRED = {GPU: "base", CPU: "small"}  # the end of the name of the model that goes with a device
MODELS_KEPT, NAMES_KEPT = 4, 64
NAME_KEPT_S = 300  # then the Hub is asked again: branches move, and models become private

_loading = threading.Lock()


@cache
def gpu() -> str:
    """What PyTorch calls the GPU of this machine; empty where there is none."""
    if not _built_for_gpu():
        return ""
    return next((name for name in ("cuda", "mps") if _is_there(name)), "")


def why_no_gpu() -> str:
    """Why the GPU cannot be chosen, in words; empty where it can."""
    if gpu():
        return ""
    if not _built_for_gpu():
        return f"No GPU: this PyTorch ({_build()['__version__']}) was built for the processor alone."
    return "No GPU: PyTorch finds none on this machine."


def default_device() -> str:
    """The GPU where there is one."""
    return GPU if gpu() else CPU


def torch_device(device: str) -> str:
    """PyTorch's name for `GPU` or `CPU`. Raises ``ValueError`` naming ``device`` when it is not to be had."""
    if device not in DEVICES.values():
        raise ValueError(f"device: must be {' or '.join(DEVICES.values())}; got {device!r}.")
    if device == GPU and not gpu():
        raise ValueError(f"device: {why_no_gpu()} Choose {CPU}.")
    return gpu() if device == GPU else CPU


def paired_model(device: str) -> str:
    """The embedded model that goes with a device, or the first there is."""
    names = embedded_models()
    return next((name for name in names if name.endswith(PAIRED[device])), names[0])


def follow_device(device: str, model: str) -> str:
    """The model after a switch to ``device``: its pair, unless another than a device's pair was chosen by hand."""
    return paired_model(device) if model in {paired_model(other) for other in DEVICES.values()} else model


def get_tracker(model: str, device: str) -> Tracker:
    """A tracker over a model that is loaded once and kept. Raises ``ValueError`` naming ``model`` or ``device``."""
    place, folder = torch_device(device), str(_found(model, int(time.monotonic() // NAME_KEPT_S)))
    with _loading:  # two visitors who ask at once get the same one
        return _kept(folder, place)


# Apart from loading: a download that is slow or stuck holds up nobody but those who wait for the same model.
@lru_cache(maxsize=NAMES_KEPT)
def _found(model: str, period: int) -> Path:
    """The folder of a model, looked for once in each ``period``."""
    return find_model(model)


@lru_cache(maxsize=MODELS_KEPT)
def _kept(folder: str, device: str) -> Tracker:
    return load(folder, device=device)


def describe_model(model: str) -> str:
    """Size of a model in words, from its folder, without loading it: what was learned is counted, as on its card.

    Raises ``ValueError`` naming ``model``.
    """
    folder = find_model(model)
    config, count = from_file(ModelConfig, folder / MODEL_CONFIG), count_learned(folder)
    head = "four prediction tokens" if config.head == "edges" else "dense corner head"
    score = "" if config.score_head else ", no score"
    return (
        f"{config.depth} blocks of width {config.dim}, {count / 1e6:.2f} M parameters, {head}{score}; "
        f"sees the target's surroundings as {config.search_size}×{config.search_size} px"
    )


def _built_for_gpu() -> bool:
    """Whether this PyTorch can have a GPU at all."""
    return sys.platform == "darwin" or any(_build().get(library) is not None for library in ("cuda", "hip"))


@cache
def _build() -> dict[str, Any]:
    """How this PyTorch was built, by its file that says so: to load all of it takes seconds, which a page that starts
    does not have."""
    found = find_spec("torch")
    assert found is not None and found.origin is not None  # this project cannot be installed without it
    return runpy.run_path(str(Path(found.origin).with_name("version.py")))


def _is_there(device: str) -> bool:
    from playground.backends.torch import pick_device

    try:
        pick_device(device)
    except ValueError:
        return False
    return True

"""The README's lines: `load` a tracker, `track` a source."""

from collections.abc import Iterator
from pathlib import Path

from playground.box import Box
from playground.events import TrackEvent
from playground.follow import follow
from playground.hub import load_model, load_tracker_config, resolve
from playground.manifest import MANIFEST
from playground.settings import require
from playground.tracker import Tracker
from playground.video.read import Source, read_frames

BACKENDS = ("torch", "onnx")


def load(
    name: str = "mini-small", *, backend: str = "torch", device: str = "auto", threads: int | None = None
) -> Tracker:
    """A tracker from an embedded name, a model folder, or ``user/repository`` on the Hub.

    ``backend`` is ``torch``, or ``onnx`` for what `find_export` finds, which needs no PyTorch. ``device`` is ``auto``,
    ``cpu``, ``cuda`` or ``mps``. ``threads`` are ONNX Runtime's, all cores when None; PyTorch's are set for a whole
    process, by ``torch.set_num_threads``. Raises ``ValueError`` naming ``model``, ``backend``, ``device`` or
    ``threads``.
    """
    require(backend in BACKENDS, f"backend: must be one of {', '.join(BACKENDS)}; got {backend!r}.")
    if backend == "onnx":
        return _load_onnx(name, device, threads)
    require(threads is None, "threads: belongs to backend onnx; set PyTorch's with torch.set_num_threads.")
    from playground.backends.torch import TorchBackend, pick_device

    pick_device(device)
    folder = resolve(name)
    return Tracker(TorchBackend(load_model(folder), device), load_tracker_config(folder))


def find_export(name: str) -> Path:
    """The exported folder ``name``, or the one called ``onnx`` inside the model folder that `load` finds by ``name``.

    Raises ``ValueError`` naming ``model`` when there is neither.
    """
    folder = Path(name).expanduser()
    if not (folder / MANIFEST).is_file():
        folder = resolve(name) / "onnx"
    if not (folder / MANIFEST).is_file():
        raise ValueError(f"model: {name} was not exported; run: playground export {name} FOLDER, and give that folder.")
    return folder


def _load_onnx(name: str, device: str, threads: int | None) -> Tracker:
    try:
        from playground.backends.onnx import OnnxBackend, providers_for
    except ModuleNotFoundError as error:
        raise ValueError(
            f"backend: {error.name} is missing; install it with: pip install 'mixformer-playground[export]'."
        ) from error
    backend = OnnxBackend(find_export(name), providers_for(device), threads)
    return Tracker(backend, backend.manifest.tracker)


def track(tracker: Tracker, source: Source, box: Box, *, start: int = 0) -> Iterator[TrackEvent]:
    """Follow ``box`` (frame pixels of frame ``start``) through a file, URL, folder, webcam, array or frames.

    Yields one event a frame, as the frames come; nothing is kept. Raises ``ValueError`` naming ``video`` or ``box``.
    """
    for _, event in follow(tracker, read_frames(source, start=start), box):
        yield event

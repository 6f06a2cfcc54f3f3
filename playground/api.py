"""The README's lines: `load` a tracker, `track` a source."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from playground.box import Box
from playground.cores import cores_beside_video
from playground.events import TrackEvent
from playground.follow import follow
from playground.hub import WEIGHTS, load_model, load_tracker_config, resolve, resolve_export
from playground.manifest import MANIFEST, describe_file, read_manifest
from playground.settings import require
from playground.tracker import Backend, Tracker
from playground.video.read import Source, read_frames

if TYPE_CHECKING:
    from playground.backends.fastest import Choice

logger = logging.getLogger(__name__)

BACKENDS = ("torch", "onnx", "graph", "auto")


def load(
    name: str = "mini-small", *, backend: str = "torch", device: str = "auto", threads: int | None = None
) -> Tracker:
    """A tracker from an embedded name, a model folder, or ``user/repository[@revision]`` on the Hub.

    ``backend`` is ``torch``; ``onnx`` for what `playground.hub.resolve_export` finds, which needs no PyTorch; ``graph``
    for half precision and a recorded step on a CUDA device; or ``auto`` for what `choose_backend` says.
    ``device`` is ``auto``, ``cpu``, ``cuda`` or ``mps``. ``threads`` are ONNX Runtime's, when None
    `cores_beside_video`; PyTorch's are set for a whole process, by ``torch.set_num_threads``.
    Raises ``ValueError`` naming ``model``, ``backend``, ``device`` or ``threads``.
    """
    require(backend in BACKENDS, f"backend: must be one of {', '.join(BACKENDS)}; got {backend!r}.")
    if backend == "auto":
        require(threads is None, "threads: belongs to backend onnx; auto finds its own number.")
        return load_fastest(name, device=device)[1]
    if backend == "onnx":
        return _load_onnx(name, device, threads)
    require(threads is None, "threads: belongs to backend onnx; set PyTorch's with torch.set_num_threads.")
    from playground.backends.torch import TorchBackend, pick_device

    place = pick_device(device)
    folder = resolve(name)
    if backend == "graph":
        require(place.type == "cuda", f"backend: graph needs a CUDA device, this is {place}; use torch or onnx.")
        from playground.backends.recorded import RecordedBackend

        return Tracker(RecordedBackend(load_model(folder), str(place)), load_tracker_config(folder))
    return Tracker(TorchBackend(load_model(folder), device), load_tracker_config(folder))


def choose_backend(name: str = "mini-small", *, device: str = "auto", again: bool = False) -> "Choice":
    """The quickest backend for a model on this machine whose boxes stay within half a pixel of PyTorch's.

    Measured on a synthetic clip the first time, or ``again``, all with as many threads, and remembered in the cache
    (`playground.cache`) for these weights, libraries, threads and this machine. PyTorch is the choice where ONNX
    Runtime or an exported folder is missing. Raises ``ValueError`` naming ``model`` or ``device``.
    """
    return _choose(name, device, again)[0]


def load_fastest(name: str = "mini-small", *, device: str = "auto") -> tuple["Choice", Tracker]:
    """What `choose_backend` says, and the tracker over it; ONNX Runtime with as many threads as it was measured with.

    Only what is measured or used is loaded, and once. Raises ``ValueError`` naming ``model`` or ``device``.
    """
    choice, makers = _choose(name, device, again=False)
    return choice, makers[choice.name]()


def _choose(name: str, device: str, again: bool) -> tuple["Choice", dict[str, Callable[[], Tracker]]]:
    """The choice, and what gives the tracker of each backend there is, the same one at every call."""
    import torch

    from playground.backends.fastest import Choice, fastest
    from playground.backends.torch import pick_device
    from playground.cache import default_cache
    from playground.evaluate.machine import describe_machine, versions

    place, all_threads = pick_device(device), torch.get_num_threads()
    threads = min(all_threads, cores_beside_video())
    folder = resolve(name)
    decisive = [describe_file(folder / WEIGHTS).sha256]
    makers: dict[str, Callable[[], Tracker]] = {"torch": cache(partial(load, name, device=device))}
    try:
        exported = resolve_export(name)
        read_manifest(exported)
        decisive.append(describe_file(exported / MANIFEST).sha256)
        makers["onnx"] = cache(partial(_load_onnx, name, device, threads))
    except ValueError as error:  # said where it is asked for by name
        logger.info("backend: there is no onnx (%s)", error)
    if place.type == "cuda":
        makers["graph"] = cache(partial(load, name, backend="graph", device=device))
    if len(makers) == 1:
        return Choice(name="torch", checked={}), makers
    circumstances = [*decisive, str(place), all_threads, threads, describe_machine(str(place)), versions()]
    key = hashlib.sha256(json.dumps(circumstances, sort_keys=True).encode()).hexdigest()[:16]
    kept = default_cache() / "backends" / f"{key}.json"
    if again:
        kept.unlink(missing_ok=True)
    backends = {backend: partial(_backend_of, make) for backend, make in makers.items()}
    torch.set_num_threads(threads)  # for the comparison alone: beside a video no backend has the decoder's core
    try:
        return fastest(backends, load_tracker_config(folder).crop, kept), makers
    finally:
        torch.set_num_threads(all_threads)


def _backend_of(make: Callable[[], Tracker]) -> Backend:
    return make().backend


def _load_onnx(name: str, device: str, threads: int | None) -> Tracker:
    try:
        from playground.backends.onnx import OnnxBackend, providers_for
    except ModuleNotFoundError as error:
        raise ValueError(
            f"backend: {error.name} is missing; install it with: pip install 'mixformer-playground[export]'."
        ) from error
    threads = cores_beside_video() if threads is None else threads
    backend = OnnxBackend(resolve_export(name), providers_for(device), threads)
    return Tracker(backend, backend.manifest.tracker)


def track(tracker: Tracker, source: Source, box: Box, *, start: int = 0) -> Iterator[TrackEvent]:
    """Follow ``box`` (frame pixels of frame ``start``) through a file, URL, folder, webcam, array or frames.

    Yields one event a frame, as the frames come; nothing is kept. Raises ``ValueError`` naming ``video`` or ``box``.
    """
    for _, event in follow(tracker, read_frames(source, start=start), box):
        yield event

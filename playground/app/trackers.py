"""Every tracker by name: a model, one of OpenCV's, NanoTrack, or the first box for ever."""

import hashlib
import re
from pathlib import Path
from typing import Any

import torch

from playground.api import load
from playground.backends.torch import pick_device
from playground.evaluate.folders import folder_name
from playground.evaluate.machine import describe_machine, versions
from playground.evaluate.record import TrackerRecord
from playground.follow import FrameTracker
from playground.hub import CARD_FACTS, resolve, resolve_export
from playground.peers import PEERS

NAMED = re.compile(r"([\w.-]+)=(.+)")
ONNX = "onnx"  # the kind of a model as `playground export` writes it, run by ONNX Runtime
DECISIVE = (".json", ".onnx", ".safetensors")  # the files that decide what a tracker does


def make_tracker(tracker: str, device: str = "auto") -> FrameTracker[Any]:
    """The tracker of a name: ``KIND`` or ``KIND:PLACE`` of `playground.peers.PEERS`, ``onnx:FOLDER`` for an exported
    model, else a model as `load` takes it.

    Raises ``ValueError`` naming ``model``, ``device`` or what the peer lacks.
    """
    kind, _, place = tracker.partition(":")
    if kind == ONNX:  # with the threads that this process was given, which PyTorch knows
        return load(place, backend="onnx", device=device, threads=torch.get_num_threads())
    return PEERS[kind](place) if kind in PEERS else load(tracker, device=device)


def describe_tracker(tracker: str, device: str, threads: int, jobs: int) -> TrackerRecord:
    """What is to be remembered of a tracker beside its results. Raises ``ValueError`` as `make_tracker` does."""
    kind = tracker.partition(":")[0]
    runs_on = "cpu" if kind in PEERS else _onnx_device(device) if kind == ONNX else str(pick_device(device))
    return TrackerRecord(
        tracker=tracker,
        weights=fingerprint(_files(tracker)),
        device=runs_on,
        threads=threads,
        jobs=jobs,
        machine=describe_machine(runs_on),
        versions=versions(),
    )


def name_trackers(trackers: tuple[str, ...]) -> dict[str, str]:
    """Trackers by the name of their folder: ``NAME=TRACKER`` as it says, a peer by its kind, a model by its place.

    Raises ``ValueError`` naming ``tracker`` when two have the same name.
    """
    named: dict[str, str] = {}
    for given in trackers:
        match = NAMED.fullmatch(given)
        name, tracker = match.groups() if match else (_short_name(given), given)
        if name in named:
            raise ValueError(f"tracker: {named[name]} and {tracker} would both be called {name}; say NAME={tracker}.")
        named[name] = tracker
    return named


def _short_name(tracker: str) -> str:
    kind = tracker.partition(":")[0]
    return kind if kind in PEERS else folder_name(tracker)


def _files(tracker: str) -> Path | None:
    """The folder that decides what a tracker does, if there is one."""
    kind, _, place = tracker.partition(":")
    if kind in PEERS:
        return Path(place) if place else None
    return resolve_export(place) if kind == ONNX else resolve(tracker)


def _onnx_device(device: str) -> str:
    from playground.backends.onnx import PROVIDERS, providers_for

    first = providers_for(device)[0]
    return next(name for name, provider in PROVIDERS.items() if provider == first)


def fingerprint(folder: Path | None) -> str:
    """Sixteen digits that change when a file of weights or settings in ``folder`` does; empty without a folder."""
    if folder is None:
        return ""
    digest = hashlib.sha256()
    decisive = (path for path in folder.glob("*") if path.suffix in DECISIVE and path.name != CARD_FACTS)
    for path in sorted(path for path in decisive if path.is_file()):
        digest.update(f"{path.name}\0".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]

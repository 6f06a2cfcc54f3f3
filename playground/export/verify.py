"""The same frames through PyTorch and ONNX Runtime, and how far the two come apart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from torch import get_num_threads

from playground.backends.onnx import OnnxBackend
from playground.backends.torch import TorchBackend
from playground.box import Box, boxes_to_array
from playground.config import TrackerConfig, UpdateConfig
from playground.events import TrackEvent
from playground.follow import follow
from playground.hub import WEIGHTS, load_model, resolve
from playground.manifest import Manifest, describe_file
from playground.tracker import Backend, Tracker
from playground.video.read import Frame
from playground.video.synthetic import WORLDS, SyntheticClip, render_clip

LIMIT_PX = 0.5  # how far boxes may be apart before an export that keeps float32 arithmetic counts as wrong
_SEED = 7
_UPDATE_EVERY = 10  # frames; so that a short clip fills every place for an online template


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Two tracks of one clip, each by its own backend, with ``templates`` online templates at their end.

    The largest differences over all frames: ``box_px`` of x, y, w and h in pixels, first reached on ``frame``;
    ``score`` and ``edges`` as probabilities. ``torch_ms`` and ``onnx_ms`` are medians of a frame's time in the network.
    """

    templates: int
    frames: int
    box_px: float
    frame: int
    score: float
    edges: float
    torch_ms: float
    onnx_ms: float


def verify(
    folder: Path, model: str | None = None, *, templates: tuple[int, ...] = (1, 3), frames: int = 60
) -> Iterator[Difference]:
    """Track a synthetic clip of ``frames`` frames by both, once for each number of online ``templates``.

    ``model`` is what the folder was exported from; the name in its manifest when None. Templates are updated often
    and whatever the score, so that every number is reached; a model without score head updates none. Both compute with
    PyTorch's number of threads. Raises ``ValueError`` naming ``model`` when its weights are not those that were
    exported, and as `OnnxBackend` does.
    """
    onnx = OnnxBackend(folder, threads=get_num_threads())
    torch = TorchBackend(load_model(_source(onnx.manifest, model)), "cpu")
    clip = render_clip(_SEED, replace(WORLDS["plain"], frames=frames))
    for online in templates:
        update = UpdateConfig(interval=_UPDATE_EVERY, min_score=0.0, max_templates=online)
        config = replace(onnx.manifest.tracker, update=update)
        yield compare(_track(torch, config, clip), _track(onnx, config, clip), online)


def compare(torch: list[TrackEvent], onnx: list[TrackEvent], templates: int) -> Difference:
    """The largest differences between two tracks of the same frames.

    Raises ``ValueError`` naming the backend whose network gave something that is not finite.
    """
    for backend, events in (("PyTorch", torch), ("ONNX Runtime", onnx)):
        if problem := next((event.problem for event in events if event.problem), ""):
            raise ValueError(f"{backend}: {problem}")
    apart = np.abs(boxes_to_array([event.box for event in torch]) - boxes_to_array([event.box for event in onnx]))
    pairs = list(zip(torch, onnx, strict=True))[1:]  # the first frame's box is given
    return Difference(
        templates=templates,
        frames=len(torch),
        box_px=float(apart.max()),
        frame=int(apart.max(axis=1).argmax()),
        score=max((abs((a.score or 0.0) - (b.score or 0.0)) for a, b in pairs), default=0.0),
        edges=max((float(np.abs(np.subtract(a.edges, b.edges)).max()) for a, b in pairs), default=0.0),
        torch_ms=_typical_ms(torch),
        onnx_ms=_typical_ms(onnx),
    )


def _source(manifest: Manifest, model: str | None) -> Path:
    source = resolve(model or manifest.name)
    if describe_file(source / WEIGHTS).sha256 != manifest.source_sha256:
        raise ValueError(f"model: the weights of {source.name} are not those that were exported; export it again.")
    return source


def _track(backend: Backend, config: TrackerConfig, clip: SyntheticClip) -> list[TrackEvent]:
    frames = (Frame(image, i, i / 30) for i, image in enumerate(clip.frames))
    return [event for _, event in follow(Tracker(backend, config), frames, Box(*clip.boxes[0].tolist()))]


def _typical_ms(events: list[TrackEvent]) -> float:
    times = [event.timing_ms["locate"] for event in events if "locate" in event.timing_ms]
    return float(np.median(times)) if times else 0.0

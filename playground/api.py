"""The README's lines: `load` a tracker, `track` a source."""

from collections.abc import Iterator

from playground.box import Box
from playground.events import TrackEvent
from playground.follow import follow
from playground.hub import load_model, load_tracker_config, resolve
from playground.tracker import Tracker
from playground.video.read import Source, read_frames


def load(name: str = "mini-small", *, device: str = "auto") -> Tracker:
    """A tracker from an embedded name, a model folder, or ``user/repository`` on the Hub.

    ``device`` is ``auto``, ``cpu``, ``cuda`` or ``mps``. Raises ``ValueError`` naming ``model`` or ``device``.
    """
    from playground.backends.torch import TorchBackend, pick_device

    pick_device(device)
    folder = resolve(name)
    return Tracker(TorchBackend(load_model(folder), device), load_tracker_config(folder))


def track(tracker: Tracker, source: Source, box: Box, *, start: int = 0) -> Iterator[TrackEvent]:
    """Follow ``box`` (frame pixels of frame ``start``) through a file, URL, folder, webcam, array or frames.

    Yields one event a frame, as the frames come; nothing is kept. Raises ``ValueError`` naming ``video`` or ``box``.
    """
    for _, event in follow(tracker, read_frames(source, start=start), box):
        yield event

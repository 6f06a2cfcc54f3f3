"""Use, see inside and learn to shrink MixFormerV2, a fully transformer single-object tracker.

    import playground as pg
    tracker = pg.load("mini-small")
    for event in pg.track(tracker, "clip.mp4", pg.Box(120, 80, 64, 48)):
        ...

Names are looked up when they are first used, so that importing the package is quick and imports no torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.api import load, track
    from playground.box import Box
    from playground.config import PRESETS, ModelConfig, TrackerConfig
    from playground.events import TrackEvent
    from playground.tracker import Tracker, TrackState
    from playground.video.read import read_frames
    from playground.video.write import write_video

__version__ = "0.1.0"

_HOME = {
    "Box": "playground.box",
    "ModelConfig": "playground.config",
    "PRESETS": "playground.config",
    "TrackEvent": "playground.events",
    "TrackState": "playground.tracker",
    "Tracker": "playground.tracker",
    "TrackerConfig": "playground.config",
    "load": "playground.api",
    "read_frames": "playground.video.read",
    "track": "playground.api",
    "write_video": "playground.video.write",
}

__all__ = [
    "PRESETS",
    "Box",
    "ModelConfig",
    "TrackEvent",
    "TrackState",
    "Tracker",
    "TrackerConfig",
    "load",
    "read_frames",
    "track",
    "write_video",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'playground' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__

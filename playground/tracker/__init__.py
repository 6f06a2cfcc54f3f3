"""The tracker: a state machine around a `Backend`, without any deep-learning library."""

from playground.tracker.backend import Answer, Backend, FakeBackend, ManyBackend
from playground.tracker.tracker import Tracker, TrackState

__all__ = ["Answer", "Backend", "FakeBackend", "ManyBackend", "TrackState", "Tracker"]

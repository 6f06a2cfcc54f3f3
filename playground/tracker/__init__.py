"""The tracker: a state machine around a `Backend`, without any deep-learning library."""

from playground.tracker.backend import Answer, Backend, FakeBackend
from playground.tracker.tracker import Tracker, TrackState

__all__ = ["Answer", "Backend", "FakeBackend", "TrackState", "Tracker"]

"""Trackers that others made, and the least of all, to stand beside this one in the same run.

``PEERS`` maps a name to a function that makes a tracker from a place: a folder for NanoTrack, nothing for the others.
"""

from collections.abc import Callable

from playground.peers.first_box import FirstBox, first_box
from playground.peers.opencv import OpenCVTracker, csrt, kcf, mil, mosse, nanotrack

__all__ = ["PEERS", "FirstBox", "OpenCVTracker"]

PEERS: dict[str, Callable[[str], OpenCVTracker | FirstBox]] = {
    "first-box": first_box,
    "mosse": mosse,
    "kcf": kcf,
    "mil": mil,
    "csrt": csrt,
    "nanotrack": nanotrack,
}

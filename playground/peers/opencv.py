"""OpenCV's trackers behind the interface of `playground.tracker.Tracker`, with OpenCV's own settings.

A frame comes in as RGB like everywhere, and is turned into OpenCV's BGR inside the clock: about a tenth of a
millisecond for 640x480 pixels. MOSSE, KCF and CSRT need a build of OpenCV with its contrib modules.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from playground.box import Box
from playground.events import TrackEvent

NANOTRACK_FILES = ("nanotrack_backbone_sim.onnx", "nanotrack_head_sim.onnx")
CONTRIB = "pip install --force-reinstall opencv-contrib-python-headless"


@dataclass(slots=True, eq=False)
class Running:
    """A tracker of OpenCV that follows something, and how many frames after the first it has seen."""

    tracker: Any
    frame: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class PeerState:
    """``box`` in frame pixels after ``frame`` frames. OpenCV changes ``running`` itself, so only the newest state of a
    track can be stepped on from."""

    box: Box
    frame: int
    running: Running


class OpenCVTracker:
    """Follows one box with a fresh tracker of OpenCV, which ``make`` makes, for every track.

    A box that is smaller than ``least_side`` pixels is made larger around its middle before OpenCV sees it: some of
    its trackers fail on tiny boxes, and MIL never comes back from one below 5 pixels.
    """

    def __init__(self, make: Callable[[], Any], least_side: int = 1) -> None:
        self.make = make
        self.least_side = least_side

    def start(self, image: np.ndarray, box: Box, *, time_s: float = 0.0) -> tuple[PeerState, TrackEvent]:
        """Show OpenCV the target: ``box`` (frame pixels), rounded and cut at the frame's border.

        Raises ``ValueError`` naming ``box`` as `Box.check_start` does, or when OpenCV cannot start on it.
        """
        height, width = image.shape[:2]
        box.check_start(width, height)
        running = Running(self.make())
        begin = time.perf_counter()
        try:
            running.tracker.init(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), _pixels(box, width, height, self.least_side))
        except cv2.error as error:
            raise ValueError(
                f"box: OpenCV cannot start on {box.w:g}x{box.h:g} pixels in a {width}x{height} frame ({error.err}); "
                "choose another box."
            ) from error
        event = TrackEvent(index=0, time_s=time_s, box=box, timing_ms={"start": (time.perf_counter() - begin) * 1e3})
        return PeerState(box, 0, running), event

    def step(self, state: PeerState, image: np.ndarray, *, time_s: float = 0.0) -> tuple[PeerState, TrackEvent]:
        """Find the target in the next frame. When OpenCV does not, the box stays and the event says ``lost``.

        Raises ``ValueError`` naming ``state`` when it is not the newest one of its track.
        """
        running = state.running
        if state.frame != running.frame:
            raise ValueError(f"state: of frame {state.frame}, but OpenCV has gone on to {running.frame}; start again.")
        running.frame += 1
        problem = ""
        begin = time.perf_counter()
        try:
            found, place = running.tracker.update(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        except cv2.error as error:
            found, problem = (
                False,
                f"frame {running.frame}: OpenCV failed ({error.err}); the box was left where it was.",
            )
        took = (time.perf_counter() - begin) * 1e3
        box = Box(*map(float, place)) if found else state.box
        event = TrackEvent(
            index=running.frame,
            time_s=time_s,
            box=box,
            score=_score(running.tracker),
            lost=not found,
            problem=problem,
            timing_ms={"step": took},
        )
        return PeerState(box, running.frame, running), event


def nanotrack(place: str) -> OpenCVTracker:
    """NanoTrack from the folder ``place`` with its two ONNX files, as ``cv2.TrackerNano`` runs it.

    Raises ``ValueError`` naming ``tracker`` when a file is missing or is no such network.
    """
    paths = [Path(place).expanduser() / name for name in NANOTRACK_FILES]
    if missing := [path.name for path in paths if not path.is_file()]:
        raise ValueError(
            f"tracker: nanotrack needs {' and '.join(missing)} in {place or 'a folder'}; "
            "fetch the files and write nanotrack:FOLDER."
        )
    opencv: Any = cv2  # its type stubs know nothing of NanoTrack
    settings = opencv.TrackerNano_Params()
    settings.backbone, settings.neckhead = map(str, paths)
    make = partial(opencv.TrackerNano_create, settings)
    try:
        make()
    except cv2.error as error:
        raise ValueError(f"tracker: OpenCV cannot read nanotrack's files in {place} ({error.err}).") from error
    return OpenCVTracker(make)


def mosse(place: str) -> OpenCVTracker:
    """MOSSE, one correlation filter on grey values. Raises ``ValueError`` naming ``tracker``, see `_plain`."""
    return _plain("mosse", "legacy.TrackerMOSSE_create", place, least_side=2)


def kcf(place: str) -> OpenCVTracker:
    """KCF, a kernelised correlation filter; its box keeps its size. Raises as `mosse` does."""
    return _plain("kcf", "TrackerKCF_create", place)


def csrt(place: str) -> OpenCVTracker:
    """CSRT, correlation filters of many channels with a map of reliable pixels. Raises as `mosse` does."""
    return _plain("csrt", "TrackerCSRT_create", place, least_side=2)


def mil(place: str) -> OpenCVTracker:
    """MIL, boosting over bags of patches. It draws them at random, so no two runs are quite the same. Raises as `mosse`
    does."""
    return _plain("mil", "TrackerMIL_create", place, least_side=5)


def _plain(name: str, maker: str, place: str, least_side: int = 1) -> OpenCVTracker:
    """A tracker that loads nothing. Raises ``ValueError`` naming ``tracker`` when there is a ``place``, or when this
    build of OpenCV has no ``cv2.maker``."""
    if place:
        raise ValueError(f"tracker: {name} loads nothing; leave {place!r} out.")
    make: Any = cv2
    for part in maker.split("."):
        make = getattr(make, part, None)
    if make is None:
        raise ValueError(f"tracker: this build of OpenCV has no {name}; install its contrib modules with: {CONTRIB}.")
    return OpenCVTracker(make, least_side)


def _pixels(box: Box, width: int, height: int, least: int) -> tuple[int, int, int, int]:
    """The box in whole pixels inside the frame, at least ``least`` pixels a side where the frame has them."""
    x, w = _span(box.x, box.x2, width, least)
    y, h = _span(box.y, box.y2, height, least)
    return x, y, w, h


def _span(low: float, high: float, end: int, least: int) -> tuple[int, int]:
    """Start and length in whole pixels of what of ``low`` to ``high`` lies in 0 to ``end``."""
    start = min(max(round(low), 0), end - 1)
    length = min(round(high - low) + min(round(low), 0), end - start)
    if length >= least:
        return start, length
    length = min(least, end)
    return min(max(round((low + high - length) / 2), 0), end - length), length


def _score(tracker: Any) -> float | None:
    """OpenCV's own confidence, 0..1, where the tracker has one; the others have no such method, or say -1."""
    score = float(tracker.getTrackingScore()) if hasattr(tracker, "getTrackingScore") else -1.0
    return None if score < 0 else score

"""The floor under every comparison: the first box for ever."""

import numpy as np

from playground.box import Box
from playground.events import TrackEvent


class FirstBox:
    """A tracker that says the box it was given in every frame. Its state is that box."""

    def start(self, image: np.ndarray, box: Box, *, time_s: float = 0.0) -> tuple[Box, TrackEvent]:
        """Remember ``box`` (frame pixels). Raises ``ValueError`` naming ``box`` as `Box.check_start` does."""
        box.check_start(image.shape[1], image.shape[0])
        return self.step(box, image, time_s=time_s)

    def step(self, state: Box, image: np.ndarray, *, time_s: float = 0.0) -> tuple[Box, TrackEvent]:
        """Say it again. The event does not count frames: `playground.follow.follow` numbers them."""
        return state, TrackEvent(index=0, time_s=time_s, box=state, timing_ms={"step": 0.0})


def first_box(place: str) -> FirstBox:
    """A `FirstBox`. Raises ``ValueError`` naming ``tracker`` when there is a ``place``: nothing is loaded."""
    if place:
        raise ValueError(f"tracker: first-box loads nothing; leave {place!r} out.")
    return FirstBox()

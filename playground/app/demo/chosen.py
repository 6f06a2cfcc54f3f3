"""What a visitor has chosen, checked: clip, boxes, frames, model and device."""

from dataclasses import dataclass, replace

from playground.app.demo import limits
from playground.app.demo.clip import Clip
from playground.app.demo.targets import Targets, with_numbers
from playground.box import Box

VALUES = 11  # that `read_chosen` takes


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """``boxes`` are in pixels of frame ``start``; the last frame to track is ``end``."""

    clip: Clip
    boxes: tuple[Box, ...]
    start: int
    end: int
    model: str
    device: str

    @property
    def frames(self) -> int:
        """How many frames are tracked, the first one included."""
        return self.end - self.start + 1

    def first(self, frames: int) -> "Chosen":
        """The same with no more than so many frames, for what keeps all of them at once."""
        return replace(self, end=min(self.end, self.start + frames - 1))


def read_chosen(
    clip: Clip,
    key: str | None,
    targets: Targets,
    start: float | None,
    end: float | None,
    x: float | None,
    y: float | None,
    w: float | None,
    h: float | None,
    model: str | None,
    device: str,
) -> Chosen:
    """The values of the page's left side, in its order.

    The numbers stand for the active box. Without ``end`` it is the last frame. No more than `limits.MAX_FRAMES` frames
    are taken. Raises ``ValueError`` naming ``video``, ``box``, ``start``, ``end`` or ``model``.
    """
    check_kept(clip, key)
    boxes = tuple(box.check_start(clip.width, clip.height) for box in with_numbers(targets, (x, y, w, h)).drawn())
    first = read_number(start, "start")
    if first >= clip.frames:
        raise ValueError(f"start: {first} is beyond the end of the video; choose 0 to {clip.frames - 1}.")
    last = clip.frames - 1 if end is None else min(read_number(end, "end"), clip.frames - 1)
    if last < first:
        raise ValueError(f"end: must be frame {first}, the start, or a later one; got {last}.")
    if not model:
        raise ValueError("model: choose one, or type a folder or USER/REPO.")
    last = min(last, first + limits.MAX_FRAMES - 1)
    return Chosen(clip=clip, boxes=boxes, start=first, end=last, model=model, device=device)


def check_kept(clip: Clip, key: str | None) -> None:
    """Raise ``ValueError`` naming ``video`` unless ``key``, which the visitor's page holds, is the clip's.

    The server forgets what a visitor chose when that is old, or others came since, and then has the clip with which the
    page begins in its place: not to be tracked for the one that the visitor sees.
    """
    if key != clip.key:
        raise ValueError("video: the clip that you see is not kept here any more; choose it again.")


def read_number(value: float | None, name: str) -> int:
    """The number of a frame that a visitor gave. Raises ``ValueError`` with ``name`` when it is empty or below 0."""
    if value is None or not value >= 0:
        raise ValueError(f"{name}: must be the number of a frame, 0 or above; got {value}.")
    return int(value)

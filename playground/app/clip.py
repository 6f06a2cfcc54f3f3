"""What the page knows of a video, and how large one may be."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from playground.video.decode import DEFAULT_FPS, open_video
from playground.video.read import Frame, describe, read_frames

MAX_FILE_MB = 200
MAX_FRAMES = 1800  # a minute at 30 frames a second: more would keep the others in the queue waiting


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """A readable video: frames are ``width x height`` pixels, ``frames`` of them at ``fps`` a second."""

    path: Path
    width: int
    height: int
    frames: int
    fps: float

    def caption(self) -> str:
        """The line under the picture."""
        return f"{self.path.name} · {self.width}×{self.height} · {self.frames} frames · {self.fps:.4g} FPS"

    def frame(self, index: int) -> Frame:
        """One frame. Raises ``ValueError`` naming ``start`` when there is none of that number."""
        return next(read_frames(self.path, start=index))


def open_clip(path: Path) -> Clip:
    """What is known of a video file.

    A container that does not state its number of frames is decoded to count them, up to `MAX_FRAMES`.
    Raises ``ValueError`` naming ``video`` when it is too large or has no picture.
    """
    megabytes = path.stat().st_size / 2**20 if path.is_file() else 0
    if megabytes > MAX_FILE_MB:
        raise ValueError(
            f"video: this page takes files up to {MAX_FILE_MB} MB; got {megabytes:.0f} MB, so cut or compress it."
        )
    try:
        info = describe(path)
        frames = _count(path) if info.frames is None else info.frames
    except ValueError as error:  # a visitor knows the file by its name, not where the page keeps it
        raise ValueError(str(error).replace(str(path), path.name)) from error
    return Clip(path=path, width=info.width, height=info.height, frames=frames, fps=info.fps or DEFAULT_FPS)


def _count(path: Path) -> int:
    with open_video(path) as video:
        return sum(1 for _ in islice(video.pictures, MAX_FRAMES))

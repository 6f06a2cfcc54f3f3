"""A video on the page: what is known of it, its frames from any number on, and which videos are taken."""

import hashlib
from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from playground.app.demo import limits
from playground.video.decode import DEFAULT_FPS, open_video
from playground.video.read import Frame, describe
from playground.video.seek import FrameIndex, index_frames, read_from


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """A readable video: frames are ``width x height`` pixels, ``frames`` of them at ``fps`` a second.

    ``link`` is how an address of the page names it: an example's name or the video's own address; empty for an upload.
    """

    path: Path
    width: int
    height: int
    frames: int
    fps: float
    link: str = ""
    index: FrameIndex | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """What tells this clip from others, and where it lies to nobody."""
        return hashlib.sha256(str(self.path).encode()).hexdigest()[:16]

    def caption(self) -> str:
        """The line under the picture."""
        return f"{self.path.name} · {self.width}×{self.height} · {self.frames} frames · {self.fps:.4g} FPS"

    def read(self, start: int = 0) -> Generator[Frame, None, None]:
        """Frames from number ``start`` on.

        Raises ``ValueError`` naming ``start`` when there is none of that number, or ``video`` when the file is gone.
        """
        if not self.path.is_file():
            raise ValueError(f"video: {self.path.name} is no longer kept here; choose it again.")
        return read_from(self.path, self.index, start)

    def frame(self, number: int) -> Frame:
        """One frame. Raises as `read` does."""
        return next(self.read(number))


def open_clip(path: Path, link: str = "") -> Clip:
    """What is known of a video file.

    Raises ``ValueError`` naming ``video`` when it has no picture, or more megabytes, seconds or pixels than `limits`.
    """
    megabytes = path.stat().st_size / 2**20 if path.is_file() else 0
    if megabytes > limits.MAX_FILE_MB:
        raise ValueError(
            f"video: this page takes files up to {limits.MAX_FILE_MB} MB; "
            f"got {megabytes:.0f} MB, so cut or compress it."
        )
    try:
        info = describe(path)
        fps = info.fps or DEFAULT_FPS
        most = min(int(limits.MAX_SECONDS * fps), limits.MAX_CLIP_FRAMES) + 1
        index = index_frames(path, most)
        frames = _count(path, most) if index is None else len(index.times)
    except ValueError as error:  # a visitor knows the file by its name, not where the page keeps it
        raise ValueError(str(error).replace(str(path), path.name)) from error
    if info.width * info.height > limits.MAX_PIXELS:
        raise ValueError(
            f"video: this page takes frames up to {limits.MAX_PIXELS / 1e6:.1f} megapixels; "
            f"got {info.width}x{info.height}, so shrink it."
        )
    if frames >= most:
        by_time, stated = most <= limits.MAX_CLIP_FRAMES, info.frames or 0
        limit = f"{limits.MAX_SECONDS} seconds" if by_time else f"{limits.MAX_CLIP_FRAMES} frames"
        has = "more" if stated < most else f"{stated / fps:.0f}" if by_time else stated
        raise ValueError(f"video: this page takes clips up to {limit}; {path.name} has {has}, so cut it.")
    return Clip(path=path, width=info.width, height=info.height, frames=frames, fps=fps, link=link, index=index)


def _count(path: Path, most: int) -> int:
    """Frames that can be decoded, counted up to ``most``."""
    with open_video(path) as video:
        return sum(1 for _ in islice(video.pictures, most))

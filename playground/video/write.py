"""Write frames as an H.264 file that every browser plays; the file appears whole or not at all."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import av
import numpy as np

from playground.files import replacing, writing

FORMATS = {".mkv": "matroska", ".mov": "mov", ".mp4": "mp4"}
MIN_TICKS_S = 90_000
BT709 = 1
STUDIO_RANGE = 1


@runtime_checkable
class Write(Protocol):
    """Take the next frame: uint8 RGB ``(height, width, 3)``, all frames of one size.

    ``time_s`` is when it is shown, in seconds; without it, one frame interval after the frame before.
    A time that does not move forward becomes one tick (at most 1/90000 s) after the frame before.
    Raises ``ValueError`` naming ``image`` or ``time_s``.
    """

    def __call__(self, image: np.ndarray, time_s: float | None = None) -> None: ...


@contextmanager
def open_writer(path: str | Path, fps: int | float | Fraction, *, crf: int = 18) -> Iterator[Write]:
    """Open ``path`` (.mp4, .mkv or .mov) for the length of a ``with`` block that gets a `Write` function.

    H.264, yuv420p, BT.709; the index of .mp4 and .mov stands in front. ``fps`` goes through `exact_rate`;
    ``crf`` is x264's quality, 1 (best) to 51. yuv420p needs even sides, so an odd frame gets its last column
    or row twice: nothing is scaled or cut, and 1x1 becomes 2x2.
    The file is written beside ``path`` under a hidden name and renamed at the end of the block. After an
    error nothing new is left, and a file that stood there before is untouched.

    Raises ``ValueError`` when the folder is absent, the suffix or a number is not as above, or no frame came;
    `playground.files.NotWritten` naming ``path`` when the system refuses to write or has no room.
    """
    path, rate = Path(path), exact_rate(fps)
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"path: the name must end in {', '.join(FORMATS)}; got {path.name!r}.")
    if not path.parent.is_dir():
        raise ValueError(f"path: the folder {path.parent} does not exist; create it first.")
    if path.is_dir():
        raise ValueError(f"path: {path} is a folder; choose another name for the video.")
    if not 1 <= crf <= 51:  # 0 is lossless, in a profile that browsers do not play
        raise ValueError(f"crf: must be from 1 to 51; got {crf}.")
    muxer = FORMATS[path.suffix.lower()]
    options = {} if muxer == "matroska" else {"movflags": "+faststart"}
    with replacing(path) as part, av.open(str(part.absolute()), "w", format=muxer, options=options) as container:
        encode, finish = _encoder(container, rate, crf)

        def write(image: np.ndarray, time_s: float | None = None) -> None:
            with writing(path):
                encode(image, time_s)

        yield write
        with writing(path):
            finish()


def write_video(path: str | Path, frames: Iterable[np.ndarray], fps: int | float | Fraction) -> None:
    """Write ``frames``, uint8 RGB ``(height, width, 3)`` of one size, at ``fps``; see `open_writer`."""
    with open_writer(path, fps) as write:
        for image in frames:
            write(image)


def exact_rate(fps: int | float | Fraction) -> Fraction:
    """Frames a second as a fraction over at most 1001; NTSC decimals become exact: 29.97 is 30000/1001.

    Raises ``ValueError`` naming ``fps`` unless it is from 0.1 to 1000.
    """
    if not (math.isfinite(fps) and 0.1 <= fps <= 1000):
        raise ValueError(f"fps: must be from 0.1 to 1000 frames a second; got {fps}.")
    ntsc = Fraction(math.ceil(fps) * 1000, 1001)
    if any(round(float(ntsc), digits) == fps for digits in (2, 3, 4, 5, 6)):
        return ntsc
    return Fraction(fps).limit_denominator(1001)


def _encoder(container: Any, rate: Fraction, crf: int) -> tuple[Write, Callable[[], None]]:
    """A function that encodes one frame, and one that ends the stream."""
    # A steady frame lasts a whole number of ticks, and a tick is fine enough for times given by the caller.
    ticks_s = rate.numerator * math.ceil(MIN_TICKS_S / rate.numerator)
    interval = int(ticks_s / rate)
    stream = container.add_stream("libx264", rate=rate, options={"crf": str(crf), "preset": "veryfast"})
    codec = stream.codec_context
    codec.pix_fmt, codec.time_base = "yuv420p", Fraction(1, ticks_s)
    codec.colorspace = codec.color_primaries = codec.color_trc = BT709
    codec.color_range = STUDIO_RANGE
    shape: tuple[int, ...] | None = None
    last: int | None = None

    def write(image: np.ndarray, time_s: float | None = None) -> None:
        nonlocal shape, last
        _check_image(image, shape)
        if time_s is not None and not (math.isfinite(time_s) and time_s >= 0):
            raise ValueError(f"time_s: must be 0 seconds or more; got {time_s}.")
        if shape is None:
            shape = image.shape
            codec.height, codec.width = (side + side % 2 for side in shape[:2])
        frame = _to_yuv(image)
        due = (0 if last is None else last + interval) if time_s is None else round(time_s * ticks_s)
        last = due if last is None else max(due, last + 1)
        frame.pts, frame.time_base = last, codec.time_base
        container.mux(stream.encode(frame))

    def finish() -> None:
        if last is None:
            raise ValueError("frames: there is none to write; give at least one.")
        container.mux(stream.encode())

    return write, finish


def _check_image(image: np.ndarray, shape: tuple[int, ...] | None) -> None:
    if image.dtype != np.uint8 or image.shape[2:] != (3,) or image.size == 0:
        raise ValueError(f"image: must be uint8 RGB (height, width, 3); got {image.dtype} {image.shape}.")
    if shape is not None and image.shape != shape:
        raise ValueError(
            f"image: every frame must have the size of the first, {shape[1]}x{shape[0]}; "
            f"got {image.shape[1]}x{image.shape[0]}."
        )


def _to_yuv(image: np.ndarray) -> Any:
    height, width = image.shape[:2]
    if height % 2 or width % 2:
        image = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
    return frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")

"""One annotated clip or still on its way into training, and how its pictures are read."""

import io
from dataclasses import dataclass, replace
from pathlib import Path

import av
import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

from playground.picture_header import JPEG, PNG, may_be_turned, stated_size
from playground.plain_files import read_plain

Encoded = Path | bytes | np.ndarray  # an image file, its bytes, or the RGB pixels themselves

_HEAD = 1 << 16  # bytes that hold the header of nearly every picture
MOST_PIXELS = 1 << 27  # of one picture: 400 MB once it is decoded
_PNG_HEADER = 26  # bytes up to the colour type
_PALETTE = 3
_START_OF_SCAN, _END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One annotated clip, or a still: ``t`` frames with ``k`` objects.

    ``source`` is drawn with one weight; ``name`` is unique within it, and messages name the clip ``source/name``.
    ``boxes`` are x, y, w, h in 0-based pixels of the frame as `read_image` gives it, NaN where the object is absent.
    ``masks`` is empty or has one index mask a frame (None where there is none), in which object ``j`` has the value
    ``mask_ids[j]``. ``polygons`` is empty or has one outline an object, x, y in pixels, without points where an object
    has none; for stills only.
    """

    source: str
    name: str
    frames: tuple[Encoded, ...]
    boxes: Float[np.ndarray, "t k 4"]
    masks: tuple[Encoded | None, ...] = ()
    mask_ids: tuple[int, ...] = ()
    polygons: tuple[Float[np.ndarray, "_ 2"], ...] = ()


def keep_objects(clip: Clip, keep: Bool[np.ndarray, "k"]) -> Clip:
    """The clip with only the objects where ``keep`` is set."""
    kept = np.flatnonzero(keep)
    return replace(
        clip,
        boxes=clip.boxes[:, kept],
        mask_ids=tuple(clip.mask_ids[j] for j in kept) if clip.mask_ids else (),
        polygons=tuple(clip.polygons[j] for j in kept) if clip.polygons else (),
    )


def read_image(encoded: Encoded) -> UInt8[np.ndarray, "h w 3"]:
    """The picture as upright RGB, 0..255; pixels that are given are handed back as they are.

    Raises ``ValueError`` naming the file when it is missing, damaged or cut short.
    """
    return _decode(encoded, cv2.IMREAD_COLOR_RGB)


def read_mask(encoded: Encoded) -> UInt8[np.ndarray, "h w"]:
    """An index mask, one value 0..255 a pixel: the grey value, or the index where the file has a palette.

    Raises ``ValueError`` as `read_image` does.
    """
    if not isinstance(encoded, np.ndarray) and _has_palette(_load(encoded, _PNG_HEADER)):
        return _palette_indices(encoded)
    return _decode(encoded, cv2.IMREAD_GRAYSCALE)


def image_size(encoded: Encoded) -> tuple[int, int]:
    """Width and height of what `read_image` gives, from the header alone where that suffices.

    Raises ``ValueError`` as `read_image` does; damage behind the header goes unseen.
    """
    if isinstance(encoded, np.ndarray):
        return encoded.shape[1], encoded.shape[0]
    head = _load(encoded, _HEAD)
    if not may_be_turned(head) and (found := stated_size(head)):
        return found
    height, width = read_image(encoded).shape[:2]
    return width, height


def _decode(encoded: Encoded, flag: int) -> np.ndarray:
    if isinstance(encoded, np.ndarray):
        return encoded
    data = _whole(encoded)
    try:
        image = None if _cut_short(data) else cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error:  # no bytes at all, or more pixels than OpenCV takes
        image = None
    if image is None:
        raise _broken(encoded)
    return image


def _has_palette(head: bytes) -> bool:
    return head.startswith(PNG) and head[_PNG_HEADER - 1 : _PNG_HEADER] == bytes([_PALETTE])


def _palette_indices(encoded: Path | bytes) -> np.ndarray:
    """The pixels of a PNG as it stores them; OpenCV would look them up in the palette."""
    data = _whole(encoded)
    if _cut_short(data):
        raise _broken(encoded)
    try:
        with av.open(io.BytesIO(data), format="png_pipe") as file:
            indices, _ = next(file.decode(video=0)).to_ndarray()
    except (av.error.FFmpegError, StopIteration) as error:
        raise _broken(encoded) from error
    return indices


def _whole(encoded: Path | bytes) -> bytes:
    """All bytes of a picture that can be decoded in bounded memory."""
    data = _load(encoded)
    width, height = stated_size(data) or (0, 0)
    if width * height > MOST_PIXELS:
        raise ValueError(f"data: {_words(encoded)} has {width}x{height} pixels, too many to hold; shrink it.")
    return data


def _broken(encoded: Path | bytes) -> ValueError:
    return ValueError(f"data: {_words(encoded)} cannot be read; it is damaged or no picture.")


def _words(encoded: Path | bytes) -> str:
    return str(encoded) if isinstance(encoded, Path) else f"a picture of {len(encoded)} bytes"


def _cut_short(data: bytes) -> bool:
    """Whether the end is missing, which decoders fill with grey. A thumbnail's own end lies before the last scan."""
    if data.startswith(JPEG):
        return data.rfind(_END_OF_IMAGE) < data.rfind(_START_OF_SCAN)
    return data.startswith(PNG) and b"IEND" not in data[-64:]


def _load(encoded: Path | bytes, most: int = -1) -> bytes:
    if isinstance(encoded, bytes):
        return encoded
    try:
        return read_plain(encoded, most)
    except OSError as error:
        raise ValueError(f"data: {encoded} cannot be read ({error.strerror}).") from error

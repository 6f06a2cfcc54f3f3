"""Pictures to make a synthetic world of: procedural surfaces, and the photographs that scikit-image ships."""

from functools import cache

import cv2
import numpy as np
from jaxtyping import UInt8

# Colour or grey photographs inside scikit-image's wheel; the others there are diagrams or need a download.
PHOTOGRAPHS = (
    "astronaut", "brick", "camera", "chelsea", "coffee", "coins", "grass", "gravel", "hubble_deep_field", "moon",
    "rocket",
)  # fmt: skip

# Things on those photographs that an ellipse fits: photograph, centre x, y and half width, half height in its pixels.
THINGS = (
    ("coins", 348, 188, 33, 33), ("coins", 46, 260, 29, 29), ("coins", 334, 44, 31, 31), ("coins", 212, 192, 25, 25),
    ("astronaut", 168, 385, 38, 38), ("chelsea", 235, 140, 150, 140), ("coffee", 293, 110, 118, 92),
    ("coffee", 278, 215, 202, 175), ("colorwheel", 185, 185, 183, 183),
)  # fmt: skip

Picture = UInt8[np.ndarray, "height width 3"]


@cache
def photograph(name: str) -> Picture:
    """A picture of ``skimage.data``, such as one of `PHOTOGRAPHS`, as RGB.

    Raises ``ValueError`` naming the extra when scikit-image is not installed.
    """
    try:
        from skimage import data
    except ModuleNotFoundError as error:
        raise ValueError(
            "photographs: scikit-image is missing; install it with pip install 'mixformer-playground[demo]', "
            "or set photographs=False."
        ) from error
    image = np.asarray(getattr(data, name)())
    return np.ascontiguousarray(image[..., :3] if image.ndim == 3 else np.stack([image] * 3, -1), np.uint8)


def backdrop(rng: np.random.Generator, width: int, height: int, photographs: bool) -> Picture:
    """A picture of ``height x width``, mostly a photograph's part where those are allowed."""
    if photographs and rng.random() < 0.8:
        return _part(photograph(str(rng.choice(PHOTOGRAPHS))), rng, width, height, least=0.5)
    return surface(rng, width, height, photographs=False)


def surface(rng: np.random.Generator, width: int, height: int, photographs: bool) -> Picture:
    """Something to cover an object or a wall with: a photograph's part, noise, stripes, checks or a gradient."""
    if photographs and rng.random() < 0.5:
        part = _part(photograph(str(rng.choice(PHOTOGRAPHS))), rng, width, height, least=0.1).astype(np.float32)
        return np.clip(part * rng.uniform(0.6, 1.4, 3), 0, 255).astype(np.uint8)
    kind = rng.choice(["noise", "stripes", "checks", "gradient"])
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, period = rng.uniform(0, np.pi), rng.uniform(0.08, 0.4) * max(width, height)
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    if kind == "noise":
        mix = _noise(rng, width, height)
    elif kind == "stripes":
        mix = 0.5 + 0.5 * np.sin(2 * np.pi * u / period)
    elif kind == "checks":
        mix = ((u // period + v // period) % 2).astype(np.float32)
    else:
        mix = (u - u.min()) / max(float(np.ptp(u)), 1e-6)
    colours = rng.uniform(10, 245, (2, 3)).astype(np.float32)
    picture = colours[0] + (colours[1] - colours[0]) * mix[..., None]
    picture += 25 * (_noise(rng, width, height)[..., None] - 0.5)
    return np.clip(picture, 0, 255).astype(np.uint8)


def thing(rng: np.random.Generator) -> tuple[Picture, float]:
    """One of `THINGS`, its ellipse stretched to fill a square picture, and the ellipse's width over its height."""
    name, x, y, half_width, half_height = THINGS[rng.integers(len(THINGS))]
    # A thing may reach over the photograph's border by a few pixels.
    margin = 60
    padded = cv2.copyMakeBorder(photograph(name), margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    top, left = y - half_height + margin, x - half_width + margin
    part = padded[top : top + 2 * half_height, left : left + 2 * half_width]
    side = max(part.shape[:2])
    return np.asarray(cv2.resize(part, (side, side)), np.uint8), half_width / half_height


def _noise(rng: np.random.Generator, width: int, height: int) -> np.ndarray:
    """Smooth noise of three octaves, 0..1."""
    total = np.zeros((height, width), np.float32)
    for octave in range(3):
        cells = 3 * 2**octave
        coarse = rng.random((cells, cells), np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) * 0.5**octave
    return np.clip(total / 1.75, 0, 1)


def _part(picture: np.ndarray, rng: np.random.Generator, width: int, height: int, least: float) -> Picture:
    """A random part of ``picture``, at least ``least`` of its side, stretched to the size asked for."""
    share = rng.uniform(least, 1.0)
    h, w = (max(4, int(share * side)) for side in picture.shape[:2])
    top, left = int(rng.integers(picture.shape[0] - h + 1)), int(rng.integers(picture.shape[1] - w + 1))
    part = picture[top : top + h, left : left + w]
    return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)

"""Textured objects with an exact outline, and how they are drawn into a frame."""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from playground.video.textures import surface

SIDE = 128  # pixels of a sprite's picture; the sprite's own coordinates run from -0.5 to 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """``picture`` RGB and ``alpha`` 0..1 of ``SIDE x SIDE``; ``contour`` ``(n, 2)`` in the sprite's own coordinates."""

    picture: UInt8[np.ndarray, "side side 3"]
    alpha: Float[np.ndarray, "side side"]
    contour: Float[np.ndarray, "n 2"]

    def outline(self, pose: Float[np.ndarray, "2 3"]) -> Float[np.ndarray, "n 2"]:
        """The contour in frame pixels."""
        return self.contour @ pose[:, :2].T + pose[:, 2]


def make_sprite(rng: np.random.Generator, photographs: bool) -> Sprite:
    """A random object: ellipse, rounded polygon, blob, or a body with a head; shaded, with an outline."""
    theta = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    kind = rng.choice(["ellipse", "polygon", "blob"])
    aspect = np.exp(rng.uniform(-0.5, 0.5))
    if kind == "polygon":
        corners, power = int(rng.integers(3, 7)), rng.uniform(0.6, 0.9)
        radius = np.cos(np.pi / corners) / np.cos((theta % (2 * np.pi / corners)) - np.pi / corners)
        radius = radius**power
    else:
        radius = np.ones_like(theta)
        if kind == "blob":
            for k in range(2, 6):
                radius += rng.normal(0, 0.12 / k * 2) * np.cos(k * theta + rng.uniform(0, 2 * np.pi))
    points = np.column_stack([np.cos(theta) * aspect, np.sin(theta) / aspect]) * radius[:, None]
    mask = _fill([points / np.abs(points).max() * 0.46])
    if rng.random() < 0.35:  # a head on the body
        at = points[rng.integers(len(points))] / np.abs(points).max() * 0.3
        head = np.column_stack([np.cos(theta), np.sin(theta)]) * rng.uniform(0.12, 0.18) + at
        mask = np.maximum(mask, _fill([head]))
    found, _ = cv2.findContours((mask > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(found, key=cv2.contourArea)[:, 0].astype(np.float64)
    middle, reach = (contour.max(0) + contour.min(0)) / 2, np.ptp(contour, axis=0).max()
    picture = surface(rng, SIDE, SIDE, photographs).astype(np.float32)
    depth = np.asarray(cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 5))
    shade = 0.55 + 0.45 * np.clip(depth / (0.15 * SIDE), 0, 1)
    picture *= shade[..., None]
    if rng.random() < 0.6:
        picture[(depth > 0) & (depth < 3)] = rng.uniform(0, 255, 3)
    # Own coordinates: the contour's middle is the origin and its longer side is 1.
    return _recentred(np.clip(picture, 0, 255), mask, contour, middle, float(reach))


def _recentred(picture: np.ndarray, mask: np.ndarray, contour: np.ndarray, middle: np.ndarray, reach: float) -> Sprite:
    scale = (SIDE - 4) / reach
    move = np.array([[scale, 0, SIDE / 2 - 0.5 - scale * middle[0]], [0, scale, SIDE / 2 - 0.5 - scale * middle[1]]])
    drawn = cv2.warpAffine(picture, move, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(mask, move, (SIDE, SIDE)).astype(np.float64) / 255
    return Sprite(np.asarray(drawn, np.uint8), alpha, (contour - middle) * scale / SIDE)


def _fill(polygons: list[np.ndarray]) -> np.ndarray:
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    fixed = [np.round((p * SIDE + SIDE / 2) * 16).astype(np.int32) for p in polygons]
    cv2.fillPoly(canvas, fixed, 255, cv2.LINE_AA, 4)
    return canvas


def paste(image: np.ndarray, sprite: Sprite, pose: Float[np.ndarray, "2 3"], blur: float) -> Float[np.ndarray, "n 2"]:
    """Draw a sprite into a float32 frame, in place; returns its outline in frame pixels."""
    outline = sprite.outline(pose)
    height, width = image.shape[:2]
    low = np.clip(np.floor(outline.min(0) - blur - 2), 0, [width, height]).astype(int)
    high = np.clip(np.ceil(outline.max(0) + blur + 2), 0, [width, height]).astype(int)
    if (high <= low).any():
        return outline
    # Sprite pixel -> own coordinates -> frame -> the part of the frame that is touched. Pixel centres are whole numbers
    # for OpenCV and halves in the frame, hence the two shifts.
    linear = pose[:, :2] / SIDE
    offset = pose[:, 2] - linear @ np.full(2, SIDE / 2 - 0.5) - low - 0.5
    matrix = np.column_stack([linear, offset])
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    alpha = cv2.warpAffine(sprite.alpha.astype(np.float32), matrix, size)[..., None]
    colour = cv2.warpAffine(sprite.picture, matrix, size, borderMode=cv2.BORDER_REPLICATE).astype(np.float32) * alpha
    if blur >= 2:
        length = int(blur) | 1
        alpha = cv2.blur(alpha, (length, length))[..., None]
        colour = cv2.blur(colour, (length, length))
    part = image[low[1] : high[1], low[0] : high[0]]
    part *= 1 - alpha
    part += colour
    return outline


def coverage(target: np.ndarray, cover: np.ndarray, width: int, height: int) -> float:
    """Share of the target's area inside the frame that lies behind ``cover``; both are outlines in frame pixels."""
    masks = []
    for outline in (target, cover):
        mask = np.zeros((height, width), np.uint8)
        cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 1)
        masks.append(mask)
    area = int(masks[0].sum())
    return float((masks[0] & masks[1]).sum()) / area if area else 0.0

"""Textured objects with an exact outline, and how they are drawn into a frame."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float, Float32, UInt8

from playground.video.textures import surface, thing

FINE = 4  # the outline is found on a mask of this many times the sprite's side, so that it is exact
MARGIN = 3  # transparent pixels around a sprite, for interpolation at its edge
MAX_STREAK = 0.5  # the longest motion blur, as a share of the object


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """``levels`` hold the picture at its full side, a half, a quarter and so on: RGB 0..255 times alpha, alpha 0..1.

    ``contour`` is the silhouette's outline in the sprite's own coordinates, -0.5 to 0.5 across the picture, its longer
    side just under 1.
    """

    levels: tuple[Float32[np.ndarray, "_ _ 4"], ...]
    contour: Float[np.ndarray, "n 2"]

    def outline(self, pose: Float[np.ndarray, "2 3"]) -> Float[np.ndarray, "n 2"]:
        """The contour in frame pixels."""
        return self.contour @ pose[:, :2].T + pose[:, 2]


def make_sprite(rng: np.random.Generator, photographs: bool, side: int = 128) -> Sprite:
    """A random object of ``side`` pixels: a simple shape, a body with a head, or a thing cut from a photograph."""
    if photographs and rng.random() < 0.3:
        picture, aspect = thing(rng)
        shape = np.column_stack([np.cos(_angles()), np.sin(_angles()) / aspect]) * min(1.0, aspect)
        return _assemble(_fit([shape], side), [picture], side, relief=0.15, light=0.0)
    shapes = [_shape(rng)]
    if rng.random() < 0.35:  # a head on the body
        at = shapes[0][rng.integers(len(shapes[0]))]
        shapes.append(at * 0.8 + np.column_stack([np.cos(_angles()), np.sin(_angles())]) * rng.uniform(0.25, 0.4))
    pictures = [surface(rng, side, side, photographs) for _ in shapes]
    return _assemble(_fit(shapes, side), pictures, side, relief=rng.uniform(0.3, 0.8), light=rng.uniform(0, 2 * np.pi))


def paste(
    image: Float32[np.ndarray, "height width 3"],
    sprite: Sprite,
    pose: Float[np.ndarray, "2 3"],
    streak: tuple[float, float] = (0.0, 0.0),
) -> Float[np.ndarray, "n 2"]:
    """Draw a sprite into a frame, in place; returns its outline in frame pixels.

    ``streak`` is the way in pixels that the object goes while the shutter is open, at most half its size; the outline
    is that of the middle of the exposure.
    """
    outline = sprite.outline(pose)
    height, width = image.shape[:2]
    scale = float(np.linalg.norm(pose[:, :2], axis=0).max())
    length = math.hypot(*streak)
    way = np.array(streak) * min(1.0, MAX_STREAK * scale / length) if length >= 1.5 else np.zeros(2)
    reach = np.abs(way) / 2 + 2
    low = np.clip(np.floor(outline.min(0) - reach), 0, [width, height]).astype(int)
    high = np.clip(np.ceil(outline.max(0) + reach), 0, [width, height]).astype(int)
    if (high <= low).any():
        return outline
    # The smallest level that still need not be enlarged: plain linear interpolation then shows no aliasing.
    fits = int(math.log2(max(1.0, len(sprite.levels[0]) / scale)))
    picture = sprite.levels[min(fits, len(sprite.levels) - 1)]
    side = len(picture)
    # Sprite pixel -> own coordinates -> frame -> the part of the frame that is touched. Pixel centres are whole numbers
    # for OpenCV and halves in the frame, hence the two shifts.
    linear = pose[:, :2] / side
    offset = pose[:, 2] - linear @ np.full(2, side / 2 - 0.5) - low - 0.5
    drawn = cv2.warpAffine(picture, np.column_stack([linear, offset]), (high - low).tolist())
    if way.any():
        drawn = cv2.filter2D(drawn, -1, _streak_kernel(way), borderType=cv2.BORDER_REPLICATE)
    part = image[low[1] : high[1], low[0] : high[0]]
    part *= 1 - drawn[..., 3:]
    part += drawn[..., :3]
    return outline


def extent(outline: Float[np.ndarray, "n 2"], width: int, height: int) -> Float[np.ndarray, "4"] | None:
    """Exact ``x1, y1, x2, y2`` of the part of a closed outline's inside that lies in the frame; None without one.

    Cutting the outline's own box instead would be too large for an object that only shows a corner. Each segment is
    cut at the frame (Liang and Barsky); a frame corner inside the outline belongs to the extent too.
    """
    low, high = outline.min(0), outline.max(0)
    if (low >= 0).all() and high[0] <= width and high[1] <= height:
        return np.concatenate([low, high])
    step = np.roll(outline, -1, axis=0) - outline
    step[step == 0] = 1e-12
    first, last = -outline / step, (np.array([width, height]) - outline) / step
    enter = np.maximum(np.minimum(first, last).max(1), 0)[:, None]
    leave = np.minimum(np.maximum(first, last).min(1), 1)[:, None]
    cut = np.concatenate([outline + enter * step, outline + leave * step])[np.tile(enter <= leave, (2, 1))[:, 0]]
    corners = [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)]
    polygon = outline.astype(np.float32)
    inside = [corner for corner in corners if cv2.pointPolygonTest(polygon, corner, False) >= 0]
    points = np.concatenate([cut, np.array(inside, np.float64).reshape(-1, 2)])
    if not len(points):
        return None
    points = np.clip(points, 0, [width, height])
    return np.concatenate([points.min(0), points.max(0)])


def coverage(target: Float[np.ndarray, "n 2"], cover: Float[np.ndarray, "m 2"], width: int, height: int) -> float:
    """Share of the target's area inside the frame that lies behind ``cover``; both are outlines in frame pixels."""
    masks = []
    for outline in (target, cover):
        mask = np.zeros((height, width), np.uint8)
        cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 1)
        masks.append(mask)
    area = int(masks[0].sum())
    return float((masks[0] & masks[1]).sum()) / area if area else 0.0


def _angles() -> np.ndarray:
    return np.linspace(0, 2 * np.pi, 240, endpoint=False)


def _shape(rng: np.random.Generator) -> np.ndarray:
    """An ellipse, a rounded polygon or a blob, within -1..1."""
    theta = _angles()
    kind = rng.choice(["ellipse", "polygon", "blob"])
    aspect = np.exp(rng.uniform(-0.5, 0.5))
    radius = np.ones_like(theta)
    if kind == "polygon":
        corners, power = int(rng.integers(3, 7)), rng.uniform(0.6, 0.9)
        radius = np.cos(np.pi / corners) / np.cos((theta % (2 * np.pi / corners)) - np.pi / corners)
        radius = radius**power
    elif kind == "blob":
        for k in range(2, 6):
            radius += rng.normal(0, 0.24 / k) * np.cos(k * theta + rng.uniform(0, 2 * np.pi))
        radius = np.maximum(radius, 0.2)
    points = np.column_stack([np.cos(theta) * aspect, np.sin(theta) / aspect]) * radius[:, None]
    return points / np.abs(points).max()


def _fit(shapes: list[np.ndarray], side: int) -> list[np.ndarray]:
    """The shapes in own coordinates: their common box centred on 0, its longer side that of the picture less margin."""
    low, high = (function([function(shape, axis=0) for shape in shapes], axis=0) for function in (np.min, np.max))
    scale = (1 - 2 * MARGIN / side) / (high - low).max()
    return [(shape - (low + high) / 2) * scale for shape in shapes]


def _assemble(
    shapes: list[np.ndarray], pictures: list[UInt8[np.ndarray, "_ _ 3"]], side: int, relief: float, light: float
) -> Sprite:
    """Paint the shapes one over the other, each with its picture and shading, and trace the outline of them all."""
    whole = np.zeros((side * FINE, side * FINE), np.uint8)
    drawn = np.zeros((side, side, 4), np.float32)
    for shape, picture in zip(shapes, pictures, strict=True):
        mask = np.zeros_like(whole)
        fixed = np.round(((shape + 0.5) * len(mask) - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(mask, [fixed], 255, cv2.LINE_8, 4)
        alpha = cv2.resize(mask, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
        x1, y1 = ((shape.min(0) + 0.5) * side).astype(int)
        x2, y2 = np.ceil((shape.max(0) + 0.5) * side).astype(int)
        colour = np.zeros((side, side, 3), np.float32)
        colour[y1:y2, x1:x2] = cv2.resize(picture, (int(x2 - x1), int(y2 - y1)), interpolation=cv2.INTER_AREA)
        colour = np.clip(colour * _shading(alpha[..., 0], relief, light)[..., None], 0, 255)
        drawn = drawn * (1 - alpha) + np.concatenate([colour * alpha, alpha], axis=2)
        whole |= mask
    found, _ = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(found, key=cv2.contourArea)[::2, 0].astype(np.float64)
    levels = [drawn]
    while len(levels[-1]) >= 16:
        half = len(levels[-1]) // 2
        levels.append(np.asarray(cv2.resize(levels[-1], (half, half), interpolation=cv2.INTER_AREA), np.float32))
    return Sprite(tuple(levels), (contour + 0.5) / len(whole) - 0.5)


def _shading(alpha: np.ndarray, relief: float, light: float) -> np.ndarray:
    """Factors for the colours of a body that bulges towards the viewer, lit from angle ``light``, with a dark rim."""
    side = len(alpha)
    depth = cv2.distanceTransform((alpha > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / (0.25 * side)
    height = cv2.GaussianBlur(np.sqrt(1 - (1 - np.minimum(depth, 1)) ** 2), (0, 0), side / 40)
    slope_y, slope_x = np.gradient(height * side / 8)
    lit = -(slope_x * math.cos(light) + slope_y * math.sin(light))
    rim = np.clip(1 - depth * 12, 0, 1)
    return 1 + relief * (0.6 * lit + 0.5 * (height - 0.8)) - 0.4 * relief * rim


def _streak_kernel(way: np.ndarray) -> np.ndarray:
    size = 2 * int(np.ceil(np.abs(way).max() / 2)) + 1
    kernel = np.zeros((size, size), np.uint8)
    ends = [tuple(int(v) for v in np.round((size // 2 + sign * way / 2) * 16)) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 255, 1, cv2.LINE_AA, 4)
    weights = kernel.astype(np.float32)
    return weights / weights.sum()

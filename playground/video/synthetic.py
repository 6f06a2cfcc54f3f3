"""A synthetic world: procedural clips with exact boxes, for demo, tests and training."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

from playground.box import Box, boxes_to_array
from playground.video.motion import Events, Motion, Mover, Wander
from playground.video.sprites import coverage, extent, make_sprite, paste
from playground.video.textures import backdrop

HIDDEN = 0.8  # of the target's area behind an occluder: from there on it counts as not visible
SCREEN = 1.8  # size of the occluder in target sizes


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldConfig:
    """What a clip looks like. Sizes are fractions of the frame's short side, speeds object sizes a frame, chances 0..1.

    ``size``: least and largest object; ``speed``: usual speed, with short sprints of three times that; ``turn``:
    radians a frame; ``grow``: log size a frame; ``blur``: chance of a long exposure, which smears what moves;
    ``occlusion`` and
    ``leave_frame``: chance that the target passes behind something, or leaves the frame and comes back, once in every
    ``frames`` frames; ``distractors``: other objects; ``light``: strength of the slow change of brightness; ``noise``:
    grey levels of sensor noise; ``camera``: how far the background wanders; ``photographs``: use scikit-image's.
    """

    width: int = 320
    height: int = 240
    frames: int = 48
    size: tuple[float, float] = (0.12, 0.45)
    speed: float = 0.06
    turn: float = 0.03
    grow: float = 0.015
    blur: float = 0.5
    occlusion: float = 0.3
    leave_frame: float = 0.1
    distractors: int = 2
    light: float = 0.15
    noise: float = 3.0
    camera: float = 0.5
    photographs: bool = True

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            if getattr(self, name) < 16:
                raise ValueError(f"{name}: must be at least 16 pixels; got {getattr(self, name)}.")
        if self.frames < 1:
            raise ValueError(f"frames: must be at least 1; got {self.frames}.")
        if not 0 < self.size[0] <= self.size[1] <= 0.9:
            raise ValueError(f"size: must be two rising fractions in 0..0.9; got {self.size}.")
        for name in ("blur", "occlusion", "leave_frame", "camera"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}: must be in 0..1; got {getattr(self, name)}.")
        for name in ("speed", "turn", "grow", "distractors", "light", "noise"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: must not be negative; got {getattr(self, name)}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class SyntheticClip:
    """``boxes`` are the tight boxes of what of the silhouette lies in the frame, hidden or not; x, y, w, h in pixels.

    ``visible`` is False where the target is outside the frame or at least four fifths hidden. It is True on the first
    frame. Outside the frame the box has no area.
    """

    frames: UInt8[np.ndarray, "t height width 3"]
    boxes: Float[np.ndarray, "t 4"]
    visible: Bool[np.ndarray, "t"]


def _example(**changes: Any) -> WorldConfig:
    row: dict[str, Any] = {
        "width": 480, "height": 360, "frames": 90, "size": (0.2, 0.3), "grow": 0.006, "occlusion": 0, "leave_frame": 0,
    }  # fmt: skip
    return WorldConfig(**(row | changes))


# The world at its fullest, and one in which a network of toy size learns within minutes: one object a clip, nothing in
# front of it, still light.
WORLDS = {
    "full": WorldConfig(),
    "plain": WorldConfig(
        size=(0.15, 0.4), blur=0, occlusion=0, leave_frame=0, distractors=0, light=0.05, noise=0, camera=0.2,
        photographs=False,
    ),
}  # fmt: skip

# Name -> seed and settings of the clips that the demo offers, chosen by eye: a coin over a coffee cup, one coin among
# others under the stars, and a cat that something passes in front of.
EXAMPLES: dict[str, tuple[int, WorldConfig]] = {
    "easy": (510, _example(size=(0.25, 0.35), distractors=0, speed=0.03)),
    "distractors": (112, _example(distractors=4)),
    "occlusion": (155, _example(distractors=3, occlusion=1)),
}


def render_clip(seed: int, config: WorldConfig | None = None) -> SyntheticClip:
    """``config.frames`` frames of the world of ``seed``; the same seed and settings give the same clip."""
    config = config or WorldConfig()
    frames, boxes, visible = [], [], []
    for image, box, seen in islice(stream_clip(seed, config), config.frames):
        frames.append(image)
        boxes.append(box)
        visible.append(seen)
    return SyntheticClip(frames=np.stack(frames), boxes=boxes_to_array(boxes), visible=np.array(visible))


def stream_clip(seed: int, config: WorldConfig | None = None) -> Iterator[tuple[np.ndarray, Box, bool]]:
    """The same clip without end, frame by frame in flat memory: image, box, and whether the target is visible."""
    config = config or WorldConfig()
    rng = np.random.default_rng(seed)
    frame_size = np.array([config.width, config.height])
    backing = backdrop(rng, config.width * 3 // 2, config.height * 3 // 2, config.photographs)
    # Twice the size of the largest object, so that growing ones stay sharp.
    side = int(np.clip(2 * config.size[1] * frame_size.min(), 64, 384))
    sprite = make_sprite(rng, config.photographs, side)
    alike = [rng.random() < 0.3 for _ in range(config.distractors)]
    distractors = [sprite if same else make_sprite(rng, config.photographs, side) for same in alike]
    screen = make_sprite(rng, config.photographs, side)
    moving = Motion(frame_size, config.size, config.speed, config.turn, config.grow)
    target, *others = (Mover(rng, moving) for _ in range(1 + config.distractors))
    camera, light = Wander(rng, 3, 0.02), Wander(rng, 1, 0.05)
    exposure = rng.uniform(0.4, 0.8) if rng.random() < config.blur else 0.0
    last: np.ndarray | None = None
    for frame in count():
        phase = frame % config.frames / config.frames
        if phase == 0:
            events = Events.draw(rng, config.occlusion, config.leave_frame)
        image = _view(backing, config, camera.step())
        for other, looks in zip(others, distractors, strict=True):
            before = other.place
            other.step()
            paste(image, looks, other.pose(other.place, other.size), _streak(before, other.place, exposure))
        target.step()
        place = target.place + events.push(phase) * frame_size
        outline = paste(image, sprite, target.pose(place, target.size), _streak(last, place, exposure))
        last = place
        hidden = 0.0
        if events.passing(phase):
            size = SCREEN * target.size
            far = math.hypot(config.width, config.height) + size
            before, cover = (place + events.cross(at, target.size, far) for at in (phase - 1 / config.frames, phase))
            cover_outline = paste(image, screen, target.pose(cover, size), _streak(before, cover, exposure))
            hidden = coverage(outline, cover_outline, config.width, config.height)
        image *= 1 + config.light * math.tanh(light.step()[0])
        image += config.noise * rng.standard_normal((config.height, config.width, 1), np.float32)
        box, inside = _clipped(outline, config.width, config.height)
        yield np.clip(image, 0, 255, out=image).astype(np.uint8), box, bool(inside and hidden < HIDDEN)


def _view(backing: np.ndarray, config: WorldConfig, camera: np.ndarray) -> np.ndarray:
    """What a wandering, zooming camera sees of the background, float32."""
    drift = config.camera * np.tanh(camera)
    zoom = 0.85 * (1 + 0.15 * drift[2])
    extra = np.array([backing.shape[1] - zoom * config.width, backing.shape[0] - zoom * config.height])
    corner = (0.5 + 0.5 * drift[:2]) * extra
    matrix = np.column_stack([np.eye(2) * zoom, corner + 0.5 * zoom - 0.5])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(backing, matrix, (config.width, config.height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.float32)


def _streak(before: np.ndarray | None, now: np.ndarray, exposure: float) -> tuple[float, float]:
    """The way during the exposure, in pixels; none on an object's first frame."""
    way = np.zeros(2) if before is None else (now - before) * exposure
    return float(way[0]), float(way[1])


def _clipped(outline: np.ndarray, width: int, height: int) -> tuple[Box, bool]:
    """The box of what of the outline's inside is in the frame, and whether that is at least a pixel."""
    found = extent(outline, width, height)
    if found is None:
        x, y = np.clip(outline.mean(0), 0, [width, height]).tolist()
        return Box(x, y, 0.0, 0.0), False
    x1, y1, x2, y2 = found.tolist()
    return Box(x1, y1, x2 - x1, y2 - y1), x2 - x1 >= 1 and y2 - y1 >= 1

"""A synthetic world: procedural clips with exact boxes, for demo, tests and training."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from jaxtyping import Bool, Float, UInt8

from playground.box import Box, boxes_to_array
from playground.video.sprites import Sprite, coverage, make_sprite, paste
from playground.video.textures import backdrop

HIDDEN = 0.8  # of the target's area behind an occluder: from there on it counts as not visible


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldConfig:
    """What a clip looks like. Sizes are fractions of the frame's short side, speeds object sizes a frame, chances 0..1.

    ``size``: least and largest object; ``speed``: usual speed, with short sprints of three times that; ``turn``:
    radians a frame; ``grow``: log size a frame; ``blur``: share of fast frames that are smeared; ``occlusion`` and
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
    """``boxes`` are the tight boxes of the whole silhouette, cut at the frame's border; x, y, w, h in pixels.

    ``visible`` is False where the target is outside the frame or at least four fifths hidden. It is True on the first
    frame.
    """

    frames: UInt8[np.ndarray, "t height width 3"]
    boxes: Float[np.ndarray, "t 4"]
    visible: Bool[np.ndarray, "t"]


# Name -> seed and settings of the clips that the demo offers.
EXAMPLES: dict[str, tuple[int, WorldConfig]] = {
    "easy": (
        7,
        WorldConfig(
            width=480, height=360, frames=90, size=(0.25, 0.35), occlusion=0, leave_frame=0, distractors=0, speed=0.03
        ),
    ),
    "distractors": (
        11,
        WorldConfig(width=480, height=360, frames=90, size=(0.2, 0.3), occlusion=0, leave_frame=0, distractors=4),
    ),
    "occlusion": (
        23,
        WorldConfig(width=480, height=360, frames=90, size=(0.2, 0.3), occlusion=1, leave_frame=0, distractors=2),
    ),
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
    wide, high = round(config.width * 1.5), round(config.height * 1.5)
    scene = backdrop(rng, wide, high, config.photographs)
    sprite = make_sprite(rng, config.photographs)
    target = _Mover(rng, config, sprite)
    others = []
    for _ in range(config.distractors):
        alike = sprite if rng.random() < 0.3 else make_sprite(rng, config.photographs)
        others.append(_Mover(rng, config, alike))
    screen = _Mover(rng, config, make_sprite(rng, config.photographs))
    camera, light = _Wander(rng, 2, 0.02), _Wander(rng, 1, 0.05)
    frame = 0
    while True:
        if frame % config.frames == 0:
            events = _Events.draw(rng, config)
        phase = frame % config.frames / config.frames
        pan = (0.5 + 0.5 * config.camera * np.tanh(camera.step())) * [wide - config.width, high - config.height]
        left, top = (int(v) for v in pan)
        image = scene[top : top + config.height, left : left + config.width].astype(np.float32)
        for other in others:
            other.step()
            paste(image, other.sprite, other.pose(), other.smear(config.blur))
        target.step()
        pose = target.pose(events.push(phase) * [config.width, config.height])
        outline = paste(image, sprite, pose, target.smear(config.blur))
        hidden = 0.0
        if events.passing(phase):
            # The screen crosses the target's place, a little larger than the target itself.
            across = events.cross(phase) * 3 * target.size
            cover = screen.pose_at(target.place + across, 1.3 * target.size)
            paste(image, screen.sprite, cover, 0)
            hidden = coverage(outline, screen.sprite.outline(cover), config.width, config.height)
        gain = 1 + config.light * np.tanh(light.step()[0])
        image = image * gain + rng.normal(0, config.noise, (config.height, config.width, 1)).astype(np.float32)
        box, inside = _clipped(outline, config.width, config.height)
        yield np.clip(image, 0, 255).astype(np.uint8), box, bool(inside and hidden < HIDDEN)
        frame += 1


class _Wander:
    """A smooth random walk that is drawn back to zero."""

    def __init__(self, rng: np.random.Generator, size: int, rate: float) -> None:
        self.rng, self.rate = rng, rate
        self.value, self.speed = np.zeros(size), np.zeros(size)

    def step(self) -> np.ndarray:
        self.speed = 0.9 * self.speed + self.rate * self.rng.normal(size=self.value.shape) - 0.01 * self.value
        self.value = self.value + self.speed
        return self.value


class _Mover:
    """One object on its way: place, size and turn, in frame pixels and radians."""

    def __init__(self, rng: np.random.Generator, config: WorldConfig, sprite: Sprite) -> None:
        self.rng, self.config, self.sprite = rng, config, sprite
        self.frame = np.array([config.width, config.height], float)
        self.base = float(np.exp(rng.uniform(*np.log(config.size))) * self.frame.min())
        self.place = rng.uniform(0.25, 0.75, 2) * self.frame
        self.velocity = rng.normal(0, 1, 2) * config.speed * self.base
        self.log_size, self.stretch, self.angle = (_Wander(rng, 1, rate) for rate in (config.grow, 0.004, config.turn))
        self.sprint = 1.0
        self.size = self.base

    def step(self) -> None:
        pace = self.config.speed * self.base
        self.sprint = 3.0 if self.rng.random() < 0.03 else 1 + 0.9 * (self.sprint - 1)
        self.velocity = 0.92 * self.velocity + 0.4 * pace * self.rng.normal(size=2)
        # Drawn back towards the middle, the more the farther it is.
        away = (self.place - self.frame / 2) / (self.frame / 2)
        self.velocity = self.velocity - 0.25 * pace * away * np.abs(away)
        self.place = np.clip(self.place + self.sprint * self.velocity, 0.08 * self.frame, 0.92 * self.frame)
        self.size = self.base * float(np.exp(np.clip(self.log_size.step()[0], -0.8, 0.8)))
        self.stretch.step()
        self.angle.step()

    def pose(self, push: np.ndarray | float = 0.0) -> Float[np.ndarray, "2 3"]:
        return self.pose_at(self.place + push, self.size)

    def pose_at(self, place: np.ndarray, size: float) -> Float[np.ndarray, "2 3"]:
        """The affine map from the sprite to the frame."""
        turn, stretch = float(self.angle.value[0]), float(np.exp(np.clip(self.stretch.value[0], -0.3, 0.3)))
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        linear = rotation @ np.diag([size * stretch, size / stretch])
        return np.column_stack([linear, place])

    def smear(self, chance: float) -> float:
        """Length of the motion blur in pixels; 0 for a sharp frame."""
        step = float(np.hypot(*self.velocity)) * self.sprint
        return 0.6 * step if step > 3 and self.rng.random() < chance else 0.0


@dataclass(frozen=True, slots=True)
class _Events:
    """What befalls the target in one round of the clip; phases run 0..1, and nothing happens in the first tenth."""

    hidden_at: float | None
    leaves_at: float | None
    direction: np.ndarray

    @classmethod
    def draw(cls, rng: np.random.Generator, config: WorldConfig) -> "_Events":
        hidden = float(rng.uniform(0.3, 0.8)) if rng.random() < config.occlusion else None
        leaves = float(rng.uniform(0.35, 0.75)) if rng.random() < config.leave_frame else None
        angle = rng.uniform(0, 2 * np.pi)
        return cls(hidden, leaves, np.array([np.cos(angle), np.sin(angle)]))

    def passing(self, phase: float) -> bool:
        return self.hidden_at is not None and abs(phase - self.hidden_at) < 0.15

    def cross(self, phase: float) -> np.ndarray:
        """Where the screen is, -1..1 along its way, 0 = in front of the target."""
        assert self.hidden_at is not None
        return self.direction * (phase - self.hidden_at) / 0.15

    def push(self, phase: float) -> np.ndarray:
        """How far the target is pushed out of the frame, in frame sizes."""
        if self.leaves_at is None:
            return np.zeros(2)
        near = max(0.0, 1 - abs(phase - self.leaves_at) / 0.25)
        return self.direction * 1.8 * near * near * (3 - 2 * near)


def _clipped(outline: np.ndarray, width: int, height: int) -> tuple[Box, bool]:
    """The outline's box cut at the frame, and whether at least a pixel of it is inside."""
    low = np.clip(outline.min(0), 0, [width, height])
    high = np.clip(outline.max(0), 0, [width, height])
    w, h = high - low
    return Box(float(low[0]), float(low[1]), float(w), float(h)), bool(w >= 1 and h >= 1)

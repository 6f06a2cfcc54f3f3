"""How things move in a synthetic world: smooth wandering, sprints, turns, growth, and the events of a clip."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

SPRINT = 3.0  # times the usual speed
PASSING = 0.3  # half the time that an occluder takes, as a share of a round
LEAVING = 0.25  # half the time that the target is on its way out and back, as a share of a round


class Wander:
    """A smooth random walk that is drawn back to zero."""

    def __init__(self, rng: np.random.Generator, size: int, rate: float) -> None:
        self.rng, self.rate = rng, rate
        self.value, self.speed = np.zeros(size), np.zeros(size)

    def step(self) -> Float[np.ndarray, "size"]:
        """One frame on."""
        self.speed = 0.9 * self.speed + self.rate * self.rng.normal(size=self.value.shape) - 0.01 * self.value
        self.value = self.value + self.speed
        return self.value


@dataclass(frozen=True, slots=True)
class Motion:
    """How objects move: ``frame`` is its width and height in pixels, the others are those of ``WorldConfig``."""

    frame: np.ndarray
    size: tuple[float, float]
    speed: float
    turn: float
    grow: float


class Mover:
    """One object on its way: ``place`` and ``size`` in frame pixels, its turn and its stretch."""

    def __init__(self, rng: np.random.Generator, motion: Motion) -> None:
        self.rng, self.motion = rng, motion
        self.base = float(np.exp(rng.uniform(*np.log(motion.size))) * motion.frame.min())
        self.place = rng.uniform(0.25, 0.75, 2) * motion.frame
        self.velocity = rng.normal(0, 1, 2) * motion.speed * self.base
        self.log_size, self.stretch, self.angle = (Wander(rng, 1, rate) for rate in (motion.grow, 0.004, motion.turn))
        self.sprint = 1.0
        self.size = self.base

    def step(self) -> None:
        """One frame on."""
        frame, pace = self.motion.frame, self.motion.speed * self.base
        self.sprint = SPRINT if self.rng.random() < 0.03 else 1 + 0.9 * (self.sprint - 1)
        self.velocity = 0.92 * self.velocity + 0.4 * pace * self.rng.normal(size=2)
        # Drawn back towards the middle, the more the farther it is.
        away = (self.place - frame / 2) / (frame / 2)
        self.velocity = self.velocity - 0.25 * pace * away * np.abs(away)
        self.place = np.clip(self.place + self.sprint * self.velocity, 0.08 * frame, 0.92 * frame)
        self.size = self.base * math.exp(np.clip(self.log_size.step()[0], -0.8, 0.8))
        self.stretch.step()
        self.angle.step()

    def pose(self, place: Float[np.ndarray, "2"], size: float) -> Float[np.ndarray, "2 3"]:
        """The affine map from a sprite's own coordinates to the frame, at this moment's turn and stretch."""
        turn, stretch = float(self.angle.value[0]), math.exp(np.clip(self.stretch.value[0], -0.3, 0.3))
        rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        return np.column_stack([rotation @ np.diag([size * stretch, size / stretch]), place])


@dataclass(frozen=True, slots=True)
class Events:
    """What befalls the target in one round of the clip; phases run 0..1, and nothing happens in the first tenth."""

    hidden_at: float | None
    leaves_at: float | None
    direction: Float[np.ndarray, "2"]

    @classmethod
    def draw(cls, rng: np.random.Generator, occlusion: float, leave_frame: float) -> "Events":
        """Decide by the two chances, 0..1, what happens, when, and from which side."""
        hidden = float(rng.uniform(0.4, 0.65)) if rng.random() < occlusion else None
        leaves = float(rng.uniform(0.35, 0.75)) if rng.random() < leave_frame else None
        angle = rng.uniform(0, 2 * np.pi)
        return cls(hidden, leaves, np.array([math.cos(angle), math.sin(angle)]))

    def passing(self, phase: float) -> bool:
        """Whether the occluder is on its way."""
        return self.hidden_at is not None and abs(phase - self.hidden_at) < PASSING

    def cross(self, phase: float, slow: float, far: float) -> Float[np.ndarray, "2"]:
        """Where the occluder is, seen from the target, in pixels: it comes from ``far`` away and goes as far.

        Beside the target it takes its time, as if ``slow`` were the whole way.
        """
        assert self.hidden_at is not None
        way = (phase - self.hidden_at) / PASSING
        return self.direction * way * (slow + (far - slow) * abs(way))

    def push(self, phase: float) -> Float[np.ndarray, "2"]:
        """How far the target is pushed out of the frame, in frame sizes."""
        if self.leaves_at is None:
            return np.zeros(2)
        near = max(0.0, 1 - abs(phase - self.leaves_at) / LEAVING)
        return self.direction * 1.8 * near * near * (3 - 2 * near)

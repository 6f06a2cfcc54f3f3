"""The one seam: what the tracker needs of a network, and a fake for tests. No deep-learning library here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Float32


class Answer(NamedTuple):
    """What a network says of one search region.

    ``box_rel``: x1, y1, x2, y2 in fractions of the search crop; ``score``: 0..1 or None; ``edges`` ``(4, bins)``:
    probabilities, rows left, top, right, bottom.
    """

    box_rel: tuple[float, float, float, float]
    score: float | None
    edges: Float[np.ndarray, "4 bins"]


@runtime_checkable
class Backend(Protocol):
    """A network behind two calls. ``memory`` is opaque: it is whatever `encode` returned."""

    template_size: int
    search_size: int

    def encode(self, templates: Float32[np.ndarray, "k 3 t t"]) -> Any:
        """Remember ``k`` normalised templates: the first one, then the online ones."""

    def locate(self, search: Float32[np.ndarray, "1 3 s s"], memory: Any) -> Answer:
        """Find the remembered target in a normalised search region."""


@dataclass(frozen=True)
class FakeBackend:
    """A backend that answers as it is told: ``answer`` gets the search region and the remembered templates."""

    answer: Callable[[np.ndarray, np.ndarray], Answer]
    template_size: int = 16
    search_size: int = 32

    def encode(self, templates: Float32[np.ndarray, "k 3 t t"]) -> np.ndarray:
        return templates

    def locate(self, search: Float32[np.ndarray, "1 3 s s"], memory: np.ndarray) -> Answer:
        return self.answer(search, memory)

"""The one seam: what the tracker needs of a network, and a fake for tests. No deep-learning library here."""

from collections.abc import Callable, Sequence
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


@runtime_checkable
class ManyBackend(Backend, Protocol):
    """A network that also takes several targets in one pass."""

    def locate_all(self, search: Float32[np.ndarray, "n 3 s s"], memories: Sequence[Any]) -> list[Answer]:
        """`locate` for each search region and its target's memory; memories may hold different numbers of templates."""


def locate_all(backend: Backend, search: Float32[np.ndarray, "n 3 s s"], memories: Sequence[Any]) -> list[Answer]:
    """One answer a target: in one pass where there are several and the backend is a `ManyBackend`, else one by one."""
    if len(memories) > 1 and isinstance(backend, ManyBackend):
        return backend.locate_all(search, memories)
    return [backend.locate(search[i : i + 1], memory) for i, memory in enumerate(memories)]


def in_passes(tokens: Sequence[int], run: Callable[[list[int]], list[Answer]]) -> list[Answer]:
    """One answer a target, by one ``run`` for the places of all that remember equally many ``tokens``."""
    places: dict[int, list[int]] = {}
    for place, count in enumerate(tokens):
        places.setdefault(count, []).append(place)
    answers = {place: answer for alike in places.values() for place, answer in zip(alike, run(alike), strict=True)}
    return [answers[place] for place in range(len(tokens))]


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

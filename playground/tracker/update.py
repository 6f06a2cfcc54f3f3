"""When to take a new online template: pure functions on a value (spec 4.3, steps 5 and 6)."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float32

from playground.config import UpdateConfig

Template = Float32[np.ndarray, "3 t t"]
NO_SCORE = -1.0  # below any real score, so the first candidate after an update always wins


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """The first template, the online ones, and the best candidate since the last update.

    ``oldest`` is the place in the ring of ``online`` that is overwritten next, once it is full.
    """

    first: Template
    online: tuple[Template, ...]
    candidate: Template
    best: float = NO_SCORE
    oldest: int = 0

    @classmethod
    def start(cls, first: Template) -> "Templates":
        """As on the first frame: the online template is the first one again (spec 4.2)."""
        return cls(first, (first,), first)

    def stack(self) -> Float32[np.ndarray, "k 3 t t"]:
        """First and online templates in the order that `Backend.encode` takes."""
        return np.stack([self.first, *self.online])


def beats(templates: Templates, score: float, config: UpdateConfig) -> bool:
    """Whether a frame with ``score`` is a better candidate than the best one so far, once that has decayed."""
    return score > config.min_score and score > templates.best * config.decay


def consider(templates: Templates, score: float, crop: Template | None, config: UpdateConfig) -> Templates:
    """Decay the best score and, where a ``crop`` of a better frame is given, make it the candidate."""
    if crop is None:
        return replace(templates, best=templates.best * config.decay)
    return replace(templates, candidate=crop, best=score)


def refresh(templates: Templates, frame: int, config: UpdateConfig) -> Templates:
    """Every ``interval`` frames turn the candidate into an online template and start over.

    An interval without a candidate brings the first template back, as in the official tracker.
    """
    if frame % config.interval:
        return templates
    online, oldest = templates.online, templates.oldest
    if len(online) < config.max_templates:
        online = (*online, templates.candidate)
    else:
        online = (*online[:oldest], templates.candidate, *online[oldest + 1 :])
        oldest = (oldest + 1) % config.max_templates
    return Templates(templates.first, online, templates.first, NO_SCORE, oldest)


def same_online(a: Templates, b: Templates) -> bool:
    """Whether both hold the very same online templates, so that nothing has to be encoded again."""
    return len(a.online) == len(b.online) and all(x is y for x, y in zip(a.online, b.online, strict=True))

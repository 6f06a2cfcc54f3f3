"""Template updates against a direct transcription of the published rules (spec 4.3, steps 5 and 6)."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playground.config import UpdateConfig
from playground.tracker.update import Templates, beats, consider, refresh, same_online


def _crop(name: int) -> np.ndarray:
    return np.full((3, 2, 2), name, np.float32)


def _official(scores, interval, size, decay):
    """The rules as the official tracker spells them, with frame numbers standing for crops; 0 is the first template."""
    online, best, candidate, oldest, history = [0], -1.0, 0, 0, []
    for frame, score in enumerate(scores, 1):
        best = best * decay
        if score > 0.5 and score > best:
            candidate, best = frame, score
        if frame % interval == 0:
            if size == 1:
                online = [candidate]
            elif len(online) < size:
                online.append(candidate)
            else:
                online[oldest] = candidate
                oldest = (oldest + 1) % size
            best, candidate = -1.0, 0
        history.append(list(online))
    return history


@given(
    scores=st.lists(st.floats(0, 1, width=16), max_size=30),
    interval=st.integers(1, 6),
    size=st.integers(1, 3),
    decay=st.sampled_from([1.0, 0.5]),
)
def test_equals_the_published_rules(scores, interval, size, decay):
    rules = UpdateConfig(interval=interval, max_templates=size, decay=decay)
    templates = Templates.start(_crop(0))
    for frame, (score, wanted) in enumerate(zip(scores, _official(scores, interval, size, decay), strict=True), 1):
        crop = _crop(frame) if beats(templates, score, rules) else None
        templates = refresh(consider(templates, score, crop, rules), frame, rules)
        assert [int(t[0, 0, 0]) for t in templates.online] == wanted
        assert templates.stack().shape == (1 + len(wanted), 3, 2, 2)


def test_same_online_compares_the_templates_themselves():
    a = Templates.start(_crop(1))
    assert same_online(a, a) and not same_online(a, Templates.start(_crop(1)))

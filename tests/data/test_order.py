"""Frames of a group against the spans of the spec, spelled out frame by frame."""

import numpy as np
import pytest

from playground.data.order import draw_frames
from playground.train_config import SampleConfig

SEEN = np.array([3, 4, 5, 9, 10, 11, 12, 30, 31, 50])


def _draws(config: SampleConfig, seen: np.ndarray = SEEN, n: int = 3000) -> list[tuple[list[int], list[int]]]:
    rng = np.random.default_rng(0)
    drawn = [draw_frames(seen, config, rng) for _ in range(n)]
    assert all(len(t) == config.templates and len(s) == config.per_group for t, s in drawn)
    return [(seen[t].tolist(), seen[s].tolist()) for t, s in drawn]


def _grown(low: int, high: int, grow_low: int, grow_high: int) -> set[int]:
    """The seen frames of ``low <= frame < high``, which grows by five until there is one."""
    while not (found := {int(frame) for frame in SEEN if low <= frame < high}):
        low, high = low - 5 * grow_low, high + 5 * grow_high
    return found


def test_near_takes_all_frames_within_the_gap_on_both_sides():
    found: dict[int, set[int]] = {}
    for (base, online), search in _draws(SampleConfig(max_gap=4, per_group=2)):
        found.setdefault(base, set()).update([online, *search])
    assert found == {base: {f for f in SEEN.tolist() if abs(f - base) <= 4} for base in SEEN.tolist()}


@pytest.mark.parametrize("gap", [1, 4, 100])
def test_causal_has_the_online_template_before_and_the_search_frame_after(gap):
    before: dict[int, set[int]] = {}
    after: dict[int, set[int]] = {}
    for (base, online), search in _draws(SampleConfig(order="causal", max_gap=gap)):
        before.setdefault(base, set()).add(online)
        after.setdefault(base, set()).update(search)
    inner = SEEN[1:-1].tolist()
    assert before == {base: _grown(base - gap, base, 1, 0) for base in inner}
    assert after == {base: _grown(base + 1, base + gap, 0, 1) for base in inner}


def test_trident_has_the_online_template_beyond_the_search_frame_on_the_templates_side():
    config = SampleConfig(order="trident", max_gap=6, per_group=1)
    found: dict[tuple[int, int], set[int]] = {}
    for (first, online), (search,) in _draws(config, n=12_000):
        found.setdefault((first, search), set()).add(online)
    assert len(found) == len(SEEN) ** 2  # any template with any search frame
    for (first, search), online in found.items():
        span = (search, search + 6, 0, 1) if first >= search else (search - 6, search, 1, 0)
        assert online == _grown(*span)


@pytest.mark.parametrize("order", ["near", "causal", "trident"])
def test_short_tracks_serve_every_order(order):
    config = SampleConfig(order=order, templates=3, per_group=2)
    assert _draws(config, SEEN[:1], n=1) == [([3, 3, 3], [3, 3])]
    for templates, search in _draws(config, SEEN[:2], n=50):
        assert set(templates + search) <= {3, 4}

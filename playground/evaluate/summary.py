"""A tracker on a data set in one row: means over its sequences with their intervals, all of them and by group."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from playground.evaluate.bootstrap import Interval, interval
from playground.evaluate.protocol import PLAIN, Protocol
from playground.evaluate.results import Track
from playground.evaluate.score import SequenceScore, is_measurable, score_track, steps_ms

ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Means over ``sequences`` sequences, with the interval that the bootstrap gives; range 0..1."""

    sequences: int
    auc: Interval
    precision: Interval
    normalised: Interval
    ao: Interval
    sr50: Interval
    sr75: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """``groups`` has the means of ``all`` sequences and of each group, by name. ``frame_ms`` is the median and
    ``frame_ms_p95`` the 95th percentile over all frames but the given ones. ``failures`` are counted over all
    sequences, ``recovered`` of them; ``lost`` sequences have one, after ``time_to_loss`` frames in their median, nan
    for none."""

    groups: dict[str, Means]
    frame_ms: float
    frame_ms_p95: float
    failures: int
    recovered: int
    lost: int
    time_to_loss: float


def score_tracks(tracks: Sequence[Track], rules: Protocol) -> list[SequenceScore]:
    """The scores of all tracks whose truth is known. Raises ``ValueError`` naming the one that cannot be scored."""
    scores = []
    for track in tracks:
        try:
            scores += [score_track(track, rules)] if is_measurable(track) else []
        except ValueError as error:
            raise ValueError(f"sequence {track.sequence.name}: {error}") from error
    return scores


def summarise(tracks: Sequence[Track], scores: Sequence[SequenceScore], rules: Protocol) -> Summary:
    """One row for a tracker's ``tracks`` and their ``scores`` by the same ``rules``."""
    steps = np.concatenate([[np.nan], *map(steps_ms, tracks)])  # all nan where no sequence has a second frame
    losses = [s.failures.time_to_loss for s in scores if s.failures.time_to_loss is not None]
    return Summary(
        groups=means_by_group(scores, rules),
        frame_ms=float(np.nanmedian(steps)),
        frame_ms_p95=float(np.nanquantile(steps, 0.95)),
        failures=sum(s.failures.count for s in scores),
        recovered=sum(s.failures.recovered for s in scores),
        lost=len(losses),
        time_to_loss=float(np.median(losses)) if losses else np.nan,
    )


def means_by_group(scores: Sequence[SequenceScore], rules: Protocol = PLAIN) -> dict[str, Means]:
    """Means of all sequences and of each group; empty without a score."""
    groups = {group for score in scores for group in score.groups}
    chosen = {name: [s for s in scores if name in (ALL, *s.groups)] for name in (ALL, *sorted(groups))}
    return {name: _means(members, rules) for name, members in chosen.items() if members}


def _means(scores: Sequence[SequenceScore], rules: Protocol) -> Means:
    weights = np.array([score.judged if rules.mean_over == "frames" else 1 for score in scores], np.float64)
    names = [field.name for field in fields(Means) if field.name != "sequences"]
    values = {name: np.array([getattr(score, name) for score in scores]) for name in names}
    return Means(sequences=len(scores), **{name: interval(values[name], weights) for name in names})

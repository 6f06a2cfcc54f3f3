"""How the trackers of a data set stand to each other: their scores and means, the best first."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from playground.evaluate.protocol import Protocol
from playground.evaluate.record import TrackerRecord
from playground.evaluate.results import Results, Track
from playground.evaluate.score import SequenceScore
from playground.evaluate.summary import ALL, Means, Summary, score_tracks, summarise

Curve = Literal["success", "near", "near_normalised"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """A tracker on a data set. ``scores`` are of the sequences whose truth is known, ``missing`` names those that it
    has not finished; ``summary`` is over the others."""

    name: str
    record: TrackerRecord
    tracks: tuple[Track, ...]
    scores: tuple[SequenceScore, ...]
    summary: Summary
    missing: tuple[str, ...]

    @property
    def means(self) -> Means | None:
        """Means over all sequences, None where the true boxes are withheld."""
        return self.summary.groups.get(ALL)


def standings(results: Results, rules: Protocol) -> list[Standing]:
    """All trackers that have finished a sequence, by the headline measure of the ``rules``, best first."""
    found = []
    for name, tracks in results.tracks.items():
        if tracks:
            scores = tuple(score_tracks(tracks, rules))
            found.append(
                Standing(
                    name=name,
                    record=results.trackers[name],
                    tracks=tracks,
                    scores=scores,
                    summary=summarise(tracks, scores, rules),
                    missing=results.missing(name),
                )
            )
    return sorted(found, key=lambda one: headline(one, rules), reverse=True)


def headline(standing: Standing, rules: Protocol) -> float:
    """The mean of the first measure of the ``rules``, -1 where the true boxes are withheld."""
    means = standing.means
    return -1.0 if means is None else float(getattr(means, rules.measures[0]).mean)


def mean_curve(standing: Standing, curve: Curve, rules: Protocol) -> Float[np.ndarray, "limits"]:
    """A curve of `SequenceScore` as the mean over sequences, or over frames where the ``rules`` say so.

    So the mean of the success curve is the AUC of `Standing.means`.
    """
    weights = [score.judged if rules.mean_over == "frames" else 1 for score in standing.scores]
    return np.average([getattr(score, curve) for score in standing.scores], axis=0, weights=weights)

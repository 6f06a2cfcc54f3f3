"""The evaluation's tables, line by line: one a sequence while it runs, then trackers and groups of sequences."""

from collections.abc import Iterator

import numpy as np

from playground.evaluate.bootstrap import Interval
from playground.evaluate.protocol import Measure, Protocol, find_protocol
from playground.evaluate.results import Results, Track
from playground.evaluate.score import is_measurable, score_track
from playground.evaluate.standing import standings
from playground.evaluate.summary import ALL, Means, Summary

TITLES: dict[Measure, str] = {
    "auc": "AUC",
    "precision": "P@20",
    "normalised": "PN@0.2",
    "ao": "AO",
    "sr50": "SR.50",
    "sr75": "SR.75",
}


def sequence_head(rules: Protocol) -> str:
    """The line above `sequence_line`."""
    titles = " ".join(f"{TITLES[name]:>6}" for name in rules.measures)
    return f"{'tracker':20} {'sequence':24} {'frames':>6} {titles} {'ms/frame':>8}  groups"


def sequence_line(track: Track, rules: Protocol) -> str:
    """The benchmark's own measures of a track, the median milliseconds a frame, and the groups it belongs to."""
    start = f"{track.tracker:20} {track.sequence.name:24} {len(track.boxes):6d}"
    if not is_measurable(track):
        return f"{start}  true boxes withheld"
    score = score_track(track, rules)
    figures = " ".join(f"{getattr(score, name):6.3f}" for name in rules.measures)
    return f"{start} {figures} {score.frame_ms:8.1f}  {', '.join(score.groups)}"


def summary_lines(results: Results) -> Iterator[str]:
    """A data set's trackers, best first: the headline with its interval, the other measures, speed, losses (sequences
    with a failure, and the median number of frames to the first); then by group."""
    rules = find_protocol(results.data.protocol)
    found = standings(results, rules)
    yield f"{results.name}: {len(results.sequences)} sequences, rules of {results.data.protocol}"
    for name in results.tracks:
        if missing := results.missing(name):
            yield f"{name}: {len(missing)} sequences are missing, first {missing[0]}"
    yield f"{_head(rules, 'tracker')} {'ms/frame':>8} {'lost':>5} {'after':>6}"
    for one in found:
        if one.means:
            yield _row(one.name, one.means, rules) + _losses(one.summary)
        else:
            yield f"{one.name:20} {len(one.tracks):9d} true boxes withheld; playground submit packs the results"
    for one in found:
        record = one.record
        at_once = f"{record.jobs} at a time on {record.threads} threads each" if record.jobs > 1 else "one at a time"
        yield f"{one.name}: {record.tracker}, {record.device}, {at_once}, {record.machine}"
    groups = sorted({group for one in found for group in one.summary.groups} - {ALL})
    if groups:
        yield ""
        yield f"{_head(rules, 'group')} tracker"
    for group in groups:
        for one in found:
            if group in one.summary.groups:
                yield f"{_row(group, one.summary.groups[group], rules)} {one.name}"


def _head(rules: Protocol, first: str) -> str:
    headline, *others = rules.measures
    titles = " ".join(f"{TITLES[name]:>6}" for name in others)
    return f"{first:20} {'sequences':>9} {TITLES[headline]:>6} {'95 % interval':>15} {titles}"


def _row(name: str, means: Means, rules: Protocol) -> str:
    headline, *others = rules.measures
    first: Interval = getattr(means, headline)
    figures = " ".join(f"{getattr(means, other).mean:6.3f}" for other in others)
    return f"{name:20} {means.sequences:9d} {first.mean:6.3f} {f'{first.low:.3f} to {first.high:.3f}':>15} {figures}"


def _losses(summary: Summary) -> str:
    after = "-" if np.isnan(summary.time_to_loss) else f"{summary.time_to_loss:.0f}"
    return f" {summary.frame_ms:8.1f} {summary.lost:5d} {after:>6}"

"""From an evaluation's results to the figures of a model card: only those of exactly these weights."""

from collections.abc import Sequence
from pathlib import Path

from playground.app.card_facts import Failure, Figure, Group, Measured, Other
from playground.evaluate.bootstrap import Interval
from playground.evaluate.protocol import Protocol, find_protocol
from playground.evaluate.results import Results, read_results
from playground.evaluate.score import SequenceScore
from playground.evaluate.standing import Standing, standings
from playground.evaluate.summary import ALL

WORST = 5  # sequences that a card names
DIGITS = 6  # more than a card shows, or three of them would be rounded twice


def measured_of(results: Path, weights: str) -> tuple[Measured, ...]:
    """The figures of the tracker with the fingerprint ``weights``, one a data set whose true boxes are known.

    Raises ``ValueError`` naming ``results`` when there are none of these weights, or when sequences are missing.
    """
    found = []
    for one in read_results(results).values():
        rules = find_protocol(one.data.protocol)
        all_of = [standing for standing in standings(one, rules) if standing.means]
        ours = next((standing for standing in all_of if standing.record.weights == weights), None)
        if ours is not None:
            found.append(_measured(one, rules, ours, [other for other in all_of if other is not ours]))
    if not found:
        raise ValueError(
            f"results: {results} has nothing measured with exactly these weights and settings; run playground evaluate "
            "on this folder first."
        )
    return tuple(found)


def _measured(results: Results, rules: Protocol, ours: Standing, others: Sequence[Standing]) -> Measured:
    if ours.missing:
        raise ValueError(
            f"results: {ours.name} has not finished {len(ours.missing)} sequences of {results.name}, first "
            f"{ours.missing[0]}; let the evaluation end."
        )
    means = ours.summary.groups[ALL]
    first, second = rules.measures[:2]
    groups = [
        Group(
            name=name,
            sequences=group.sequences,
            first=_short(getattr(group, first).mean),
            second=_short(getattr(group, second).mean),
        )
        for name, group in ours.summary.groups.items()
        if name != ALL
    ]
    worst = sorted(ours.scores, key=lambda score: (float(getattr(score, first)), score.name))[:WORST]
    return Measured(
        data=results.name,
        protocol=results.data.protocol,
        sequences=means.sequences,
        frames=sum(score.judged for score in ours.scores),
        device=ours.record.device,
        machine=ours.record.machine,
        threads=ours.record.threads,
        jobs=ours.record.jobs,
        versions=ours.record.versions,
        frame_ms=round(ours.summary.frame_ms, 2),
        measures={name: _figure(getattr(means, name)) for name in rules.measures},
        groups=tuple(groups),
        worst=tuple(_failure(score, first) for score in worst),
        others=tuple(_other(other, first) for other in others if not other.missing),
    )


def _failure(score: SequenceScore, measure: str) -> Failure:
    failures = score.failures
    return Failure(
        name=score.name,
        value=_short(getattr(score, measure)),
        lost=failures.count,
        after=failures.time_to_loss or 0,
    )


def _other(standing: Standing, measure: str) -> Other:
    return Other(
        name=standing.name,
        figure=_figure(getattr(standing.summary.groups[ALL], measure)),
        frame_ms=round(standing.summary.frame_ms, 2),
    )


def _figure(value: Interval) -> Figure:
    return Figure(mean=_short(value.mean), low=_short(value.low), high=_short(value.high))


def _short(value: float) -> float:
    return round(float(value), DIGITS)

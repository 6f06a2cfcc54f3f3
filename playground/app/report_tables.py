"""The numbers of an evaluation as Markdown tables and as JSON."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from playground.app.markdown import cell, table_lines
from playground.evaluate.bootstrap import Interval
from playground.evaluate.protocol import Protocol, find_protocol
from playground.evaluate.results import Results
from playground.evaluate.score import SequenceScore
from playground.evaluate.standing import Standing, standings
from playground.evaluate.summary import ALL
from playground.evaluate.tables import TITLES

CURVES = ("success", "near", "near_normalised")


def markdown_lines(sets: Iterable[Results]) -> Iterator[str]:
    """For every data set a table of its trackers, best first, and one of the headline measure by group."""
    for results in sets:
        rules = find_protocol(results.data.protocol)
        found = standings(results, rules)
        yield f"## {cell(results.name)}"
        yield ""
        yield f"{len(results.sequences)} sequences, rules of {results.data.protocol}."
        yield ""
        yield from table_lines(
            [
                "tracker",
                *(TITLES[measure] for measure in rules.measures),
                "95 % interval",
                "sequences",
                "ms/frame",
                "p95",
            ],
            [[cell(one.name), *_measures(one, rules), *_speed(one)] for one in found],
        )
        yield ""
        groups = sorted({group for one in found for group in one.summary.groups} - {ALL})
        if groups:
            yield from table_lines(
                [TITLES[rules.measures[0]], *(cell(one.name) for one in found)],
                [[cell(group), *(_in_group(one, group, rules) for one in found)] for group in groups],
            )
            yield ""


def to_json(sets: Iterable[Results]) -> str:
    """All numbers by data set and tracker: means with intervals by group, speed, failures and every sequence.

    A number that there is none of is null.
    """
    return json.dumps({results.name: _as_values(results) for results in sets}, indent=2)


def shown(interval: Interval) -> str:
    """The borders of an interval."""
    return f"{interval.low:.3f} to {interval.high:.3f}"


def _measures(one: Standing, rules: Protocol) -> list[str]:
    means = one.means
    if means is None:
        return ["withheld", *[""] * len(rules.measures), str(len(one.tracks))]
    values: list[Interval] = [getattr(means, measure) for measure in rules.measures]
    return [*(f"{value.mean:.3f}" for value in values), shown(values[0]), str(means.sequences)]


def _speed(one: Standing) -> list[str]:
    return [f"{one.summary.frame_ms:.1f}", f"{one.summary.frame_ms_p95:.1f}"]


def _in_group(one: Standing, group: str, rules: Protocol) -> str:
    means = one.summary.groups.get(group)
    return "" if means is None else f"{getattr(means, rules.measures[0]).mean:.3f}"


def _as_values(results: Results) -> dict[str, Any]:
    rules = find_protocol(results.data.protocol)
    return {
        "location": results.data.location,
        "protocol": results.data.protocol,
        "measures": list(rules.measures),
        "sequences": [sequence.name for sequence in results.sequences],
        "trackers": {one.name: _standing_values(one) for one in standings(results, rules)},
    }


def _standing_values(one: Standing) -> dict[str, Any]:
    values = asdict(one.record) | asdict(one.summary) | {"missing": list(one.missing)}
    values["scores"] = {score.name: _score_values(score) for score in one.scores}
    cleaned: dict[str, Any] = _without_nan(values)
    return cleaned


def _score_values(score: SequenceScore) -> dict[str, Any]:
    values = asdict(score)
    return {name: value for name, value in values.items() if name not in (*CURVES, "name")}


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

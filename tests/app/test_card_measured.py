"""Figures of a card: those of exactly these weights, complete, and the same as the summary's."""

import json

import pytest
from small_results import BAD_NAME, write_results

from playground.app.card_measured import measured_of
from playground.evaluate.protocol import PLAIN
from playground.evaluate.results import read_results
from playground.evaluate.standing import standings

WEIGHTS = "0123456789abcdef"


def claim(results, tracker: str) -> None:
    """Say that the results of ``tracker`` were made with `WEIGHTS`."""
    path = next(folder for folder in results.glob("*/*") if folder.name == tracker) / "tracker.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"weights": WEIGHTS}))


def test_the_figures_are_those_of_the_summary(tmp_path):
    results = write_results(tmp_path)
    claim(results, BAD_NAME)
    (found,) = measured_of(results, WEIGHTS)
    one = next(iter(read_results(results).values()))
    good, bad = standings(one, PLAIN)
    assert (found.data, found.protocol, found.sequences) == ("otb-data", "plain", 3)
    assert list(found.measures) == ["auc", "precision", "normalised"]
    assert found.measures["auc"].mean == pytest.approx(bad.means.auc.mean, abs=5e-7)
    assert found.measures["auc"].low == pytest.approx(bad.means.auc.low, abs=5e-7)
    assert found.frames == sum(score.judged for score in bad.scores) and found.frame_ms == 50.0
    assert {group.name for group in found.groups} == {"blur", "fast", "small"} & set(bad.summary.groups)
    (other,) = found.others
    assert (other.name, other.frame_ms) == ("good", 5.0)
    assert other.figure.mean == pytest.approx(good.means.auc.mean, abs=5e-7)
    by_value = sorted(bad.scores, key=lambda score: score.auc)
    assert [failure.value for failure in found.worst] == pytest.approx([score.auc for score in by_value], abs=5e-7)
    assert found.machine == "a machine"


def test_results_of_other_weights_are_nobodys_figures(tmp_path):
    results = write_results(tmp_path)
    with pytest.raises(ValueError, match=r"^results: .* has nothing measured with exactly these weights and settings"):
        measured_of(results, WEIGHTS)


def test_half_an_evaluation_is_no_figure(tmp_path):
    results = write_results(tmp_path, skip=("hard",))
    claim(results, BAD_NAME)
    with pytest.raises(ValueError, match=r"^results: .* has not finished 1 sequences of otb-data, first hard"):
        measured_of(results, WEIGHTS)


def test_trackers_that_have_not_finished_are_not_compared_with(tmp_path):
    results = write_results(tmp_path, skip=("hard",))
    claim(results, "good")
    assert measured_of(results, WEIGHTS)[0].others == ()

"""Who stands where: the order, what is missing, and curves whose means are the table's numbers."""

import numpy as np
import pytest
from small_results import BAD_NAME, write_results

from playground.evaluate.protocol import PROTOCOLS
from playground.evaluate.results import read_results
from playground.evaluate.standing import headline, mean_curve, standings


@pytest.mark.parametrize("rules", ["plain", "otb"])
def test_the_best_comes_first_and_the_curves_belong_to_the_numbers(tmp_path, rules):
    (results,) = read_results(write_results(tmp_path)).values()
    rules = PROTOCOLS[rules]
    found = standings(results, rules)
    assert [one.name for one in found] == ["good", BAD_NAME]
    for one in found:
        assert mean_curve(one, "success", rules).mean() == pytest.approx(one.means.auc.mean)
        assert mean_curve(one, "near", rules)[20] == pytest.approx(one.means.precision.mean)
        assert mean_curve(one, "near_normalised", rules)[20] == pytest.approx(one.means.normalised.mean)
        assert headline(one, rules) == one.means.auc.mean and one.missing == ()


def test_frames_weigh_the_same_where_the_rules_say_so(tmp_path):
    (results,) = read_results(write_results(tmp_path)).values()
    good = standings(results, PROTOCOLS["plain"])[0]
    by_frame = np.average(
        [score.success for score in good.scores], axis=0, weights=[score.judged for score in good.scores]
    )
    assert len({score.judged for score in good.scores}) > 1
    assert mean_curve(good, "success", PROTOCOLS["got10k"]) == pytest.approx(by_frame)


def test_what_is_not_finished_is_named(tmp_path):
    (results,) = read_results(write_results(tmp_path, skip=("hard",))).values()
    good, bad = standings(results, PROTOCOLS["plain"])
    assert good.missing == () and bad.missing == ("hard",)
    assert (good.means.sequences, bad.means.sequences) == (3, 2)

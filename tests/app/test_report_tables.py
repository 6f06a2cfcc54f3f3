"""The tables say the numbers of the summary, as Markdown and as JSON."""

import json

import pytest
from small_results import BAD_NAME, write_results

from playground.app.report_tables import markdown_lines, to_json
from playground.evaluate.protocol import PROTOCOLS
from playground.evaluate.results import read_results
from playground.evaluate.standing import standings


@pytest.fixture
def results(tmp_path):
    return next(iter(read_results(write_results(tmp_path, skip=("hard",))).values()))


def test_markdown_has_the_trackers_in_order_and_their_groups(results):
    lines = list(markdown_lines([results]))
    good, bad = standings(results, PROTOCOLS["plain"])
    assert lines[0] == "## otb-data" and "3 sequences, rules of plain." in lines
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")]
    head, first, second, groups, *by_group = rows
    assert head == ["tracker", "AUC", "P@20", "PN@0.2", "95 % interval", "sequences", "ms/frame", "p95"]
    assert first[:2] == ["good", f"{good.means.auc.mean:.3f}"] and first[5:] == ["3", "5.0", "5.0"]
    assert second[0] == r"\<b\>bad&" and second[5:] == ["2", "50.0", "50.0"]
    assert groups == ["AUC", "good", r"\<b\>bad&"]
    # The tracker that has not finished the only sequence of a group has no number there.
    assert by_group[0] == ["blur", f"{good.summary.groups['blur'].auc.mean:.3f}", ""]
    assert by_group[1][2] == f"{bad.summary.groups['small'].auc.mean:.3f}"


def test_json_holds_everything_and_no_nan(results):
    told = json.loads(to_json([results]), parse_constant=pytest.fail)["otb-data"]
    good = standings(results, PROTOCOLS["plain"])[0]
    assert list(told["trackers"]) == ["good", BAD_NAME] and told["sequences"] == ["easy", "<i>odd&", "hard"]
    values = told["trackers"]["good"]
    assert values["groups"]["all"]["auc"] == {
        "mean": pytest.approx(good.means.auc.mean),
        "low": pytest.approx(good.means.auc.low),
        "high": pytest.approx(good.means.auc.high),
    }
    assert values["time_to_loss"] is None and values["frame_ms"] == pytest.approx(5.0)
    assert values["scores"]["hard"]["auc"] == pytest.approx(good.scores[2].auc)
    assert values["machine"] == "a machine" and told["trackers"][BAD_NAME]["missing"] == ["hard"]

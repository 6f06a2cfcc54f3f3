"""What stands in the section of a data set: its numbers, who is best, and what there is not."""

import re
from dataclasses import replace

import numpy as np
import pytest
from small_results import BAD_NAME, write_results

from playground.app.report_section import anchor, section
from playground.evaluate.protocol import PROTOCOLS
from playground.evaluate.results import Results, read_results
from playground.evaluate.standing import standings
from playground.visualise.looks import looks

NAMES = ["good", BAD_NAME]


@pytest.fixture
def results(tmp_path) -> Results:
    return next(iter(read_results(write_results(tmp_path, skip=("hard",))).values()))


def _section(results: Results) -> str:
    return section(results, standings(results, PROTOCOLS[results.data.protocol]), looks(NAMES), strips=0)


def _rows(html: str) -> list[list[str]]:
    table = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr")[1:]]


def test_the_table_has_the_numbers_and_marks_the_best(results):
    html = _section(results)
    good, bad = standings(results, PROTOCOLS["plain"])
    first, second = _rows(html)
    assert first[0].endswith("good") and second[0].endswith("&lt;b&gt;bad&amp;")
    assert first[1] == f"<b>{good.means.auc.mean:.3f}</b>" and second[1] == f"{bad.means.auc.mean:.3f}"
    assert first[5:] == ["5.0", "5.0", "0", "0"] and second[5:7] == ["50.0", "50.0"]
    assert html.count('class="plot"') == 5 and "blur (1)" in html and "small (3)" in html
    assert BAD_NAME not in html


def test_what_is_missing_and_where_it_ran_is_told(results):
    html = _section(results)
    assert "&lt;b&gt;bad&amp; has not finished 1 sequence, first hard; its means are over the others." in html
    assert "good has not finished" not in html and "Run on a machine, cpu, 1 thread." in html
    elsewhere = replace(results.trackers["good"], machine="another <machine>", threads=2, jobs=3)
    told = _section(replace(results, trackers=results.trackers | {"good": elsewhere}))
    assert "good: another &lt;machine&gt;, cpu, 2 threads, 3 processes at a time." in told


def test_withheld_boxes_leave_speed_alone(results):
    def withheld(track):
        boxes = np.where(np.arange(len(track.boxes))[:, None] == 0, track.sequence.boxes, np.nan)
        return replace(track, sequence=replace(track.sequence, boxes=boxes))

    tracks = {name: tuple(map(withheld, tracks)) for name, tracks in results.tracks.items()}
    html = _section(replace(results, tracks=tracks))
    rows = _rows(html)
    assert all(row[1] == "withheld" and row[2] == "" for row in rows) and {row[5] for row in rows} == {"5.0", "50.0"}
    assert 'class="plot"' not in html


def test_an_anchor_is_an_attribute(results):
    assert anchor(replace(results, name='a"b')) == "data-a&quot;b"

"""Strips and pictures: which sequences, which frames, whose boxes, and what is said where there are no frames."""

import base64
import json
import re
from dataclasses import replace

import cv2
import numpy as np
import pytest
from small_results import ABSENT, BAD_NAME, FRAMES, SEQUENCES, write_results

from playground.app.report_strips import strip_sections
from playground.evaluate.protocol import PROTOCOLS
from playground.evaluate.results import read_results
from playground.evaluate.standing import standings
from playground.video.write import write_video
from playground.visualise.looks import looks

PLAIN = PROTOCOLS["plain"]


@pytest.fixture
def results(tmp_path):
    return next(iter(read_results(write_results(tmp_path)).values()))


def _strips(results, most: int = 9) -> list[str]:
    found = standings(results, PLAIN)
    html = "".join(strip_sections(results.sequences, found, PLAIN, looks(one.name for one in found), most))
    return html.split('<article class="strip">')[1:]


def _heatmaps(strip: str) -> list[list[float | None]]:
    figure = json.loads(re.search(r"<script[^>]*>(.*?)</script>", strip)[1])
    return [trace["z"][0] for trace in figure["data"]]


def _levels(strip: str) -> list[float]:
    """The mean grey of each picture."""
    data = re.findall(r"data:image/jpeg;base64,([^\"]+)", strip)
    return [cv2.imdecode(np.frombuffer(base64.b64decode(one), np.uint8), 0).mean() for one in data]


def test_iou_of_every_frame_with_a_gap_where_there_is_no_target(results):
    strips = _strips(results)
    assert len(strips) == 3
    easy = next(strip for strip in strips if "<h4>easy</h4>" in strip)
    good, bad = _heatmaps(easy)
    assert good[ABSENT] is bad[ABSENT] is None and good[0] == bad[0] == 1
    assert good[1] == pytest.approx(19 / 21, abs=1e-3) and bad[1] == pytest.approx(17 / 23, abs=1e-3) and bad[-1] == 0
    hard = next(strip for strip in strips if "<h4>hard</h4>" in strip)
    assert "12 frames, blur" in hard and any("<h4>&lt;i&gt;odd&amp;</h4>" in strip for strip in strips)


def test_pictures_are_frames_from_the_middles_of_equal_parts(results):
    strip = _strips(results)[0]
    numbers = [int(number) for number in re.findall(r"<figcaption>(\d+)</figcaption>", strip)]
    assert numbers == [1, 3, 5, 7, 9, 11]
    assert _levels(strip) == pytest.approx([10 * number for number in numbers], abs=3)
    assert strip.count('data-tracker="good"') == strip.count('data-tracker="&lt;b&gt;bad&amp;"') == 6


def test_frames_from_a_video_are_the_same_frames(results, tmp_path):
    video = tmp_path / "grey.mp4"
    write_video(video, (np.full((72, 96, 3), 20 * i, np.uint8) for i in range(FRAMES)), 30)
    moved = {s.name: replace(s, frames=video) for s in results.sequences}
    changed = replace(results, sequences=tuple(moved.values()))
    strip = _strips(changed)[0]
    assert _levels(strip) == pytest.approx([20, 60, 100, 140, 180, 220], abs=8)


def test_those_that_differ_most_come_first_and_no_more_than_asked(results):
    found = standings(results, PLAIN)
    spread = {name: abs(found[0].scores[i].auc - found[1].scores[i].auc) for i, name in enumerate(SEQUENCES)}
    names = [re.search("<h4>(.*?)</h4>", strip)[1] for strip in _strips(results)]
    assert [spread[name.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")] for name in names] == sorted(
        spread.values(), reverse=True
    )
    assert len(_strips(results, most=2)) == 2 and _strips(results, most=0) == []
    told = "".join(strip_sections(results.sequences, found, PLAIN, looks(["good", BAD_NAME]), 2))
    assert "2 of 3 sequences" in told


def test_without_the_frames_the_strips_stand_alone(results):
    for path in results.sequences[0].frames:
        path.unlink()
    strips = {re.search("<h4>(.*?)</h4>", strip)[1]: strip for strip in _strips(results)}
    assert "The frames are not at hand" in strips["easy"] and "<svg" not in strips["easy"]
    assert len(_heatmaps(strips["easy"])) == 2 and "<svg" in strips["hard"]

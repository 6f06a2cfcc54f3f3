"""The HTML of a job says the right numbers and lets nothing of a visitor's through unescaped."""

from html.parser import HTMLParser

import numpy as np

from playground.app.demo.stage import empty_html, progress_html, stages_html, summary_html
from playground.app.demo.steps import Finished, Followed, Progress
from playground.box import Box
from playground.events import TrackEvent


class _Text(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(text)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data)


def _followed(scores: list[float | None]) -> Followed:
    target = Followed()
    for i, score in enumerate(scores):
        target.add(
            TrackEvent(index=i, time_s=0, box=Box(0, 0, 1, 1), score=score, lost=score is not None and score < 0.3)
        )
    return target


def _finished(*targets: list[float | None], note: str = "") -> Finished:
    followed = [_followed(scores) for scores in targets]
    return Finished(
        files={}, targets=followed, fps=12.34, stages_ms={"locate": 6.0, "crop": 2.0}, lost_score=0.3, note=note
    )


def test_progress_names_frame_total_speed_and_time_left():
    text = progress_html(Progress(done=30, total=120, fps=9.0, image=np.zeros((8, 8, 3), np.uint8)))
    assert _Text(text).words == ["Frame 30 of 120 · 9.0 FPS · 10 s left"] and "width: 25.0%" in text
    text = progress_html(Progress(done=0, total=1200, fps=5.0, image=np.zeros((8, 8, 3), np.uint8)), "<a>")
    assert _Text(text).words == ["<a>: frame 0 of 1200 · 5.0 FPS · 4.0 min left"]


def test_the_summary_counts_frames_speed_scores_and_lost_spans():
    words = _Text(summary_html(_finished([None, 0.9, 0.1, 0.2, 0.8, 0.0]), "m", "cpu")).words
    assert words[0:8:2] == ["6", "12.3", "0.40", "3"] and words[7] == "frames lost: 2–3, 5"
    assert words[-1] == "m on the CPU"
    assert _Text(summary_html(_finished([None]), "m", "cpu")).words[4:8] == ["–", "mean score", "0", "frames lost"]


def test_several_targets_have_a_line_each():
    words = _Text(summary_html(_finished([None, 0.9], [None, 0.1]), "m", "gpu")).words
    at = words.index("target 1")
    assert words[4:6] == ["2", "targets"]
    assert words[at : at + 6] == [
        "target 1", "mean score 0.90", "0 frames lost", "target 2", "mean score 0.10", "1 frames lost: 1"
    ]  # fmt: skip


def test_stages_share_the_bar_in_the_order_of_a_frame():
    text = stages_html({"locate": 6.0, "crop": 2.0, "update": 0.001})
    assert text.index("width: 25.00%") < text.index("width: 75.00%")
    assert _Text(text).words == ["8.0 ms a frame:", "crop 2.00", "network 6.00"]
    assert _Text(stages_html({})).words == ["0.0 ms a frame:"]


def test_an_invitation_says_what_it_is_given():
    assert _Text(empty_html("Here", "press <b>it</b>")).words == ["Here", "press ", "it"]


def test_what_a_visitor_typed_is_only_text():
    text = summary_html(_finished([None], note="<script>1</script>"), '"><img src=x>', "cpu")
    assert "<script>" not in text and "<img" not in text
    assert "<script>1</script>" in _Text(text).words

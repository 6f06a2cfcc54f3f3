"""The HTML of the right side says the right numbers and lets nothing of a visitor's through unescaped."""

from html.parser import HTMLParser
from pathlib import Path

import numpy as np

from playground.app.job import Finished, Progress
from playground.app.stage import progress_html, summary_html
from playground.app.track_command import Summary
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


def _finished(scores: list[float | None], note: str = "") -> Finished:
    events = [
        TrackEvent(index=i, time_s=0, box=Box(0, 0, 1, 1), score=s, lost=s is not None and s < 0.3)
        for i, s in enumerate(scores)
    ]
    summary = Summary()
    for event in events:
        summary.add(event)
    return Finished(video=Path("v.mp4"), boxes={}, events=events, summary=summary, fps=12.34, note=note)


def test_progress_names_frame_total_and_speed():
    text = progress_html(Progress(done=30, total=120, fps=9.87, image=np.zeros((8, 8, 3), np.uint8)))
    assert _Text(text).words == ["Frame 30 of 120 · 9.9 FPS"] and "width: 25.0%" in text


def test_the_summary_counts_frames_speed_scores_and_lost_spans():
    words = _Text(summary_html(_finished([None, 0.9, 0.1, 0.2, 0.8, 0.0]), "m")).words
    assert words[0::2] == ["6", "12.3", "0.40", "3"] and words[7] == "frames lost: 2–3, 5"
    assert _Text(summary_html(_finished([None]), "m")).words[4:] == ["–", "mean score", "0", "frames lost"]


def test_what_a_visitor_typed_is_only_text():
    text = summary_html(_finished([None], note="<script>1</script>"), '"><img src=x>')
    assert "<script>" not in text and "<img" not in text
    assert _Text(text).words[-1] == "<script>1</script>"

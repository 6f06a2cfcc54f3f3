"""The words hold every number of the event, and only those."""

import re

import pytest

from playground.app.event_words import clock, event_line, numbers, standing
from playground.events import TrainEvent

EVENT = TrainEvent(
    step=50,
    steps=2000,
    losses={"total": 12.6912, "l1": 0.148568, "student_iou": 0.1126, "teacher_iou": 0.702, "grad_norm": 3.5},
    lr=0.000166,
    samples_s=3400.4,
    data_wait=0.034,
    eta_s=100_000,
    checked={"auc": 0.5123},
)


def test_a_line_holds_all_numbers_of_an_event():
    line = event_line(EVENT)
    found = [float(number.replace(",", "")) for number in re.findall(r"(?<![\w:.])\d[\d.,]*(?:e-\d+)?(?![\d:])", line)]
    expected = [50, 2000, 12.69, 0.1486, 3.5, 0.1126, 0.702, 3400, 3, 1.66e-4, 0.5123]
    assert [number for number in found if number != 27] == pytest.approx(expected, rel=1e-6)
    assert "27:46:40 left" in line and line.isprintable()
    assert "student 0.1126" in line and "teacher 0.702" in line and "data wait 3%" in line


def test_headings_without_numbers_are_left_out():
    plain = TrainEvent(step=7, steps=9, losses={"other": 2.0}, lr=0.1, samples_s=3.25)
    assert list(numbers(plain)) == ["loss", "speed"]
    assert numbers(plain)["loss"] == "other 2" and numbers(plain)["speed"].startswith("3.2 samples/s")


def test_where_a_run_stands():
    values = {"losses": {}, "lr": 0.1, "samples_s": 1.0, "eta_s": 61.0}
    assert standing(TrainEvent(step=5, steps=9, **values)) == "0:01:01 left"
    assert standing(TrainEvent(step=9, steps=9, **values)) == "done"
    assert standing(TrainEvent(step=5, steps=9, stopped=True, **values)) == "stopped"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00:00"), (59.6, "0:01:00"), (3599, "0:59:59"), (36e3, "10:00:00")]
)
def test_the_clock(seconds, words):
    assert clock(seconds) == words

"""Every exercise takes its right answer, and says what is off with the wrong ones that people give."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from playground.lesson.answers import EXERCISES
from playground.lesson.exercise import check

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def _edges(rows):
    return rows @ (np.arange(rows.shape[1]) / rows.shape[1])


def _iou(a, b):
    wide, high = max(0, min(a[2], b[2]) - max(a[0], b[0])), max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return wide * high / (area - wide * high)


def _kl(teacher, student):
    return float((teacher * np.log(np.where(teacher > 0, teacher, 1) / student)).sum(axis=1).mean())


def _rate(epoch, epochs):
    return 0.5 * (1 + math.cos(math.pi * min(epoch + 1, epochs) / epochs))


def _int8(weights):
    scale = np.abs(weights).max() / 127
    return np.round(weights / scale).astype(np.int8), scale


RIGHT = {
    "box from edges": _edges,
    "search side": 222,
    "iou": _iou,
    "marginals": lambda heat: (heat.sum(axis=0), heat.sum(axis=1)),
    "tokens": 298,
    "kl": _kl,
    "uniform": math.log(32),
    "remove rate": _rate,
    "old numbers": [1, 2, 4, 5, 7, 8, 10, 11],
    "int8": _int8,
    "bytes": 2.0,
}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_right_answer(exercise):
    verdict = check(exercise, RIGHT[exercise])
    assert verdict.right, verdict.words
    assert verdict.words == EXERCISES[exercise].right


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        ("box from edges", lambda rows: rows.argmax(1) / rows.shape[1], "That is the peak"),
        ("box from edges", lambda rows: rows @ np.arange(rows.shape[1]), "mean bin"),
        ("box from edges", lambda rows: rows @ np.arange(1, rows.shape[1] + 1) / rows.shape[1], "says 0.400"),
        ("box from edges", lambda rows: 0.3, "four numbers"),
        ("box from edges", lambda rows: np.full(4, 0.3), "off for random"),
        ("search side", 221.7, "rounded up"),
        ("search side", 256, "square root"),
        ("iou", lambda a, b: 1.0 if a == b else 0.0, "overlap by a third"),
        ("iou", lambda a, b: _iou(a, b) or -1.0, "side by side"),
        ("marginals", lambda heat: (heat.sum(1), heat.sum(0)), "swapped"),
        ("marginals", lambda heat: (heat[0], heat[:, 0]), "summed over y"),
        ("marginals", lambda heat: (heat.sum(0), heat[:, 0]), "x is right"),
        ("marginals", lambda heat: (heat, heat), "two rows"),
        ("tokens", 294, "prediction tokens are tokens"),
        ("tokens", 249, "two templates"),
        ("tokens", 245, "two templates, and"),
        ("tokens", 1, "patches"),
        ("kl", lambda t, s: _kl(s, t), "other direction"),
        ("kl", lambda t, s: 4 * _kl(t, s), "mean over the four"),
        ("kl", lambda t, s: 1.0, "random pair"),
        ("kl", lambda t, s: float((t * (np.log(t) - np.log(s))).sum(1).mean()), "not finite"),
        ("uniform", 5.0, "in bits"),
        ("uniform", 1.0, "1 / 32"),
        ("uniform", "a", "one number"),
        ("remove rate", lambda e, m: 1 - e / m, "straight line"),
        ("remove rate", lambda e, m: 0.5 * (1 + math.cos(math.pi * e / m)), "In epoch"),
        ("old numbers", [0, 3, 6, 9], "has 4"),
        ("old numbers", [0, 1, 2, 4, 5, 7, 8, 10], "Leave out"),
        ("old numbers", 8, "Give a list"),
        ("int8", lambda w: (w.round().astype(np.int8), 1.0), "largest number is 0"),
        ("int8", lambda w: (w, 1.0), "type int8"),
        ("int8", lambda w: ((w / np.abs(w).max() * 127).astype(np.int8), np.abs(w).max() / 127), "off by"),
        ("bytes", 4, "four bytes"),
        ("bytes", 1, "megabytes"),
        ("bytes", "2", "one number"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_wrong_answers_are_told_what_is_off(exercise, answer, words):
    verdict = check(exercise, answer)
    assert not verdict.right and words in verdict.words, verdict.words


def _solutions():
    """Each exercise with the solution that its notebook hides: the next one after it is asked."""
    for path in sorted(NOTEBOOKS.glob("[0-9]*.py")):
        parts = re.split(r'check\("([^"]+)", (\w+)\)', path.read_text(encoding="utf-8"))
        for name, variable, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            code = after.split("# ```python\n")[1].split("# ```")[0]
            yield pytest.param(name, variable, re.sub(r"^# ?", "", code, flags=re.MULTILINE), id=name)


@pytest.mark.parametrize(("exercise", "variable", "code"), list(_solutions()))
def test_the_hidden_solutions_are_right(exercise, variable, code):
    names = {"np": np, "math": math}
    exec(code, names)
    verdict = check(exercise, names[variable])
    assert verdict.right, verdict.words


def test_every_exercise_is_asked_once():
    assert sorted(value.values[0] for value in _solutions()) == sorted(EXERCISES)

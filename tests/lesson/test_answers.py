"""Every exercise takes its right answer, and says what is off with the wrong ones that people give."""

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_training import tiny

from playground.box import Box, boxes_to_array, iou
from playground.hub import load_tracker_config, resolve
from playground.lesson.answers import EXERCISES
from playground.lesson.exercise import check
from playground.visualise import live
from playground.visualise.inside import edges_figure, study_layers

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
    "search side": 158,  # 2.85 times 55.43
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
ABOUT = {"first box": "middle", "cheapest layer": "study", "warm view": "middle"}


@pytest.fixture(scope="module")
def made(students, crops):
    """What the notebooks have made by the time they ask."""
    model = tiny().eval()
    study = study_layers(model, crops, 1)
    rules = load_tracker_config(resolve("mini-small"))
    return {"middle": students[10], "model": model, "known": crops, "study": study, "rules": rules, "live": live}


def _right(exercise, made):
    """The right answer, found in another way than the judge's."""
    if exercise == "first box":
        boxes = boxes_to_array([Box(x, y, x2 - x, y2 - y) for x, y, x2, y2 in made["middle"].boxes.tolist()])
        return int(np.argmax(iou(boxes, boxes[-1:].repeat(len(boxes), 0)) >= 0.5))
    if exercise == "cheapest layer":
        return int(np.argmax(made["study"].without))
    if exercise == "warm view":
        return _warm(made["middle"])
    return RIGHT[exercise]


def _warm(inside, name="temperature", values=(0.5, 1, 2), layer=None):
    control = live.Control(title="t", values={str(value): value for value in values}, start=values[0])
    return live.Live(
        name="mine",
        draw=lambda **chosen: edges_figure(inside, layer=layer, temperature=chosen[name]),
        controls={name: control},
    )


def _about(exercise, made):
    return (made[ABOUT[exercise]],) if exercise in ABOUT else ()


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_right_answer(exercise, made):
    verdict = check(exercise, _right(exercise, made), *_about(exercise, made))
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
        ("search side", 157.97, "rounded up"),
        ("search side", 222, "2.85 times"),
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


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        ("first box", -1, "counted from 0"),
        ("first box", 99, "counted from 0"),
        ("first box", "1", "yours is '1'"),
        ("cheapest layer", 99, "counted from 0"),
        ("warm view", 3, "is a int"),
        ("warm view", live.Live(name="mine", draw=lambda: None), "yours has none"),
    ],
)
def test_wrong_answers_about_what_the_notebook_made(exercise, answer, words, made):
    verdict = check(exercise, answer, *_about(exercise, made))
    assert not verdict.right and words in verdict.words, verdict.words


def test_a_layer_that_is_too_early_too_late_or_too_dear(made):
    boxes = np.array([[0, 0, 1, 1], [0, 0, 4, 4], [0, 0, 5, 5]], np.float32)
    whole = made["middle"]
    three = {name: getattr(whole, name)[[0, 0, -1]] for name in ("attention", "template_attention", "edges")}
    inside = replace(whole, boxes=boxes, **three)
    assert "After layer 0 the IoU with the final answer is 0.04" in check("first box", 0, inside).words
    assert check("first box", 1, inside).right
    assert "an earlier layer reaches 0.5 too" in check("first box", 2, inside).words
    study = replace(made["study"], without=(0.2, 0.8, 0.8))
    assert [check("cheapest layer", layer, study).right for layer in range(3)] == [False, True, True]
    assert "Without layer 0 the IoU is 0.20; without another it is 0.80." in check("cheapest layer", 0, study).words


def test_a_view_that_draws_something_else(made):
    inside = made["middle"]
    said = [
        check("warm view", view, inside).words
        for view in (_warm(inside, "warmth"), _warm(inside, values=(1, 2)), _warm(inside, layer=0))
    ]
    assert "yours has warmth" in said[0] and "yours offers 1, 2" in said[1] and "At 0.5 it draws something" in said[2]


def _solutions():
    """Each exercise with the solution that its notebook hides: the next one after it is asked."""
    for path in sorted(NOTEBOOKS.glob("[0-9]*.py")):
        parts = re.split(r'check\("([^"]+)", (\w+)(?:, (\w+))?\)', path.read_text(encoding="utf-8"))
        for name, variable, about, after in zip(*(parts[i::4] for i in range(1, 5)), strict=True):
            assert about == ABOUT.get(name)
            code = after.split("# ```python\n")[1].split("# ```")[0]
            yield pytest.param(name, variable, re.sub(r"^# ?", "", code, flags=re.MULTILINE), id=name)


@pytest.mark.parametrize(("exercise", "variable", "code"), list(_solutions()))
def test_the_hidden_solutions_are_right(exercise, variable, code, made):
    names = {"np": np, "math": math} | made
    exec(code, names)
    verdict = check(exercise, names[variable], *_about(exercise, made))
    assert verdict.right, verdict.words


def test_every_exercise_is_asked_once():
    assert sorted(value.values[0] for value in _solutions()) == sorted(EXERCISES)

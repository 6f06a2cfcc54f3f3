"""The exercises of the notebooks: who judges an answer, and what there is to say when it is right."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.hub import load_tracker_config, resolve
from playground.lesson.inside_answers import cheapest_layer, first_box, warm_view
from playground.model.prune import remove_rate

TRACKER = "mini-small"  # whose search region is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """``judge`` takes an answer, and what the question was about where it was about something that the notebook made;
    it says what is off with it, or nothing. ``right`` is said of a right one."""

    judge: Callable[..., str]
    right: str


def _box_from_edges(answer: Any) -> str:
    two_peaks = np.zeros((4, 10))
    two_peaks[:, 2], two_peaks[:, 6] = 0.75, 0.25
    got = np.asarray(answer(two_peaks), float)
    if got.shape != (4,):
        return f"Give four numbers, one an edge; yours has the shape {got.shape}."
    if np.allclose(got, 0.2):
        return "That is the peak. With 3/4 of the mass on bin 2 and 1/4 on bin 6 of 10, the mean is bin 3, so 0.3."
    if np.allclose(got, 3):
        return "That is the mean bin; divide by the number of bins to get a fraction of the search region."
    if not np.allclose(got, 0.3):
        return f"With 3/4 of the mass on bin 2 and 1/4 on bin 6 of 10, the mean is 0.3; yours says {got[0]:.3f}."
    rows = np.random.default_rng(0).dirichlet(np.ones(16), 4)
    places = [sum(i / 16 * p for i, p in enumerate(row)) for row in rows]
    return "" if np.allclose(answer(rows), places) else "It is right for one case, and off for random distributions."


def _search_side(answer: Any) -> str:
    factor = load_tracker_config(resolve(TRACKER)).crop.search_factor
    right = math.ceil(math.sqrt(64 * 48) * factor)
    if answer == right:
        return ""
    if isinstance(answer, int | float) and abs(answer - right) < 1:
        return f"Nearly: sides are rounded up to whole pixels; yours is {answer}."
    return f"Take the square root of width times height, {factor:g} times that, and round up; yours is {answer}."


def _iou(answer: Any) -> str:
    cases = {
        "the same box twice": ((0, 0, 4, 2), (0, 0, 4, 2), 1.0),
        "two halves that overlap by a third": ((0, 0, 2, 1), (1, 0, 3, 1), 1 / 3),
        "one box within another": ((0, 0, 4, 4), (1, 1, 3, 3), 0.25),
        "two boxes side by side": ((0, 0, 1, 1), (1, 0, 2, 1), 0.0),
        "two boxes apart in x and in y": ((0, 0, 1, 1), (2, 2, 3, 3), 0.0),
    }
    for words, (a, b, right) in cases.items():
        got = float(answer(a, b))
        if not math.isclose(got, right, abs_tol=1e-6):
            return f"For {words}, {a} and {b}, it is {right:.2f}; yours says {got:.2f}."
    return ""


def _marginals(answer: Any) -> str:
    heat = np.random.default_rng(1).dirichlet(np.ones(6 * 6)).reshape(6, 6)
    across, along = (np.asarray(part, float) for part in answer(heat))
    if across.shape != (6,) or along.shape != (6,):
        return f"For a map of 6 x 6 give two rows of 6 numbers; got the shapes {across.shape} and {along.shape}."
    in_x = np.array([sum(heat[y, x] for y in range(6)) for x in range(6)])
    in_y = np.array([sum(heat[y, x] for x in range(6)) for y in range(6)])
    if np.allclose(across, in_y) and np.allclose(along, in_x):
        return "The two are swapped: rows of the map are y, so the sum over rows is what is left for x."
    if not np.allclose(across, in_x):
        return f"The first one should sum to 1 and be the map summed over y; yours sums to {across.sum():.2f}."
    return "" if np.allclose(along, in_y) else "x is right; for y, sum over the columns."


def _tokens(answer: Any) -> str:
    right = 2 * (112 // 16) ** 2 + (224 // 16) ** 2 + 4
    if answer == right:
        return ""
    near = {
        right - 4: "Nearly: the four prediction tokens are tokens too.",
        right - 49: "Nearly: there are two templates, the first and the online one.",
        right - 53: "There are two templates, and the four prediction tokens.",
    }
    return near.get(answer, f"A picture of n pixels a side has (n / 16) x (n / 16) patches; yours is {answer}.")


def _kl(answer: Any) -> str:
    rng = np.random.default_rng(2)
    teacher, student = rng.dirichlet(np.ones(8), 4), rng.dirichlet(np.ones(8), 4)
    right = sum(
        t * math.log(t / s)
        for row, other in zip(teacher, student, strict=True)
        for t, s in zip(row, other, strict=True)
    )
    back = sum(
        s * math.log(s / t)
        for row, other in zip(teacher, student, strict=True)
        for t, s in zip(row, other, strict=True)
    )
    got = float(answer(teacher, student))
    if math.isclose(got, back / 4, rel_tol=1e-6):
        return "That is the other direction: weigh the logarithm by what the teacher believes."
    if math.isclose(got, right, rel_tol=1e-6):
        return "Right for the sum over all bins of all edges; take the mean over the four edges."
    if not math.isclose(got, right / 4, rel_tol=1e-6):
        return f"For a random pair it should be {right / 4:.4f}; yours says {got:.4f}."
    certain = np.eye(8)[[0, 2, 4, 6]]
    got = float(answer(certain, student))
    return "" if math.isfinite(got) else "It is not finite where the teacher gives a bin 0: such a bin adds 0."


def _uniform(answer: Any) -> str:
    if not isinstance(answer, int | float):
        return f"Give one number; got {answer!r}."
    if math.isclose(answer, math.log(32), abs_tol=0.01):
        return ""
    if math.isclose(answer, math.log2(32), abs_tol=0.01):
        return "That is in bits; the loss is in nats, with the natural logarithm."
    return f"A certain teacher has one bin of 1, for which the student gives 1 / 32; yours is {answer}."


def _remove_rate(answer: Any) -> str:
    got = [float(answer(epoch, 40)) for epoch in range(1, 41)]
    right = [remove_rate(epoch, 40) for epoch in range(1, 41)]
    if np.allclose(got, right, atol=1e-6):
        return ""
    if np.allclose(np.diff(got), np.diff(got)[0], atol=1e-6):
        return "Yours falls along a straight line; the rate follows half a cosine."
    worst = int(np.argmax(np.abs(np.subtract(got, right))))
    return f"In epoch {worst + 1} of 40 the rate is {right[worst]:.3f}; yours says {got[worst]:.3f}."


def _old_numbers(answer: Any) -> str:
    try:
        got = list(answer)
    except TypeError:
        return f"Give a list of block numbers; got {answer!r}."
    if got == [1, 2, 4, 5, 7, 8, 10, 11]:
        return ""
    if len(got) != 8:
        return f"Eight blocks are left of twelve; yours has {len(got)}."
    return "Leave out 0, 3, 6 and 9, and keep the others in their order."


def _int8(answer: Any) -> str:
    weights = np.random.default_rng(3).normal(0, 0.1, 1000).astype(np.float32)
    whole, scale = answer(weights)
    whole = np.asarray(whole)
    if whole.dtype != np.int8:
        return f"The numbers must be of type int8; yours are {whole.dtype}."
    apart = float(np.abs(whole.astype(np.float32) * scale - weights).max())
    if apart > 0.51 * float(scale):
        return f"A weight is off by {apart / float(scale):.2f} steps; round to the nearest, and let none overflow."
    largest = int(np.abs(whole.astype(int)).max())
    return "" if largest >= 126 else f"The largest number is {largest}; use the whole range up to 127."


def _bytes(answer: Any) -> str:
    if not isinstance(answer, int | float):
        return f"Give one number; got {answer!r}."
    if math.isclose(answer, 2.0, rel_tol=0.01):
        return ""
    if math.isclose(answer, 4.0, rel_tol=0.01):
        return "That is float32, four bytes a weight; float16 takes two."
    return f"A million weights of two bytes each, in megabytes; yours is {answer}."


EXERCISES: dict[str, Exercise] = {
    "box from edges": Exercise(
        judge=_box_from_edges,
        right="The mean of a distribution, not its peak: this is how the head reads a box.",
    ),
    "search side": Exercise(
        judge=_search_side,
        right="What lies beyond the target on every side is how far it may move in one frame and still be in view.",
    ),
    "iou": Exercise(
        judge=_iou,
        right="Every figure in these notebooks that is called IoU is a mean of this.",
    ),
    "marginals": Exercise(
        judge=_marginals,
        right="One map holds two edges. The student never sees the map, only these four rows of numbers.",
    ),
    "tokens": Exercise(
        judge=_tokens,
        right="Every one of them is a vector that attention compares with the others.",
    ),
    "kl": Exercise(
        judge=_kl,
        right="What the teacher rules out costs nothing; what it believes in and the student does not costs much.",
    ),
    "uniform": Exercise(
        judge=_uniform,
        right="A student that knows nothing pays the logarithm of the number of bins.",
    ),
    "remove rate": Exercise(
        judge=_remove_rate,
        right="Slow at first, fast in the middle, slow at the end: the neighbours have time to take over.",
    ),
    "old numbers": Exercise(
        judge=_old_numbers,
        right="Blocks move up when others go; features are matched by these pairs.",
    ),
    "int8": Exercise(
        judge=_int8,
        right="One number for the scale, one byte for each weight, and no weight off by more than half a step.",
    ),
    "bytes": Exercise(
        judge=_bytes,
        right="That is what a reader of your model downloads.",
    ),
    "first box": Exercise(
        judge=first_box,
        right="The head was trained on what the last layer gives; the layers before were never asked for a box.",
    ),
    "cheapest layer": Exercise(
        judge=cheapest_layer,
        right="It has the tallest bar in the upper row below. Is its bar in the lower row the shortest?",
    ),
    "warm view": Exercise(
        judge=warm_view,
        right="A function that draws, and a control for each of its arguments: every view here is made so.",
    ),
}

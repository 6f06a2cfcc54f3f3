"""Exercises that answer back: what a reader wrote is right, or is not yet, and why, in words."""

from dataclasses import dataclass
from typing import Any

from playground.lesson.answers import EXERCISES
from playground.settings import require


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Verdict:
    """Whether an answer is ``right``, and what is to be said of it."""

    right: bool
    words: str

    def __repr__(self) -> str:
        return ("Right. " if self.right else "Not yet. ") + self.words

    def _repr_markdown_(self) -> str:
        return ("✅ **Right.** " if self.right else "✏️ **Not yet.** ") + self.words


def check(exercise: str, answer: Any, *about: Any) -> Verdict:
    """Judge an answer: a value, or a function that is tried on numbers of which the right result is known.

    ``about`` is what the question is about, where the notebook made it. An answer that fails, or that is None, is a
    verdict too, so that a notebook runs through. Raises ``ValueError`` naming ``exercise`` when there is none of that
    name.
    """
    require(exercise in EXERCISES, f"exercise: must be one of {', '.join(EXERCISES)}; got {exercise!r}.")
    if answer is None:
        return Verdict(right=False, words="Put your answer in its place, and run the cell again.")
    try:
        wrong = EXERCISES[exercise].judge(answer, *about)
    except Exception as error:  # whatever a reader's own function may raise
        return Verdict(right=False, words=f"It raised {type(error).__name__}: {error}")
    return Verdict(right=not wrong, words=wrong or EXERCISES[exercise].right)

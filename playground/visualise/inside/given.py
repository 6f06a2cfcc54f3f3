"""Numbers as a view is given them: whole ones, plain ones, several; what is none of these is told in one sentence."""

import operator
from collections.abc import Iterable
from numbers import Real
from typing import Any

from playground.settings import require


def as_whole(name: str, value: Any) -> int:
    """A whole number, NumPy's among them. Raises ``ValueError`` with ``name`` for anything else."""
    try:
        return operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: must be a whole number; got {value!r}.") from None


def as_number(name: str, value: Any) -> float:
    """A number, NumPy's among them. Raises ``ValueError`` with ``name`` for anything else."""
    require(isinstance(value, Real), f"{name}: must be a number; got {value!r}.")
    return float(value)


def as_several(name: str, values: Any) -> tuple[int, ...]:
    """Whole numbers in their order. Raises ``ValueError`` with ``name`` for a single one, or for anything else."""
    require(
        isinstance(values, Iterable) and not isinstance(values, str),
        f"{name}: give several numbers, such as [1, 2], or [1] for one; got {values!r}.",
    )
    return tuple(as_whole(name, value) for value in values)

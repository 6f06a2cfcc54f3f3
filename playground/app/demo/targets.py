"""The boxes that a visitor has drawn: one a target, one of them the active one that is being drawn or typed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from playground.app.demo.limits import MAX_TARGETS
from playground.box import Box


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """``boxes`` in frame pixels, None where none is drawn yet; ``active`` is the place of one of them."""

    boxes: tuple[Box | None, ...] = (None,)
    active: int = 0

    def numbers(self) -> list[float | None]:
        """x, y, w and h of the active box; four times None without one."""
        box = self.boxes[self.active]
        return [None] * 4 if box is None else list(box.as_tuple())

    def drawn(self) -> tuple[Box, ...]:
        """All boxes that there are. Raises ``ValueError`` naming ``box`` when there is none."""
        boxes = tuple(box for box in self.boxes if box is not None)
        return boxes or (read_box(None),)


def with_numbers(targets: Targets, numbers: Sequence[float | None]) -> Targets:
    """``targets`` with the active box as typed; four empty fields are no box.

    Raises ``ValueError`` naming ``box`` when some are empty, or not numbers.
    """
    box = None if all(value is None for value in numbers) else read_box(list(numbers))
    boxes = [*targets.boxes]
    boxes[targets.active] = box
    return replace(targets, boxes=tuple(boxes))


def read_targets(data: Any) -> Targets:
    """What the picker's script sends, ``boxes`` and ``active``; a browser may send anything.

    Raises ``ValueError`` naming ``box`` or ``targets``.
    """
    boxes, active = (data.get(name) if isinstance(data, dict) else None for name in ("boxes", "active"))
    if not isinstance(boxes, list) or not 1 <= len(boxes) <= MAX_TARGETS:
        raise ValueError(f"targets: draw 1 to {MAX_TARGETS} boxes.")
    if type(active) is not int or not 0 <= active < len(boxes):
        raise ValueError("targets: choose one of the boxes that are there.")
    return Targets(boxes=tuple(None if box is None else read_box(box) for box in boxes), active=active)


def read_box(values: Any) -> Box:
    """The box of four numbers from a browser, which may send anything.

    Raises ``ValueError`` naming ``box`` when it is not four finite numbers. Whether it lies in the frame is for
    `Box.check_start` to say.
    """
    numbers = list(values) if isinstance(values, list | tuple) else []
    right = [isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in numbers]
    if len(right) != 4 or not all(right):
        raise ValueError("box: drag a box around the target, or fill in x, y, width and height.")
    return Box(*(float(value) for value in numbers))

"""The figures around the place where a slider stands, drawn while nobody waits: its next move then needs no kernel."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from ipywidgets import SelectionSlider

from playground.visualise.live.canvas import Canvas
from playground.visualise.live.view import Live

PAUSE_S = 0.06  # a hand that moves on within this time is not kept waiting by figures that it may never see


Moved = Callable[[str, SelectionSlider | None], None]


def look_ahead(live: Live, drawn: Canvas, draw: Callable[..., str]) -> Moved:
    """A function to call once the control ``name`` has moved, with its slider, or None where it is of another kind.

    ``draw`` gives the canvas' text of ``live`` with some values changed. What is drawn goes to ``drawn.ahead``
    (`Canvas`), each figure once as long as the other controls stay. Outside a running event loop, such as a
    notebook's kernel has, nothing is drawn ahead.
    """
    waiting: list[asyncio.TimerHandle] = []
    sent: set[int] = set()  # where that slider need not be drawn again, as long as the others stay
    others: dict[str, Any] = {}

    def moved(name: str, slider: SelectionSlider | None) -> None:
        nonlocal others
        _cancel(waiting)
        rest = {other: value for other, value in live.chosen.items() if other != name}
        if slider is None or rest != others:
            others = rest
            sent.clear()
            drawn.ahead.value = ""
        if slider is not None and (loop := _loop()):
            values = list(live.controls[name].values.values())
            here = slider.index  # itself too: from its neighbours one comes back to it
            near = [at for at in (here + 1, here - 1, here) if 0 <= at < len(values) and at not in sent]
            for turn, at in enumerate(near, 1):  # one at a time, so that a move comes between
                waiting.append(loop.call_later(turn * PAUSE_S, one, name, slider, at, values[at]))

    def one(name: str, slider: SelectionSlider, at: int, value: Any) -> None:
        sent.add(at)
        drawn.ahead.value = json.dumps({"slider": slider.model_id, "figures": {at: draw(live, **{name: value})}})

    return moved


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _cancel(waiting: list[asyncio.TimerHandle]) -> None:
    for handle in waiting:
        handle.cancel()
    waiting.clear()

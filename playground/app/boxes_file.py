"""The boxes of a track as a file: CSV, JSON, or the plain text."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playground.events import TrackEvent
from playground.files import replacing, writing


class _Format(NamedTuple):
    head: Callable[[str], str]  # of the model's name
    entry: Callable[[TrackEvent], str]
    between: str
    tail: str


def _csv(event: TrackEvent) -> str:
    score = "" if event.score is None else f"{event.score:.4f}"
    return f"{event.index},{event.time_s:.4f},{_four(event)},{score},{int(event.lost)}\n"


def _otb(event: TrackEvent) -> str:
    return _four(event) + "\n"


def _four(event: TrackEvent) -> str:
    return ",".join(f"{value:.2f}" for value in event.box.as_tuple())


FORMATS = {
    ".csv": _Format(lambda model: "index,time_s,x,y,w,h,score,lost\n", _csv, "", ""),
    ".json": _Format(
        lambda model: f'{{"model": {json.dumps(model)}, "events": [\n', TrackEvent.to_json, ",\n", "\n]}\n"
    ),
    ".txt": _Format(lambda model: "", _otb, "", ""),
}


@contextmanager
def open_boxes(path: Path, model: str) -> Iterator[Callable[[TrackEvent], None]]:
    """Open ``path`` for the length of a ``with`` block that gets a function to write one event.

    ``.csv`` has the columns index, time_s, x, y, w, h, score (empty where there is none) and lost (0 or 1). ``.json``
    is an object with the name of the ``model`` and the list of ``events``, one a line, as `TrackEvent.from_json` reads
    them. ``.txt`` has ``x,y,w,h`` a line, as trackers' result files do. Boxes are in frame pixels, counted from 0.
    Every event is written as it comes; the file appears under its name at the end of the block, and after an error
    not at all.

    Raises ``ValueError`` naming ``boxes`` for another suffix or a folder that is not there.
    """
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"boxes: the file must end in {', '.join(FORMATS)}; got {path.name!r}.")
    if not path.parent.is_dir():
        raise ValueError(f"boxes: the folder {path.parent} does not exist; create it first.")
    if path.is_dir():
        raise ValueError(f"boxes: {path} is a folder; choose another name for the file.")
    form = FORMATS[path.suffix.lower()]
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(form.head(model))
        first = True

        def write(event: TrackEvent) -> None:
            nonlocal first
            with writing(path):
                file.write(("" if first else form.between) + form.entry(event))
            first = False

        yield write
        file.write(form.tail)

"""The boxes of a track as a file: CSV, JSON, or the plain text."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import NamedTuple

from playground.events import TrackEvent
from playground.files import replacing, writing


class _Format(NamedTuple):
    head: Callable[[str], str]  # of the model's name
    entry: Callable[[TrackEvent], str]
    between: str
    tail: str


class _Several(NamedTuple):
    """What stands around the targets, each of which is written as a `_Format` of its number."""

    head: Callable[[str], str]  # of the model's name
    target: Callable[[int], _Format]
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
SEVERAL = {
    ".csv": _Several(
        lambda model: "index,time_s,x,y,w,h,score,lost,target\n",
        lambda number: _Format(lambda model: "", lambda event: f"{_csv(event)[:-1]},{number}\n", "", ""),
        "",
        "",
    ),
    ".json": _Several(
        lambda model: f'{{"model": {json.dumps(model)}, "targets": [\n',
        lambda number: _Format(lambda model: f'{{"target": {number}, "events": [\n', TrackEvent.to_json, ",\n", "\n]}"),
        ",\n",
        "\n]}\n",
    ),
}


@contextmanager
def open_boxes(path: Path, model: str, targets: int = 1) -> Iterator[Callable[..., None]]:
    """Open ``path`` for the length of a ``with`` block that gets a function to write the events of one frame, one a
    target.

    ``.csv`` has the columns index, time_s, x, y, w, h, score (empty where there is none) and lost (0 or 1). ``.json``
    is an object with the name of the ``model`` and the list of ``events``, one a line, as `TrackEvent.from_json` reads
    them. ``.txt`` has ``x,y,w,h`` a line, as trackers' result files do. Boxes are in frame pixels, counted from 0.
    Every event is written as it comes; the file appears under its name at the end of the block, and after an error
    not at all.

    Several targets stand in one file as on the page: one after the other, with a column ``target`` in ``.csv``, and in
    ``.json`` as the list ``targets`` of objects with ``target`` and ``events``; they count from 1. Of ``NAME.txt`` it
    becomes ``NAME_1.txt``, ``NAME_2.txt`` and so on, a file a target.

    Raises ``ValueError`` naming ``boxes`` for another suffix or a folder that is not there.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"boxes: the file must end in {', '.join(FORMATS)}; got {path.name!r}.")
    if not path.parent.is_dir():
        raise ValueError(f"boxes: the folder {path.parent} does not exist; create it first.")
    if targets > 1 and suffix not in SEVERAL:
        with _open_each([path.with_stem(f"{path.stem}_{i + 1}") for i in range(targets)], model) as write:
            yield write
        return
    if path.is_dir():
        raise ValueError(f"boxes: {path} is a folder; choose another name for the file.")
    whole = SEVERAL[suffix] if targets > 1 else _Several(lambda model: "", lambda number: FORMATS[suffix], "", "")
    forms = [whole.target(number) for number in range(1, targets + 1)]
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file, ExitStack() as waiting:
        # A target stands in the file as a whole, so what comes of the later ones waits in files without a name.
        later = [
            waiting.enter_context(TemporaryFile("w+", encoding="utf-8", newline="\n", dir=path.parent))
            for _ in forms[1:]
        ]
        file.write(whole.head(model) + forms[0].head(model))
        for place, form in zip(later, forms[1:], strict=True):
            place.write(whole.between + form.head(model))
        first = True

        def write_all(*events: TrackEvent) -> None:
            nonlocal first
            with writing(path):
                for place, form, event in zip((file, *later), forms, events, strict=True):
                    place.write(("" if first else form.between) + form.entry(event))
            first = False

        yield write_all
        file.write(forms[0].tail)
        for place, form in zip(later, forms[1:], strict=True):
            place.write(form.tail)
            place.seek(0)
            copyfileobj(place, file)
        file.write(whole.tail)


@contextmanager
def _open_each(paths: Sequence[Path], model: str) -> Iterator[Callable[..., None]]:
    """A file a target."""
    with ExitStack() as files:
        writers = [files.enter_context(open_boxes(path, model)) for path in paths]

        def write(*events: TrackEvent) -> None:
            for writer, event in zip(writers, events, strict=True):
                writer(event)

        yield write

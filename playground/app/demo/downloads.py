"""The boxes of a track as files to take away: JSON, CSV, and the text layouts of OTB and GOT-10k."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from playground.events import TrackEvent
from playground.files import replacing

COLUMNS = ("index", "time_s", "x", "y", "w", "h", "score", "lost", "target")
Events = Sequence[TrackEvent]


def write_downloads(folder: Path, name: str, model: str, targets: Sequence[Events]) -> dict[str, Path]:
    """Write all kinds into ``folder`` and give their paths by kind: ``json``, ``csv``, ``otb`` and ``got10k``.

    Boxes are in frame pixels, counted from 0; targets count from 1. OTB's text has whole numbers between tabs, as the
    official tracker writes them; it is a zip of one a target when there are several. GOT-10k's zip holds
    ``NAME/NAME_001.txt`` and ``NAME/NAME_time.txt`` with the seconds of each frame, a folder a target.
    """
    names = [name] if len(targets) == 1 else [f"{name}_{number}" for number in range(1, len(targets) + 1)]
    otb = {f"{one}.txt": _otb(events) for one, events in zip(names, targets, strict=True)}
    got10k = {
        path: text
        for one, events in zip(names, targets, strict=True)
        for path, text in ((f"{one}/{one}_001.txt", _boxes(events)), (f"{one}/{one}_time.txt", _times(events)))
    }
    alone = len(otb) == 1
    contents = {
        "json": (f"{name}_boxes.json", _json(model, targets).encode()),
        "csv": (f"{name}_boxes.csv", _csv(targets).encode()),
        "otb": (f"{name}_otb.txt", next(iter(otb.values())).encode()) if alone else (f"{name}_otb.zip", _zip(otb)),
        "got10k": (f"{name}_got10k.zip", _zip(got10k)),
    }
    for file, content in contents.values():
        with replacing(folder / file) as beside:
            beside.write_bytes(content)
    return {kind: folder / file for kind, (file, _) in contents.items()}


def _json(model: str, targets: Sequence[Events]) -> str:
    told = [{"target": i, "events": [asdict(event) for event in events]} for i, events in enumerate(targets, start=1)]
    return json.dumps({"model": model, "targets": told}) + "\n"


def _csv(targets: Sequence[Events]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for number, events in enumerate(targets, start=1):
        table.writerows(_row(number, event) for event in events)
    return text.getvalue()


def _row(number: int, event: TrackEvent) -> Iterator[object]:
    yield from (event.index, f"{event.time_s:.4f}", *(f"{value:.2f}" for value in event.box.as_tuple()))
    yield from ("" if event.score is None else f"{event.score:.4f}", int(event.lost), number)


def _otb(events: Events) -> str:
    return "".join("\t".join(str(round(value)) for value in event.box.as_tuple()) + "\n" for event in events)


def _boxes(events: Events) -> str:
    return "".join(",".join(f"{value:.3f}" for value in event.box.as_tuple()) + "\n" for event in events)


def _times(events: Events) -> str:
    return "".join(f"{sum(event.timing_ms.values()) / 1e3:.8f}\n" for event in events)


def _zip(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return data.getvalue()

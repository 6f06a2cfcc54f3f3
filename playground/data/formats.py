"""Training data by ``FORMAT:PLACE``: every layout that can be read, as one stream of clips."""

import os.path
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from playground.data import got10k, lasot, otb, trackingnet
from playground.data.clean import clean
from playground.data.clip import Clip
from playground.data.coco import read_coco
from playground.data.sequence import Sequence
from playground.data.skipped import Fault, Note, Skipped
from playground.data.videos import read_videos

Reader = Callable[[str, Note], Iterator[Clip]]


def _read_shards(place: str, note: Note) -> Iterator[Clip]:
    """`read_shards`, whose packages come with the extra ``train``: other layouts can be read without them."""
    try:
        from playground.data.shards import read_shards
    except ModuleNotFoundError as error:
        raise ValueError(
            f"data: {error.name} is missing, which reads shards; "
            "install it with: pip install 'mixformer-playground[train]'."
        ) from error
    return read_shards(place, note)


def _read_sequences(
    find: Callable[[Path], list[Path]], read: Callable[[Path], Sequence], source: str, place: str, note: Note
) -> Iterator[Clip]:
    root = Path(place)
    if not root.is_dir():
        raise ValueError(f"data: the folder {root} does not exist; give the one that holds the sequences.")
    for item in find(root):
        try:
            yield to_clip(read(item), source or root.resolve().name)
        except Fault as fault:
            note(fault)


def to_clip(sequence: Sequence, source: str) -> Clip:
    """A sequence of images as a clip of one object. Raises ``ValueError`` for a video, which has no frames as files."""
    if isinstance(sequence.frames, Path):
        raise ValueError(f"data: {sequence.name} is a video; give its folder as videos:FOLDER.")
    return Clip(source=source, name=sequence.name, frames=sequence.frames, boxes=sequence.boxes[:, None])


# A benchmark is a source of its own name; folders in the OTB layout, as videos, are sources named after themselves.
FORMATS: dict[str, Reader] = {
    "shards": _read_shards,
    "otb": partial(_read_sequences, otb.find, otb.read, ""),
    "got10k": partial(_read_sequences, got10k.find, got10k.read, "got10k"),
    "lasot": partial(_read_sequences, lasot.find, lasot.read, "lasot"),
    "trackingnet": partial(_read_sequences, trackingnet.find, trackingnet.read, "trackingnet"),
    "coco": read_coco,
    "videos": read_videos,
}


def split_location(location: str) -> tuple[str, str]:
    """Format and place of ``FORMAT:PLACE``; a folder by itself is ``shards``.

    Raises ``ValueError`` naming ``data`` for anything else.
    """
    name, _, place = ("shards", "", location) if os.path.isdir(location) else location.partition(":")
    if name not in FORMATS or not place:
        raise ValueError(
            f"data: expected FORMAT:PLACE with FORMAT one of {', '.join(FORMATS)}, or a folder of tar files; "
            f"got {location!r}."
        )
    return name, place


def read_location(location: str, skipped: Skipped) -> Iterator[Clip]:
    """Every usable clip of a location, as `split_location` and `clean` understand it.

    What is broken is counted in ``skipped`` under ``location``, and the rest still comes. Raises ``ValueError`` naming
    ``data``, when iteration begins, for an unknown format or a place without anything of it.
    """
    name, place = split_location(location)
    note = partial(skipped.add, location)
    for clip in FORMATS[name](place, note):
        try:
            yield clean(clip, note)
        except Fault as fault:
            note(fault)

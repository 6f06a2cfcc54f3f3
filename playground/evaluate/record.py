"""What ``data.json`` and ``tracker.json`` say: the data set as it was tracked, and the tracker that did it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from playground.data.sequence import Sequence, parse_boxes
from playground.settings import require

_FILE_NAME = re.compile(r"[^./\\\n\0][^/\\\n\0]*")


def are_file_names(names: Iterable[str]) -> bool:
    """Whether each can be the name of a file in a folder: not empty, not hidden, no way to another folder."""
    return all(_FILE_NAME.fullmatch(name) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceRecord:
    """A sequence in ``data.json``: ``boxes`` are the true ones as text, ``x,y,w,h`` a line, nan where absent, unknown.

    ``files`` are the frames in ``folder``; there are none when ``folder`` is a video. ``size`` is the width and height
    of the frames in pixels, empty where the rules of the data set do without. Raises ``ValueError`` naming ``name``,
    ``files`` or ``size``.
    """

    name: str
    attributes: tuple[str, ...]
    folder: str
    files: tuple[str, ...]
    boxes: str
    size: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        require(are_file_names([self.name]), f"name: files are called so, and none can be {self.name!r}.")
        require(are_file_names(self.files), f"files: must be names of files in {self.folder}, without folders.")
        fits = len(self.size) in (0, 2) and all(side > 0 for side in self.size)
        require(fits, f"size: must be width and height in pixels, or empty; got {self.size}.")

    @classmethod
    def of(cls, sequence: Sequence, size: tuple[int, ...] = ()) -> "SequenceRecord":
        """What has to be kept of a sequence, its place as an absolute path."""
        images = () if isinstance(sequence.frames, Path) else sequence.frames
        folder = sequence.frames if isinstance(sequence.frames, Path) else sequence.frames[0].parent
        return cls(
            name=sequence.name,
            attributes=sequence.attributes,
            folder=str(folder.resolve()),
            files=tuple(path.name for path in images),
            boxes=rows_to_text(sequence.boxes),
            size=size,
        )

    @property
    def frame_size(self) -> tuple[int, int] | None:
        """``size``, None where it is not known."""
        return (self.size[0], self.size[1]) if self.size else None

    def to_sequence(self) -> Sequence:
        """Inverse of `of`, up to the place being absolute."""
        folder = Path(self.folder)
        return Sequence(
            name=self.name,
            frames=tuple(folder / name for name in self.files) or folder,
            boxes=parse_boxes(self.boxes, self.name),
            attributes=self.attributes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRecord:
    """``location`` is ``FORMAT:PLACE`` as it was given; ``protocol`` the name of its rules in
    `playground.evaluate.protocol.PROTOCOLS`."""

    location: str
    protocol: str
    sequences: tuple[SequenceRecord, ...]

    def __post_init__(self) -> None:
        names = [record.name for record in self.sequences]
        require(len(set(names)) == len(names), "sequences: two have the same name; take one of them out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerRecord:
    """``tracker`` is the name as it was given and ``weights`` a fingerprint of its files, empty where it has none.

    ``threads`` are those of each of the ``jobs`` processes that tracked at the same time on each machine, in the last
    run that wrote here. ``versions`` of the libraries by name.
    """

    tracker: str
    weights: str
    device: str
    threads: int
    jobs: int
    machine: str
    versions: dict[str, str]


def rows_to_text(rows: Float[np.ndarray, "n width"]) -> str:
    """Numbers between commas, a row a line, in the fewest digits that give them back exactly."""
    return "".join(",".join(map(repr, row)) + "\n" for row in rows.tolist())

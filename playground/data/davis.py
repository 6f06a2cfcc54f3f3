"""DAVIS: ``JPEGImages/480p/NAME/00000.jpg``, ``Annotations/480p/NAME/00000.png`` and lists; boxes around the masks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import Float

from playground.data.clip import read_mask
from playground.data.layout import list_images
from playground.data.regions import NOWHERE, mask_box
from playground.data.sequence import Sequence
from playground.data.skipped import Fault

SIZE = "480p"
YEAR_OF_OBJECTS = "2017"
LISTS = ("ImageSets/2017/val.txt", "ImageSets/2016/val.txt", f"ImageSets/{SIZE}/val.txt")
VOID = 255  # pixels that belong to no object, where objects are told apart


def read_davis(place: Path) -> Iterator[Sequence]:
    """The sequences of a list: ``place`` is the root, whose first one of `LISTS` is taken, or a list in ``ImageSets``.

    A list of 2017 gives every object a sequence of its own, called ``NAME_1`` and so on where there are several; in
    those of 2016 all that is marked is one object, as that year's task has it. An object is absent where its mask is
    empty. All masks are read for it. Raises ``ValueError`` naming what is missing or broken.
    """
    found = [place] if place.is_file() else [place / name for name in LISTS if (place / name).is_file()]
    if not found:
        raise ValueError(f"data: no {LISTS[0]} under {place}; give the folder that holds ImageSets, or a list in it.")
    listing = found[0]
    for name in _names(listing.read_text(encoding="utf-8")):
        yield from _read(listing.parents[2], name, apart=listing.parent.name == YEAR_OF_OBJECTS)


def _names(text: str) -> list[str]:
    """A name a line, or the paths of a picture and its mask a line."""
    first = [line.split()[0] for line in text.splitlines() if line.strip()]
    return list(dict.fromkeys(Path(entry).parent.name if "/" in entry else entry for entry in first))


def _read(root: Path, name: str, apart: bool) -> Iterator[Sequence]:
    frames = list_images(root / "JPEGImages" / SIZE / name)
    masks = list_images(root / "Annotations" / SIZE / name)
    if [path.stem for path in frames] != [path.stem for path in masks] or not frames:
        raise Fault(f"{name} ({len(frames)} frames, {len(masks)} masks)", "frames and masks that do not fit together")
    boxes: dict[int, Float[np.ndarray, "n 4"]] = {}
    for i, path in enumerate(masks):
        mask = read_mask(path)
        for label in _labels(mask) if apart else [0]:
            found = boxes.setdefault(label, np.tile(NOWHERE, (len(frames), 1)))
            found[i] = mask_box(mask == label if apart else mask > 0)
    if not boxes:
        raise Fault(name, "masks without an object")
    for label, found in sorted(boxes.items()):
        yield Sequence(f"{name}_{label}" if len(boxes) > 1 else name, frames, found)


def _labels(mask: np.ndarray) -> list[int]:
    return [label for label in np.unique(mask).tolist() if label not in (0, VOID)]

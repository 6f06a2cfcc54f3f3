"""Sequences in the GOT-10k layout: ``train/GOT-10k_Train_000001/{00000001.jpg ..., groundtruth.txt, *.label}``."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from playground.data.sequence import Sequence, hide, list_images, parse_boxes, parse_flags, read_text


def find(root: Path) -> list[Path]:
    """The sequence folders of a split, or of ``train`` below ``root``, in the order of ``list.txt`` where there is one.

    Raises ``ValueError`` when there is none.
    """
    split = root / "train" if (root / "train").is_dir() else root
    listing = split / "list.txt"
    if listing.is_file():
        found = [split / name for name in listing.read_text(encoding="utf-8").split()]
    else:
        found = sorted(path.parent for path in split.glob("*/groundtruth.txt"))
    if not found:
        raise ValueError(f"data: no NAME/groundtruth.txt under {split}; give the folder that holds train/.")
    return found


def read(folder: Path) -> Sequence:
    """One sequence; boxes are taken as they stand. Raises `Fault` naming it when it is broken.

    The object is seen where it is not absent (``absence.label``), some of it shows (``cover.label``, 0..8) and its box
    has an area (spec 3.1). A label file that is missing hides nothing.
    """
    boxes = parse_boxes(read_text(folder / "groundtruth.txt", folder.name), folder.name)
    absent = _labels(folder, "absence.label", np.zeros(len(boxes)))
    cover = _labels(folder, "cover.label", np.ones(len(boxes)))
    for seen in (absent == 0, cover > 0):
        boxes = hide(boxes, seen, folder.name)
    return Sequence(folder.name, list_images(folder), boxes)


def _labels(folder: Path, file: str, missing: Float[np.ndarray, "n"]) -> Float[np.ndarray, "m"]:
    path = folder / file
    return parse_flags(read_text(path, folder.name), folder.name) if path.is_file() else missing

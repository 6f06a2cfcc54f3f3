"""Sequences in the GOT-10k layout: ``train/GOT-10k_Train_000001/{00000001.jpg ..., groundtruth.txt, *.label}``."""

import re
from pathlib import Path

import numpy as np
from jaxtyping import Float

from playground.data.layout import found_under, list_images, listed_folders
from playground.data.sequence import Sequence, hide, parse_boxes, parse_flags, read_text, withhold

BOXES = "groundtruth.txt"


def find(root: Path, splits: tuple[str, ...] = ("train",)) -> list[Path]:
    """The sequence folders of the first of ``splits`` that ``root`` holds, else of ``root`` itself as one of them.

    They come in the order of ``list.txt`` where there is one. Raises ``ValueError`` when there is none.
    """
    found = [root / split for split in splits if (root / split).is_dir()]
    folder = found[0] if found else root
    holder = " or ".join(f"{split}/" for split in splits)
    return found_under(folder, listed_folders(folder, BOXES), f"NAME/{BOXES}", holder)


def read(folder: Path) -> Sequence:
    """One sequence; boxes are taken as they stand. Raises `Fault` naming it when it is broken.

    The object is seen where it is not absent (``absence.label``), some of it shows (``cover.label``, 0..8) and its box
    has an area (spec 3.1). A label file that is missing hides nothing. Of the sequences of the test split only the
    first box is known. The one attribute is the class of the object at its root: animal, person, vehicle and so on.
    """
    boxes = parse_boxes(read_text(folder / BOXES, folder.name), folder.name)
    frames = list_images(folder)
    if folder.name.startswith("GOT-10k_Test"):
        boxes = withhold(boxes, frames)
    absent = _labels(folder, "absence.label", np.zeros(len(boxes)))
    cover = _labels(folder, "cover.label", np.ones(len(boxes)))
    for seen in (absent == 0, cover > 0):
        boxes = hide(boxes, seen, folder.name)
    return Sequence(folder.name, frames, boxes, _root_class(folder))


def _labels(folder: Path, file: str, missing: Float[np.ndarray, "n"]) -> Float[np.ndarray, "m"]:
    path = folder / file
    return parse_flags(read_text(path, folder.name), folder.name) if path.is_file() else missing


def _root_class(folder: Path) -> tuple[str, ...]:
    path = folder / "meta_info.ini"
    text = read_text(path, folder.name) if path.is_file() else ""
    return tuple(re.findall(r"^root_class: *(\S.*?)\s*$", text, re.MULTILINE))

"""Sequences in the VOT layout: ``list.txt``, ``NAME/{color/00000001.jpg ..., groundtruth.txt, *.tag}``."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from playground.data.layout import found_under, list_images, listed_folders
from playground.data.regions import parse_region
from playground.data.sequence import Sequence, parse_flags, read_text, with_area
from playground.data.skipped import Fault

BOXES = "groundtruth.txt"


def find(root: Path) -> list[Path]:
    """The sequence folders under ``root``, in the order of ``list.txt``. Raises ``ValueError`` when there is none."""
    return found_under(root, listed_folders(root, BOXES), f"NAME/{BOXES}", "list.txt")


def read(folder: Path) -> Sequence:
    """One sequence; regions become boxes as `parse_region` says. Raises `Fault` naming it when it is broken.

    Pictures lie in ``color/``, in old years in the folder itself. Frames are marked (``occlusion.tag`` and so on, in
    old years ``.label``); a sequence has the attributes that any of its frames has.
    """
    name = folder.name
    boxes = _parse(read_text(folder / BOXES, name), name)
    marks = sorted(path for path in folder.glob("*.*") if path.suffix in (".tag", ".label"))
    attributes = tuple(path.stem for path in marks if parse_flags(read_text(path, name), name).any())
    return Sequence(name, list_images(folder / "color") or list_images(folder), boxes, attributes)


def _parse(text: str, name: str) -> Float[np.ndarray, "n 4"]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    try:
        return with_area(np.array([parse_region(line) for line in lines]).reshape(len(lines), 4))
    except ValueError as error:
        raise Fault(name, "regions that are no box of 4 numbers, polygon of 8, or mask") from error

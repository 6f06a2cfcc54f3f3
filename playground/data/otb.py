"""Sequences in the OTB layout: ``NAME/img/0001.jpg ...`` and ``NAME/groundtruth_rect.txt``, 1-based pixels."""

from pathlib import Path

from playground.data.layout import found_under, list_images, number_range
from playground.data.sequence import Sequence, parse_boxes, read_text

BOXES = "groundtruth_rect"

# Where a folder holds more frames than boxes, the benchmark's own configSeqs.m says which files they belong to.
USED = {"David": (300, 770), "Diving": (1, 215), "Football1": (1, 74), "Freeman3": (1, 460), "Freeman4": (1, 283)}
# Boxes at the start that the benchmark leaves out, by name and number of boxes of the whole sequence.
LEFT_OUT = {("Tiger1", 354): 5}


def read_otb(root: Path) -> list[Sequence]:
    """Every sequence under ``root``, sorted by name. Raises ``ValueError`` as `find` and `read` do."""
    return [read(file) for file in find(root)]


def find(root: Path) -> list[Path]:
    """The annotation files under ``root``, sorted. Raises ``ValueError`` when there is none.

    A sequence of several objects has ``groundtruth_rect.1.txt`` and so on; an empty one of these stands for no object.
    """
    found = [
        path
        for path in sorted(root.glob(f"*/{BOXES}*.txt"))
        if path.stem == BOXES or read_text(path, path.parent.name).strip()
    ]
    return found_under(root, found, f"NAME/{BOXES}.txt", "the sequences")


def read(anno: Path) -> Sequence:
    """The sequence of one annotation file; boxes become 0-based. Raises `Fault` naming it when it is broken.

    Objects of one folder are called as in the benchmark's tables: ``Jogging_1``.
    """
    folder = anno.parent
    name = folder.name + anno.stem.removeprefix(BOXES).replace(".", "_")
    boxes = parse_boxes(read_text(anno, name), name)
    boxes[:, :2] -= 1
    frames = list_images(folder / "img")
    if folder.name in USED and len(frames) > len(boxes):
        frames = number_range(frames, *USED[folder.name])
    skip = LEFT_OUT.get((name, len(boxes)), 0)
    return Sequence(name, frames[skip:], boxes[skip:])

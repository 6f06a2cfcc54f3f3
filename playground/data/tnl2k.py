"""Sequences in the TNL2K layout: ``NAME/{imgs/00000001.png ..., groundtruth.txt, attributes.txt}``."""

from pathlib import Path

from playground.data.layout import folders_with, found_under, list_images
from playground.data.sequence import Sequence, parse_boxes, read_attributes, read_text

BOXES = "groundtruth.txt"
# The columns of attributes.txt, as the benchmark's own evaluation code names them.
_COLUMNS = "CM ROT DEF FOC IV OV POC VC SV BC MB ARC LR FM AS TC MS"
ATTRIBUTES = tuple(_COLUMNS.split())


def find(root: Path) -> list[Path]:
    """The sequence folders under ``root``, side by side or one level down, sorted. Raises ``ValueError`` if none."""
    return found_under(root, folders_with(root, BOXES), f"NAME/{BOXES}", "the sequences")


def read(folder: Path) -> Sequence:
    """One sequence; boxes are taken as they stand. Raises `Fault` naming it when it is broken."""
    name = folder.name
    boxes = parse_boxes(read_text(folder / BOXES, name), name)
    attributes = read_attributes(folder / "attributes.txt", ATTRIBUTES, name)
    return Sequence(name, list_images(folder / "imgs"), boxes, attributes)

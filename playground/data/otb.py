"""Sequences in the OTB layout: ``NAME/img/0001.jpg ...`` and ``NAME/groundtruth_rect.txt``, 1-based pixels."""

from pathlib import Path

from playground.data.sequence import Sequence, list_images, parse_boxes, read_text


def read_otb(root: Path) -> list[Sequence]:
    """Every sequence under ``root``, sorted by name. Raises ``ValueError`` as `find` and `read` do."""
    return [read(folder) for folder in find(root)]


def find(root: Path) -> list[Path]:
    """The sequence folders under ``root``, sorted. Raises ``ValueError`` when there is none."""
    if found := sorted(path.parent for path in root.glob("*/groundtruth_rect.txt")):
        return found
    raise ValueError(f"data: no NAME/groundtruth_rect.txt under {root}; give the folder that holds the sequences.")


def read(folder: Path) -> Sequence:
    """One sequence; boxes become 0-based, NaN = absent. Raises `Fault` naming it when it is broken."""
    boxes = parse_boxes(read_text(folder / "groundtruth_rect.txt", folder.name), folder.name)
    boxes[:, :2] -= 1
    return Sequence(folder.name, list_images(folder / "img"), boxes)

"""Sequences in the TrackingNet layout: ``TRAIN_0/frames/NAME/0.jpg ...`` and ``TRAIN_0/anno/NAME.txt``."""

from pathlib import Path

from playground.data.layout import found_under, list_images
from playground.data.sequence import Sequence, parse_boxes, read_text, withhold


def find(root: Path, parts: str = "TRAIN_*") -> list[Path]:
    """The annotation files of all ``parts`` of ``root``, or of ``root`` itself where it is one of them, sorted.

    Raises ``ValueError`` when there is none.
    """
    folders = [root] if (root / "anno").is_dir() else sorted(root.glob(parts), key=lambda p: (len(p.name), p.name))
    found = [path for folder in folders for path in sorted(folder.glob("anno/*.txt"))]
    part = parts.replace("*", "0")
    return found_under(root, found, f"{part}/anno/NAME.txt", part)


def read(anno: Path) -> Sequence:
    """The sequence of one annotation file; boxes are taken as they stand. Raises `Fault` naming it when it is broken.

    The object is seen where its box has an area (spec 3.1). Of the sequences in ``TEST`` only the first box is known.
    """
    name = anno.stem
    boxes = parse_boxes(read_text(anno, name), name)
    frames = list_images(anno.parents[1] / "frames" / name)
    return Sequence(name, frames, withhold(boxes, frames) if anno.parents[1].name == "TEST" else boxes)

"""Sequences in the TrackingNet layout: ``TRAIN_0/frames/NAME/0.jpg ...`` and ``TRAIN_0/anno/NAME.txt``."""

from pathlib import Path

import numpy as np

from playground.data.sequence import Sequence, hide, list_images, parse_boxes, read_text


def find(root: Path) -> list[Path]:
    """The annotation files of every ``TRAIN_*`` under ``root``, or of ``root`` itself where it is one of them, sorted.

    Raises ``ValueError`` when there is none.
    """
    parts = [root] if (root / "anno").is_dir() else sorted(root.glob("TRAIN_*"), key=lambda p: (len(p.name), p.name))
    if found := [path for part in parts for path in sorted(part.glob("anno/*.txt"))]:
        return found
    raise ValueError(f"data: no TRAIN_0/anno/NAME.txt under {root}; give the folder that holds TRAIN_0.")


def read(anno: Path) -> Sequence:
    """The sequence of one annotation file; boxes are taken as they stand. Raises `Fault` naming it when it is broken.

    The object is seen where its box has an area (spec 3.1).
    """
    name = anno.stem
    boxes = parse_boxes(read_text(anno, name), name)
    frames = list_images(anno.parents[1] / "frames" / name)
    return Sequence(name, frames, hide(boxes, np.ones(len(boxes), bool), name))

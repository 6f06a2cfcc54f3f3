"""Sequences in the OTB layout: ``NAME/img/0001.jpg ...`` and ``NAME/groundtruth_rect.txt``, 1-based pixels."""

from pathlib import Path

from playground.data.sequence import Sequence, parse_boxes


def read_otb(root: Path) -> list[Sequence]:
    """Every sequence under ``root``, sorted by name. Boxes become 0-based; NaN = absent.

    Raises ``ValueError`` naming the sequence when its numbers of frames and boxes differ, or when there is none.
    """
    found = []
    for truth in sorted(root.glob("*/groundtruth_rect.txt")):
        name = truth.parent.name
        frames = tuple(sorted((truth.parent / "img").glob("[!.]*.jpg")))
        boxes = parse_boxes(truth.read_text(), name)
        if not len(boxes) or len(frames) != len(boxes):
            raise ValueError(f"data: sequence {name} has {len(frames)} frames and {len(boxes)} boxes; unpack it again.")
        boxes[:, :2] -= 1
        found.append(Sequence(name, frames, boxes))
    if not found:
        raise ValueError(f"data: no NAME/groundtruth_rect.txt under {root}; give the folder that holds the sequences.")
    return found

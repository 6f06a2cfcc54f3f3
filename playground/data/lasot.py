"""Sequences in the LaSOT layout: ``airplane/airplane-1/`` with ``img/00000001.jpg ...`` and text files; 1-based."""

from pathlib import Path

from playground.data.sequence import Sequence, hide, list_images, parse_boxes, parse_flags, read_text


def find(root: Path, listing: str = "training_set.txt") -> list[Path]:
    """The sequence folders under ``root``, by class or all side by side, sorted.

    Where ``root`` holds the file ``listing``, which names a sequence a line, only those. Raises ``ValueError`` when
    there is none.
    """
    found = sorted(path.parent for depth in ("*", "*/*") for path in root.glob(f"{depth}/groundtruth.txt"))
    names = root / listing
    if names.is_file():
        chosen = set(names.read_text(encoding="utf-8").split())
        found = [folder for folder in found if folder.name in chosen]
    if not found:
        raise ValueError(f"data: no CLASS/NAME/groundtruth.txt under {root}; give the folder that holds the classes.")
    return found


def read(folder: Path) -> Sequence:
    """One sequence; boxes become 0-based. Raises `Fault` naming it when it is broken.

    The object is seen where it is neither fully hidden nor out of view and its box has an area (spec 3.1).
    """
    name = folder.name
    boxes = parse_boxes(read_text(folder / "groundtruth.txt", name), name)
    boxes[:, :2] -= 1
    for file in ("full_occlusion.txt", "out_of_view.txt"):
        boxes = hide(boxes, parse_flags(read_text(folder / file, name), name) == 0, name)
    return Sequence(name, list_images(folder / "img"), boxes)

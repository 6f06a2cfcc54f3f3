"""Stills in the COCO layout: ``annotations/instances_train2017.json`` beside ``train2017/`` or ``images/``."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np
from jaxtyping import Float

from playground.data.clip import Clip
from playground.data.skipped import Fault, Note
from playground.plain_files import read_plain


def read_coco(place: str, note: Note) -> Iterator[Clip]:
    """Each picture with an object that is not a crowd, as a still with all of them (spec 3.1).

    ``place`` is the dataset's folder, of which the ``instances_train*.json`` are taken (all ``instances_*.json`` where
    there is none), or one such file. Broken entries are noted. Raises ``ValueError`` when there is no such file, when
    it is not COCO's JSON, or when the pictures' folder is missing.
    """
    root = Path(place)
    files = [root] if root.is_file() else _instances(root / "annotations")
    if not files:
        raise ValueError(
            f"data: no annotations/instances_*.json under {root}; give the folder that holds annotations/."
        )
    for file in files:
        folder = _pictures(file)
        try:
            table = json.loads(read_plain(file))
            listed = {(entry["id"], entry["file_name"]) for entry in table["images"]}
            entries = [entry for entry in table["annotations"] if not entry.get("iscrowd")]
            objects = defaultdict(list)
            for entry in entries:
                objects[entry["image_id"]].append(entry)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"data: {file} has no COCO images and annotations; download it again.") from error
        pictures = _alone(listed)
        for number, found in objects.items():
            try:
                yield _still(folder, pictures.get(number), found)
            except Fault as fault:
                note(fault)


def _instances(folder: Path) -> list[Path]:
    return sorted(folder.glob("instances_train*.json")) or sorted(folder.glob("instances_*.json"))


def _pictures(file: Path) -> Path:
    root, subset = file.parents[1], file.stem.removeprefix("instances_")
    for folder in (root / subset, root / "images" / subset, root / "images"):
        if folder.is_dir():
            return folder
    raise ValueError(f"data: no pictures for {file} in {root / subset} or {root / 'images'}; unpack them there.")


def _alone(listed: set[tuple[Any, Any]]) -> dict[Any, Any]:
    """Names by number, without those that share one: nobody knows whose boxes they are."""
    numbers, names = Counter(number for number, _ in listed), Counter(name for _, name in listed)
    return {number: name for number, name in listed if numbers[number] == names[name] == 1}


def _still(folder: Path, file_name: Any, found: list[dict[str, Any]]) -> Clip:
    if file_name is None:
        raise Fault(f"annotation {found[0].get('id')}", "annotations of pictures that are not listed, or listed twice")
    if not _stays_below(file_name):
        raise Fault(repr(file_name), "pictures whose names lead out of their folder")
    try:
        boxes = np.array([entry["bbox"] for entry in found], np.float64).reshape(1, len(found), 4)
        polygons = tuple(_outline(entry.get("segmentation")) for entry in found)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise Fault(file_name, "annotations without bbox of four numbers or with a broken outline") from error
    name = Path(file_name).stem
    return Clip(source="coco", name=name, frames=(folder / file_name,), boxes=boxes, polygons=polygons)


def _stays_below(name: Any) -> bool:
    """Whether this is the name of a file in a folder or in one inside it, on every system."""
    if not isinstance(name, str) or not name or "\0" in name:
        return False
    path = PureWindowsPath(name)  # which takes both kinds of slashes
    return not path.anchor and ".." not in path.parts


def _outline(parts: Any) -> Float[np.ndarray, "_ 2"]:
    """The largest part of an object that others may cut in pieces; no points for a run-length mask."""
    if not isinstance(parts, list):
        return np.zeros((0, 2))
    rings = [np.array(part, np.float64).reshape(-1, 2) for part in parts]
    return max(rings, key=_area, default=np.zeros((0, 2)))


def _area(ring: Float[np.ndarray, "_ 2"]) -> float:
    following = np.roll(ring, -1, axis=0)
    with np.errstate(over="ignore", invalid="ignore"):  # a ring as large as that is left out later
        return abs(float((ring[:, 0] * following[:, 1] - ring[:, 1] * following[:, 0]).sum())) / 2

"""Where a data set keeps things: the sequences under a root, the frames in a folder."""

from pathlib import Path

from playground.video.read import IMAGE_SUFFIXES


def list_images(folder: Path) -> tuple[Path, ...]:
    """The image files in ``folder`` by number: ``2.jpg`` before ``10.jpg``. Empty where there is no such folder."""
    if not folder.is_dir():
        return ()
    found = [path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES]
    return tuple(sorted((p for p in found if not p.name.startswith(".")), key=lambda p: (len(p.stem), p.name)))


def number_range(frames: tuple[Path, ...], first: int, last: int) -> tuple[Path, ...]:
    """Those of the ``frames`` whose file names are numbers from ``first`` to ``last``."""
    return tuple(path for path in frames if path.stem.isdecimal() and first <= int(path.stem) <= last)


def folders_with(root: Path, annotation: str) -> list[Path]:
    """The folders that hold the file ``annotation``, side by side in ``root`` or one level down, sorted."""
    return sorted(path.parent for depth in ("*", "*/*") for path in root.glob(f"{depth}/{annotation}"))


def listed_folders(root: Path, annotation: str) -> list[Path]:
    """The folders in ``root`` that its ``list.txt`` names, in that order; without one, those that hold ``annotation``,
    sorted."""
    listing = root / "list.txt"
    if listing.is_file():
        return [root / name for name in listing.read_text(encoding="utf-8").split()]
    return sorted(path.parent for path in root.glob(f"*/{annotation}"))


def found_under(root: Path, found: list[Path], what: str, holder: str) -> list[Path]:
    """``found``, the result of a search for ``what`` under ``root``.

    Raises ``ValueError`` naming ``data`` when there is none, and asks for the folder that holds ``holder``.
    """
    if not found:
        raise ValueError(f"data: no {what} under {root}; give the folder that holds {holder}.")
    return found

"""Small folder trees in the layouts of the data sets, as they are unpacked; pictures are files without content."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

BOX = "11,21,30,40\n"
PALETTE = [0, 0, 0, 128, 0, 0, 0, 128, 0] + [128, 128, 0] * 253  # as DAVIS colours its objects


def touch(folder: Path, numbers: Iterable[int], digits: int, suffix: str = ".jpg") -> None:
    """Files without content, named by number."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:0{digits}d}{suffix}").touch()


def write(path: Path, text: str) -> None:
    """A text file in a folder that is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def write_mask(path: Path, mask: np.ndarray, palette: bool = True) -> None:
    """An index mask as PNG, with DAVIS' palette or as grey values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(mask)
    if palette:
        image.putpalette(PALETTE)
    image.save(path)


def otb(root: Path) -> None:
    touch(root / "Coke" / "img", range(1, 4), 4)
    write(root / "Coke" / "groundtruth_rect.txt", BOX * 3)


def lasot(root: Path, name: str = "airplane-1") -> None:
    folder = root / name.partition("-")[0] / name
    touch(folder / "img", range(1, 4), 8)
    write(folder / "groundtruth.txt", BOX * 3)
    write(folder / "full_occlusion.txt", "0,0,1")
    write(folder / "out_of_view.txt", "0,0,0")
    write(folder / "nlp.txt", "white airplane landing on ground\n")


def lasotext(root: Path) -> None:
    lasot(root, "atv-1")


def tnl2k(root: Path) -> None:
    folder = root / "Arrow_Video_ZZ04_done"
    touch(folder / "imgs", range(1, 4), 8, ".png")
    write(folder / "groundtruth.txt", BOX * 2 + "0,0,0,0\n")
    write(folder / "language.txt", "the arrow\n")
    write(folder / "attributes.txt", "1,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,1")


def uav123(root: Path) -> None:
    touch(root / "data_seq" / "UAV123" / "uav6", range(1, 110), 6)
    write(root / "anno" / "UAV123" / "uav6.txt", BOX * 108 + "NaN,NaN,NaN,NaN\n")
    write(root / "anno" / "UAV123" / "att" / "uav6.txt", "1,0,1,0,0,0,0,0,0,0,1,0")
    write(root / "anno" / "UAV20L" / "uav1.txt", BOX)


def nfs(root: Path) -> None:
    for rate, count in ((30, 3), (240, 24)):
        touch(root / "bee" / str(rate) / "bee", range(1, count + 1), 5)
        lines = [f'0 {10 + i} 20 {40 + i} 60 {i} {int(i == 16)} 0 0 "bee"\n' for i in range(24)]
        write(root / "bee" / str(rate) / "bee.txt", "".join(lines))


def got10k(root: Path, split: str = "val", boxes: str = BOX * 3) -> None:
    name = f"GOT-10k_{split.capitalize()}_000001"
    folder = root / split / name
    touch(folder, range(1, 4), 8)
    write(root / split / "list.txt", name + "\n")
    write(folder / "groundtruth.txt", boxes)
    if split != "test":
        write(folder / "absence.label", "0\n0\n1\n")
        write(folder / "cover.label", "8\n8\n0\n")
        write(folder / "cut_by_image.label", "0\n0\n0\n")
        write(
            folder / "meta_info.ini", "[METAINFO]\nobject_class: bear\nroot_class: animal\nresolution: (1920, 1080)\n"
        )


def trackingnet(root: Path) -> None:
    touch(root / "TEST" / "frames" / "x_0", range(12), 1)
    write(root / "TEST" / "anno" / "x_0.txt", BOX)
    touch(root / "TRAIN_0" / "frames" / "y_0", range(2), 1)
    write(root / "TRAIN_0" / "anno" / "y_0.txt", BOX * 2)


def davis(root: Path) -> None:
    touch(root / "JPEGImages" / "480p" / "cows", range(3), 5)
    for i in range(3):
        mask = np.zeros((48, 64), np.uint8)
        mask[21:41, 11:31] = i < 2
        write_mask(root / "Annotations" / "480p" / "cows" / f"{i:05d}.png", mask)
    write(root / "ImageSets" / "2017" / "val.txt", "cows\n")
    write(root / "ImageSets" / "2016" / "val.txt", "cows\n")


def vot(root: Path) -> None:
    folder = root / "ball1"
    touch(folder / "color", range(1, 4), 8)
    write(folder / "groundtruth.txt", "11,21,40,21,40,60,11,60\n" * 2 + "nan,nan,nan,nan,nan,nan,nan,nan\n")
    write(folder / "occlusion.tag", "0\n0\n1\n")
    write(folder / "camera_motion.tag", "0\n0\n0\n")
    write(root / "list.txt", "ball1\n")


def videos(root: Path) -> None:
    touch(root / "walk", range(1, 4), 4)
    write(root / "walk.txt", BOX * 2 + "nan,nan,nan,nan\n")

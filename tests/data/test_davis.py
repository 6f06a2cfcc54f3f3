"""DAVIS: objects by the values of their masks, lists of 2016 and 2017, and masks that do not fit."""

import cv2
import layouts
import numpy as np
import pytest

from playground.data.davis import read_davis

SHAPE = (48, 64)


def _clip(root, name: str, masks: list[np.ndarray], palette: bool = True) -> None:
    layouts.touch(root / "JPEGImages" / "480p" / name, range(len(masks)), 5)
    for i, mask in enumerate(masks):
        layouts.write_mask(root / "Annotations" / "480p" / name / f"{i:05d}.png", mask, palette)


def _mask(*boxes: tuple[int, tuple[int, int, int, int]]) -> np.ndarray:
    mask = np.zeros(SHAPE, np.uint8)
    for value, (x, y, w, h) in boxes:
        mask[y : y + h, x : x + w] = value
    return mask


def test_every_object_is_a_sequence_and_void_is_none(tmp_path):
    one, two, void = (1, (5, 6, 7, 8)), (2, (30, 10, 9, 4)), (255, (0, 40, 64, 2))
    _clip(tmp_path, "dogs", [_mask(one, void), _mask(two, one), _mask(two)])
    _clip(tmp_path, "cow", [_mask((1, (1, 2, 3, 4)))])
    layouts.write(tmp_path / "ImageSets" / "2017" / "val.txt", "dogs\ncow\n")
    sequences = {sequence.name: sequence for sequence in read_davis(tmp_path)}
    assert list(sequences) == ["dogs_1", "dogs_2", "cow"]
    assert np.isnan(sequences["dogs_1"].boxes).all(1).tolist() == [False, False, True]
    assert np.isnan(sequences["dogs_2"].boxes).all(1).tolist() == [True, False, False]
    assert sequences["dogs_1"].boxes[0].tolist() == [5, 6, 7, 8]
    assert sequences["dogs_2"].boxes[2].tolist() == [30, 10, 9, 4]
    assert sequences["dogs_1"].frames == sequences["dogs_2"].frames


@pytest.mark.parametrize("year", ["2016", "480p"])
def test_in_2016_all_that_is_marked_is_one_object(year, tmp_path):
    _clip(tmp_path, "bike", [_mask((1, (5, 6, 7, 8)), (2, (12, 6, 3, 10)))])
    _clip(tmp_path, "cow", [_mask((255, (1, 2, 3, 4)))], palette=False)
    line = "/JPEGImages/480p/{0}/00000.jpg /Annotations/480p/{0}/00000.png\n" if year == "480p" else "{0}\n"
    layouts.write(tmp_path / "ImageSets" / year / "val.txt", line.format("bike") + line.format("cow"))
    bike, cow = read_davis(tmp_path)
    assert (bike.name, bike.boxes[0].tolist()) == ("bike", [5, 6, 10, 10])
    assert (cow.name, cow.boxes[0].tolist()) == ("cow", [1, 2, 3, 4])


def test_a_list_by_itself_is_taken(tmp_path):
    for name in ("cow", "dog"):
        _clip(tmp_path, name, [_mask((1, (1, 2, 3, 4)))])
    layouts.write(tmp_path / "ImageSets" / "2017" / "val.txt", "cow\n")
    layouts.write(tmp_path / "ImageSets" / "2017" / "train.txt", "dog\n")
    (sequence,) = read_davis(tmp_path / "ImageSets" / "2017" / "train.txt")
    assert sequence.name == "dog"


def test_what_is_broken_names_the_sequence(tmp_path):
    layouts.davis(tmp_path)
    folder = tmp_path / "Annotations" / "480p" / "cows"
    (folder / "00001.png").rename(folder / "00007.png")
    with pytest.raises(ValueError, match=r"^data: cows \(3 frames, 3 masks\): frames and masks that do not fit"):
        list(read_davis(tmp_path))
    (folder / "00007.png").rename(folder / "00001.png")
    for path in folder.iterdir():
        cv2.imwrite(str(path), np.zeros(SHAPE, np.uint8))
    with pytest.raises(ValueError, match="^data: cows: masks without an object"):
        list(read_davis(tmp_path))
    (folder / "00000.png").write_bytes(b"no picture")
    with pytest.raises(ValueError, match="^data: .*cows.00000.png cannot be read"):
        list(read_davis(tmp_path))

"""The TrackingNet layout: frames in the order of their numbers, parts in the order of theirs."""

import numpy as np
import pytest

from playground.data.trackingnet import find, read


def _sequence(part, name: str, count: int) -> None:
    (part / "frames" / name).mkdir(parents=True)
    (part / "anno").mkdir(exist_ok=True)
    for i in range(count):
        (part / "frames" / name / f"{i}.jpg").touch()
    (part / "anno" / f"{name}.txt").write_text("".join(f"{i},0,{i % 5},7\n" for i in range(count)))


def test_frames_are_in_numeric_order_and_boxes_without_area_absent(tmp_path):
    _sequence(tmp_path / "TRAIN_0", "-x_0", 12)
    (anno,) = find(tmp_path)
    sequence = read(anno)
    assert sequence.name == "-x_0" and [int(path.stem) for path in sequence.frames] == list(range(12))
    assert np.isnan(sequence.boxes).all(1).tolist() == [i % 5 == 0 for i in range(12)]
    assert sequence.boxes[11].tolist() == [11, 0, 1, 7]


def test_parts_are_found_from_above_and_by_themselves(tmp_path):
    for part in (10, 2, 0):
        _sequence(tmp_path / f"TRAIN_{part}", f"clip{part}", 2)
    assert [path.stem for path in find(tmp_path)] == ["clip0", "clip2", "clip10"]
    assert [path.stem for path in find(tmp_path / "TRAIN_2")] == ["clip2"]
    (tmp_path / "TRAIN_2" / "frames" / "clip2" / "1.jpg").unlink()
    with pytest.raises(ValueError, match=r"^data: clip2 \(1 frames, 2 boxes\)"):
        read(find(tmp_path / "TRAIN_2")[0])
    with pytest.raises(ValueError, match="^data: no TRAIN_0/anno/NAME.txt"):
        find(tmp_path / "TRAIN_2" / "frames")

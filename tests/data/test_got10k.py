"""The GOT-10k layout: labels decide what is seen, and the split is found from above."""

import numpy as np
import pytest

from playground.data.got10k import find, read


def _sequence(split, name: str, **files: str):
    folder = split / name
    folder.mkdir(parents=True)
    for i in range(4):
        (folder / f"{i + 1:08d}.jpg").touch()
    (folder / "groundtruth.txt").write_text("10.5,20.0,30.0,40.0\n" * 3 + "10.0,20.0,0.0,40.0\n")
    for file, text in files.items():
        (folder / f"{file}.label").write_text(text)
    (folder / "meta_info.ini").write_text("[METAINFO]\n")
    return folder


def test_seen_is_not_absent_and_covered_and_with_an_area(tmp_path):
    name = "GOT-10k_Train_000001"
    sequence = read(_sequence(tmp_path, name, absence="0\n1\n0\n0\n", cover="8\n8\n0\n8\n"))
    assert sequence.name == name and [path.name for path in sequence.frames][::3] == ["00000001.jpg", "00000004.jpg"]
    assert sequence.boxes[0].tolist() == [10.5, 20, 30, 40]  # as it stands
    assert np.isnan(sequence.boxes[1:]).all()


def test_labels_may_be_missing_but_must_fit(tmp_path):
    assert np.isfinite(read(_sequence(tmp_path, "a")).boxes).all(1).tolist() == [True, True, True, False]
    with pytest.raises(ValueError, match=r"^data: b \(4 boxes, 2 marks\)"):
        read(_sequence(tmp_path, "b", cover="8\n8\n"))


def test_the_split_is_found_and_its_list_decides_the_order(tmp_path):
    for name in ("c", "a", "b"):
        _sequence(tmp_path / "train", name)
    assert [folder.name for folder in find(tmp_path)] == ["a", "b", "c"]
    (tmp_path / "train" / "list.txt").write_text("c\na\n")
    assert (
        [folder.name for folder in find(tmp_path)] == [folder.name for folder in find(tmp_path / "train")] == ["c", "a"]
    )
    with pytest.raises(ValueError, match="^data: no NAME/groundtruth.txt"):
        find(tmp_path / "train" / "a")

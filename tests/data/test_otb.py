"""The OTB layout, as users unpack it."""

import cv2
import layouts
import numpy as np
import pytest

from playground.data.otb import find, read, read_otb


def test_reader_names_the_sequence_that_is_wrong(tmp_path):
    folder = tmp_path / "good" / "img"
    folder.mkdir(parents=True)
    for i in range(3):
        cv2.imwrite(str(folder / f"{i + 1:04d}.jpg"), np.zeros((20, 20, 3), np.uint8))
    # Commas, tabs and blanks all occur in the wild; NaN means absent.
    (tmp_path / "good" / "groundtruth_rect.txt").write_text("1,1,5,5\n2\t3\t5\t5\nNaN NaN NaN NaN\n")
    (sequence,) = read_otb(tmp_path)
    assert sequence.name == "good" and [p.name for p in sequence.frames] == ["0001.jpg", "0002.jpg", "0003.jpg"]
    assert sequence.boxes[:2].tolist() == [[0, 0, 5, 5], [1, 2, 5, 5]]  # 1-based pixels become 0-based
    assert np.isnan(sequence.boxes[2]).all()
    (tmp_path / "good" / "img" / "0002.jpg").unlink()
    with pytest.raises(ValueError, match=r"good \(2 frames, 3 boxes\)"):
        read_otb(tmp_path)
    with pytest.raises(ValueError, match="^data: no NAME/groundtruth_rect.txt"):
        read_otb(tmp_path / "nowhere")


def test_a_folder_of_two_objects_is_two_sequences_and_an_empty_file_none(tmp_path):
    for name, texts in (("Jogging", {"1": "1,1,5,5\n", "2": "2,2,5,5\n"}), ("Human4", {"1": "", "2": "3,3,5,5\n"})):
        layouts.touch(tmp_path / name / "img", [1], 4)
        for number, text in texts.items():
            layouts.write(tmp_path / name / f"groundtruth_rect.{number}.txt", text)
    sequences = read_otb(tmp_path)
    assert [sequence.name for sequence in sequences] == ["Human4_2", "Jogging_1", "Jogging_2"]
    assert [sequence.boxes[0, 0] for sequence in sequences] == [2, 0, 1]


def test_the_benchmark_uses_a_part_of_some_folders(tmp_path):
    # Name -> files in the official folder, boxes in its file, frames that the benchmark uses
    for name, files, boxes, first, last in (
        ("David", 770, 471, 300, 770),
        ("Football1", 79, 74, 1, 74),
        ("Tiger1", 354, 354, 6, 354),
        ("Car4", 5, 5, 1, 5),
    ):
        layouts.touch(tmp_path / name / "img", range(1, files + 1), 4)
        layouts.write(tmp_path / name / "groundtruth_rect.txt", "".join(f"{i},1,5,5\n" for i in range(1, boxes + 1)))
        sequence = read(tmp_path / name / "groundtruth_rect.txt")
        assert [int(path.stem) for path in sequence.frames] == list(range(first, last + 1))
        assert sequence.boxes[-1, 0] == boxes - 1 and len(sequence.boxes) == last - first + 1


def test_an_excerpt_of_such_a_folder_is_read_as_it_is(tmp_path):
    layouts.touch(tmp_path / "David" / "img", range(1, 4), 4)
    layouts.write(tmp_path / "David" / "groundtruth_rect.txt", "1,1,5,5\n" * 3)
    (anno,) = find(tmp_path)
    assert len(read(anno).frames) == 3

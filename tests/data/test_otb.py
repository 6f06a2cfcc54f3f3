"""The OTB layout, as users unpack it."""

import cv2
import numpy as np
import pytest

from playground.data.otb import read_otb


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

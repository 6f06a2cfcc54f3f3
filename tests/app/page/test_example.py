"""The example's sheet holds the frames that its facts tell of, and they are those that are rendered."""

import json
import shutil

import cv2
import numpy as np
import pytest

from playground.app.page.example import FACTS, SEED, SHEET, WEB, WORLD, as_sheet, example_frames, read_facts
from playground.manifest import describe_file
from playground.video.synthetic import render_clip


def test_the_sheet_is_the_rendered_clip_without_any_loss():
    clip = render_clip(SEED, WORLD)
    frames, box = example_frames()
    assert [(frame.index, frame.time_s) for frame in frames[:2]] == [(0, 0.0), (1, pytest.approx(1 / 30))]
    assert np.array_equal([frame.image for frame in frames], clip.frames)
    assert np.abs(np.subtract(box.as_tuple(), clip.boxes[0])).max() <= 0.5  # whole pixels


def test_the_facts_are_those_of_the_file():
    facts, record = read_facts(), describe_file(WEB / SHEET)
    assert (facts.file, facts.bytes, facts.sha256) == (SHEET, record.bytes, record.sha256)
    assert facts.frames == 60 and facts.bytes < 1_000_000


def test_a_sheet_stands_row_by_row():
    frames = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1) * np.ones((2, 3, 3), np.uint8)
    sheet = as_sheet(frames, 3)
    assert sheet.shape == (4, 9, 3)
    assert sheet[::2, ::3, 0].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_another_picture_is_refused(tmp_path):
    shutil.copy(WEB / FACTS, tmp_path)
    with pytest.raises(ValueError, match=r"^example: .* is not the picture"):
        example_frames(tmp_path)
    cv2.imwrite(str(tmp_path / SHEET), np.zeros((240, 320, 3), np.uint8))
    with pytest.raises(ValueError, match=r"^example: .* is not the picture"):
        example_frames(tmp_path)
    (tmp_path / FACTS).write_text(json.dumps({"file": SHEET}))
    with pytest.raises(ValueError, match=FACTS):
        read_facts(tmp_path)

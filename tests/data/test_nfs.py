"""The NfS layout: corners become boxes, and lines for 240 frames a second fit 30."""

import layouts
import numpy as np
import pytest

from playground.data.nfs import find, read


def _sequence(root, frames: int, lines: list[str]):
    layouts.touch(root / "bee" / "30" / "bee", range(1, frames + 1), 5)
    layouts.write(root / "bee" / "30" / "bee.txt", "\n".join(lines))
    return find(root)[0]


def _line(i: int, lost: int = 0) -> str:
    return f'0 {10 + i} 20 {40 + i} 60 {i} {lost} 1 0 "bee"'


def test_every_eighth_line_of_a_file_at_240_a_second(tmp_path):
    sequence = read(_sequence(tmp_path, 4, [_line(i, lost=int(i == 8)) for i in range(30)]))
    assert len(sequence.frames) == 4 and np.isnan(sequence.boxes).all(1).tolist() == [False, True, False, False]
    assert sequence.boxes[[0, 2, 3]].tolist() == [[10, 20, 30, 40], [26, 20, 30, 40], [34, 20, 30, 40]]


@pytest.mark.parametrize(("frames", "lines", "kept"), [(3, 3, 3), (3, 4, 3), (4, 3, 3), (3, 32, 3)])
def test_one_line_more_or_less_ends_the_sequence_early(frames, lines, kept, tmp_path):
    sequence = read(_sequence(tmp_path, frames, [_line(i) for i in range(lines)]))
    assert len(sequence.frames) == len(sequence.boxes) == kept
    assert sequence.boxes[:, 0].tolist() == [10 + (8 if lines == 32 else 1) * i for i in range(kept)]


def test_what_is_broken_names_the_sequence(tmp_path):
    anno = _sequence(tmp_path, 6, [_line(i) for i in range(4)])
    with pytest.raises(ValueError, match=r"^data: bee \(6 frames, 4 boxes\)"):
        read(anno)
    for text in ("0 1 2 3", _line(0) + "\n0 a b c d 1 0 0 0"):
        layouts.write(anno, text)
        with pytest.raises(ValueError, match="^data: bee: lines that do not begin with eight numbers"):
            read(anno)

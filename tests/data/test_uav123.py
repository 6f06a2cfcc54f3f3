"""The UAV123 layout: which frames of a clip belong to which sequence."""

from collections import Counter

import layouts
import numpy as np
import pytest

from playground.data.uav123 import RANGES, find, read


def test_ranges_are_those_that_the_benchmark_counts():
    # Numbers that its paper states: 123 sequences of 112,578 frames; they come from 91 clips.
    lengths = {name: last - first + 1 for name, (_, first, last) in RANGES.items()}
    assert len(lengths) == 123 and sum(lengths.values()) == 112_578
    assert len({clip for clip, _, _ in RANGES.values()}) == 91
    assert (max(lengths.values()), min(lengths.values())) == (3085, 109)


def test_sequences_of_a_clip_share_one_frame_at_most():
    shown = Counter((clip, i) for clip, first, last in RANGES.values() for i in range(first + 1, last + 1))
    assert max(shown.values()) == 1


def test_a_part_of_a_clip_has_its_own_frames(tmp_path):
    layouts.touch(tmp_path / "data_seq" / "UAV123" / "bird1", range(770, 1490), 6)
    layouts.write(tmp_path / "anno" / "UAV123" / "bird1_2.txt", "11,21,30,40\n" * 702 + "NaN,NaN,NaN,NaN\n")
    (anno,) = find(tmp_path)
    sequence = read(anno)
    assert sequence.name == "bird1_2" and sequence.attributes == ()
    assert [sequence.frames[i].name for i in (0, -1)] == ["000775.jpg", "001477.jpg"]
    assert sequence.boxes[0].tolist() == [10, 20, 30, 40] and np.isnan(sequence.boxes[-1]).all()
    layouts.write(anno, "11,21,30,40\n" * 702)
    with pytest.raises(ValueError, match=r"^data: bird1_2 \(703 frames, 702 boxes\)"):
        read(anno)


def test_attributes_must_fit(tmp_path):
    layouts.uav123(tmp_path)
    layouts.write(tmp_path / "anno" / "UAV123" / "att" / "uav6.txt", "1,0,1")
    with pytest.raises(ValueError, match=r"^data: uav6 \(3 marks, 12 attributes\)"):
        read(find(tmp_path)[0])

"""Every benchmark by name: its layout gives sequences, what is missing names the sequence, slips are named."""

import shutil
from pathlib import Path

import layouts
import numpy as np
import pytest

from playground.data.benchmarks import BENCHMARKS, read_benchmark
from playground.video.write import open_writer

DEV = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "dev"

# Benchmark -> its sequence, frames, first box, frames with a box, attributes
LAYOUTS = {
    "otb": ("Coke", 3, [10, 20, 30, 40], 3, ()),
    "lasot": ("airplane-1", 3, [10, 20, 30, 40], 2, ()),
    "lasotext": ("atv-1", 3, [10, 20, 30, 40], 2, ()),
    "tnl2k": ("Arrow_Video_ZZ04_done", 3, [11, 21, 30, 40], 2, ("CM", "SV", "MS")),
    "uav123": ("uav6", 109, [10, 20, 30, 40], 108, ("SV", "LR", "CM")),
    "nfs": ("bee", 3, [10, 20, 30, 40], 2, ()),
    "got10k": ("GOT-10k_Val_000001", 3, [11, 21, 30, 40], 2, ("animal",)),
    "trackingnet": ("x_0", 12, [11, 21, 30, 40], 1, ()),
    "davis": ("cows", 3, [11, 21, 20, 20], 2, ()),
    "vot": ("ball1", 3, [11, 21, 30, 40], 2, ("occlusion",)),
    "videos": ("walk", 3, [11, 21, 30, 40], 2, ()),
}


def _build(name: str, root: Path):
    getattr(layouts, name)(root)
    return read_benchmark(f"{name}:{root}")


def test_every_benchmark_has_a_layout_here():
    assert set(LAYOUTS) == set(BENCHMARKS)


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_its_sequences(name, tmp_path):
    (sequence,) = _build(name, tmp_path)
    known = np.isfinite(sequence.boxes).all(1)
    numbers = [int(path.stem) for path in sequence.frames]
    assert (sequence.name, len(numbers), sequence.boxes[0].tolist()) == LAYOUTS[name][:3]
    assert (known.sum(), sequence.attributes) == LAYOUTS[name][3:]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) and all(p.is_file() for p in sequence.frames)
    assert np.isnan(sequence.boxes[~known]).all()


@pytest.mark.parametrize("name", sorted(set(LAYOUTS) - {"trackingnet", "nfs"}))
def test_a_frame_that_is_missing_names_the_sequence(name, tmp_path):
    (sequence,) = _build(name, tmp_path)
    sequence.frames[1].unlink()
    with pytest.raises(ValueError, match=f"^data: {sequence.name} .*{len(sequence.boxes) - 1} frames.*mend it"):
        read_benchmark(f"{name}:{tmp_path}")


@pytest.mark.parametrize("name", LAYOUTS)
def test_frames_that_are_all_missing_name_the_sequence(name, tmp_path):
    (sequence,) = _build(name, tmp_path)
    shutil.rmtree(sequence.frames[0].parent, ignore_errors=name != "got10k")
    with pytest.raises(ValueError, match=f"^data: {sequence.name}"):
        read_benchmark(f"{name}:{tmp_path}")


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_place_without_anything_of_the_layout_says_what_to_give(name, tmp_path):
    with pytest.raises(ValueError, match=f"^data: no .*{tmp_path.name}.*; give the folder that holds"):
        read_benchmark(f"{name}:{tmp_path}")
    with pytest.raises(ValueError, match="^data: .*nowhere does not exist; give the folder"):
        read_benchmark(f"{name}:{tmp_path / 'nowhere'}")


@pytest.mark.parametrize("location", ["", "otb", "otb:", "nowhere", "coco:/a"])
def test_a_location_that_is_not_understood_names_the_benchmarks(location):
    with pytest.raises(ValueError, match="^data: expected FORMAT:PLACE with FORMAT one of otb, lasot, lasotext, tnl2k"):
        read_benchmark(location)


def test_splits_without_truth_know_the_first_box_alone(tmp_path):
    layouts.got10k(tmp_path, "test", boxes=layouts.BOX)
    layouts.got10k(tmp_path, "train")
    (sequence,) = read_benchmark(f"got10k:{tmp_path / 'test'}")
    assert (
        sequence.boxes[0].tolist() == [11, 21, 30, 40]
        and np.isnan(sequence.boxes[1:]).all()
        and sequence.boxes.shape == (3, 4)
    )
    assert [s.name for s in read_benchmark(f"got10k:{tmp_path}")] == ["GOT-10k_Test_000001"]
    layouts.got10k(tmp_path, "val")
    assert [s.name for s in read_benchmark(f"got10k:{tmp_path}")] == ["GOT-10k_Val_000001"]
    layouts.write(tmp_path / "val" / "GOT-10k_Val_000001" / "groundtruth.txt", layouts.BOX)
    with pytest.raises(ValueError, match="GOT-10k_Val_000001"):  # here the truth should be whole
        read_benchmark(f"got10k:{tmp_path}")


def test_a_film_is_read_frame_by_frame(tmp_path):
    with open_writer(tmp_path / "cup.mp4", 10) as write:
        for level in (40, 80, 120, 160):
            write(np.full((48, 64, 3), level, np.uint8))
    (tmp_path / "cup.txt").write_text("1,2,3,4\n" * 4)
    (sequence,) = read_benchmark(f"videos:{tmp_path}")
    frames = list(sequence.read())
    assert sequence.frames == tmp_path / "cup.mp4" and [frame.index for frame in frames] == [0, 1, 2, 3]
    assert frames[1].time_s == pytest.approx(0.1)
    assert [frame.image.mean() for frame in frames] == pytest.approx([40, 80, 120, 160], abs=4)


@pytest.mark.skipif(not DEV.is_dir(), reason="the folder shared/data/dev is not beside the repository")
def test_real_sequences_are_whole():
    sequences = read_benchmark(f"otb:{DEV}")
    assert len(sequences) == 17 and sum(len(sequence.boxes) for sequence in sequences) == 1310
    first = next(sequences[0].read()).image
    x, y, w, h = sequences[0].boxes[0]
    assert 0 <= x < x + w <= first.shape[1] and 0 <= y < y + h <= first.shape[0]

"""Results of one thing are never taken for those of another."""

import pytest
from tiny_evaluation import make_record, make_sequence, write_otb

from playground.data.benchmarks import read_benchmark
from playground.evaluate.folders import data_name, folder_name, open_data_set, open_tracker
from playground.evaluate.results import read_data_record, read_tracker

BOX = [10, 10, 20, 20]


def test_names_are_short_and_fit_any_disk(tmp_path):
    assert folder_name("mini-small") == "mini-small"
    assert folder_name("runs/first/") == "runs-first" and folder_name("/a/b/c/model") == "c-model"
    assert folder_name("user/repo") == "user-repo" and folder_name(r"C:\my models\one") == "my_models-one"
    assert data_name(f"otb:{tmp_path}/OTB 100/") == "otb-OTB_100"


def test_a_data_set_may_move_and_grow_but_not_change(tmp_path):
    one, two = make_sequence("one", [BOX] * 3), make_sequence("two", [BOX] * 3)
    folder, data = open_data_set(tmp_path, "otb:here", [one], "otb")
    assert read_data_record(folder) == data and data.sequences[0].size == ()
    open_data_set(tmp_path, "otb:elsewhere/here", [one, two], "plain")
    assert [record.name for record in read_data_record(folder).sequences] == ["one", "two"]
    changed = make_sequence("one", [BOX, BOX, [11, 10, 20, 20]])
    with pytest.raises(ValueError, match=r"^out: .*otb-here holds results for other boxes of one"):
        open_data_set(tmp_path, "otb:here", [two, changed], "otb")
    assert read_data_record(folder).protocol == "plain"


@pytest.mark.parametrize("names", [("a", "a"), ("a", "a_time"), ("a/b",), (".a",), ("..",)])
def test_names_that_would_share_or_leave_the_folder_are_refused(tmp_path, names):
    with pytest.raises(ValueError, match=r"^data: otb:here has sequences whose names"):
        open_data_set(tmp_path, "otb:here", [make_sequence(name, [BOX]) for name in names], "otb")
    assert list(tmp_path.iterdir()) == []


def test_the_size_of_the_frames_is_kept_where_the_rules_cut_at_their_border(tmp_path):
    write_otb(tmp_path / "data", "a", [BOX] * 2)
    sequences = read_benchmark(f"otb:{tmp_path / 'data'}")
    _, data = open_data_set(tmp_path, "otb:data", sequences, "got10k")
    assert data.sequences[0].frame_size == (64, 48)


def test_another_tracker_of_the_same_name_is_refused(tmp_path):
    open_tracker(tmp_path / "x", make_record(threads=1))
    open_tracker(tmp_path / "x", make_record(threads=4))
    assert read_tracker(tmp_path / "x").threads == 4
    for other in (make_record(weights="new"), make_record(device="cuda")):
        with pytest.raises(ValueError, match=r"^out: .*other weights or on another device.*--tracker NAME=someone"):
            open_tracker(tmp_path / "x", other)
    open_tracker(tmp_path / "y", make_record(), write=False)
    assert not (tmp_path / "y").exists()

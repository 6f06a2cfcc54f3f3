"""The zips hold what the servers ask for, and GOT-10k's toolkit reads the same numbers out of the same files."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from tiny_evaluation import make_record, make_sequence, make_track

from playground.data.benchmarks import read_benchmark
from playground.evaluate.folders import open_data_set, open_tracker
from playground.evaluate.protocol import PROTOCOLS
from playground.evaluate.results import write_track
from playground.evaluate.submission import SERVERS, pack
from playground.evaluate.summary import score_tracks, summarise

NAN = [np.nan] * 4
FOUND = np.array([[10.0, 10, 20, 20], [1 / 3, 2.0, 30.12345, 4.0]])


def _evaluated(root, kind, names, truth=(FOUND[0], NAN), leave_out=()):
    """A folder RESULTS/DATA/TRACKER with tracks of two frames each."""
    sequences = [make_sequence(name, truth) for name in names]
    folder, _ = open_data_set(root, f"{kind}:test", sequences, "plain")
    open_tracker(folder / "mine", make_record())
    for sequence in sequences:
        if sequence.name not in leave_out:
            write_track(folder / "mine", make_track(sequence.name, FOUND, truth))
    return folder / "mine"


def _names(kind):
    return [f"{kind}_{i:06d}" for i in range(1, SERVERS[kind].sequences + 1)]


def test_got10k_gets_a_folder_a_sequence_with_boxes_and_times(tmp_path):
    names = _names("got10k")
    said = pack(_evaluated(tmp_path / "results", "got10k", names), tmp_path / "new" / "out.zip")
    assert said.endswith("out.zip: 180 sequences of mine for the server of got10k")
    with zipfile.ZipFile(tmp_path / "new" / "out.zip") as archive:
        assert archive.testzip() is None
        expected = {f"{name}/{name}_{part}.txt" for name in names for part in ("001", "time")}
        assert set(archive.namelist()) == expected
        boxes = np.loadtxt(io.BytesIO(archive.read(f"{names[7]}/{names[7]}_001.txt")), delimiter=",")
        times = np.loadtxt(io.BytesIO(archive.read(f"{names[7]}/{names[7]}_time.txt")), delimiter=",")
    assert boxes == pytest.approx(FOUND, abs=5e-4) and times.tolist() == [1.0, 0.01]


def test_trackingnet_gets_a_file_a_sequence_and_no_folder(tmp_path):
    names = _names("trackingnet")
    pack(_evaluated(tmp_path / "results", "trackingnet", names), tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert sorted(archive.namelist()) == [f"{name}.txt" for name in names]
        assert archive.read(f"{names[0]}.txt") == b"10.00,10.00,20.00,20.00\n0.33,2.00,30.12,4.00\n"


def test_the_same_results_give_the_same_file(tmp_path):
    folder = _evaluated(tmp_path / "results", "got10k", _names("got10k"))
    for name in ("one.zip", "two.zip"):
        pack(folder, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_what_a_server_would_turn_down_is_refused(tmp_path):
    names, out = _names("got10k"), tmp_path / "out.zip"
    with pytest.raises(ValueError, match=r"^folder: .*nothing has no tracker\.json"):
        pack(tmp_path / "nothing", out)
    with pytest.raises(ValueError, match=r"^out: must end in \.zip"):
        pack(_evaluated(tmp_path / "a", "got10k", names), tmp_path / "out.tar")
    with pytest.raises(ValueError, match=r"^folder: .*is otb, but only got10k and trackingnet have a server"):
        pack(_evaluated(tmp_path / "b", "otb", names), out)
    with pytest.raises(ValueError, match=rf"^folder: mine lacks 2 sequences, first {names[3]}"):
        pack(_evaluated(tmp_path / "c", "got10k", names, leave_out=(names[3], names[9])), out)
    with pytest.raises(ValueError, match="^folder: the server of got10k takes the 180 test sequences.*here are 179"):
        pack(_evaluated(tmp_path / "d", "got10k", names[:-1]), out)
    with pytest.raises(ValueError, match="true boxes are withheld"):  # those of the validation set are not
        pack(_evaluated(tmp_path / "e", "got10k", names, truth=(FOUND[0], FOUND[0])), out)
    assert not out.exists()


def test_the_toolkit_of_got10k_reads_the_same_numbers_from_the_same_files(tmp_path, monkeypatch):
    pytest.importorskip("got10k", reason="the toolkit got10k is not installed")
    monkeypatch.setenv("MPLBACKEND", "agg")
    from got10k.experiments import ExperimentGOT10k

    rng, lengths = np.random.default_rng(0), {"GOT-10k_Val_000001": 12, "GOT-10k_Val_000002": 30}
    split = tmp_path / "data" / "val"
    tracks, size = [], (64, 48)
    for name, length in lengths.items():
        folder = split / name
        folder.mkdir(parents=True)
        truth = np.round(rng.uniform([-5, -5, 5, 5], [40, 30, 30, 30], (length, 4)), 2)
        found = np.round(truth + rng.normal(0, 3, truth.shape).clip(-4, 4), 3)
        found[0] = truth[0]
        cover = rng.integers(0, 9, length).clip(0, 8)
        cover[0] = 8
        np.savetxt(folder / "groundtruth.txt", truth, fmt="%.4f", delimiter=",")
        for label, values in {"cover": cover, "absence": cover == 0, "cut_by_image": cover * 0}.items():
            np.savetxt(folder / f"{label}.label", values, fmt="%d")
        (folder / "meta_info.ini").write_text(f"[METAINFO]\nresolution: {size}\n")
        for i in range(length):
            Image.new("RGB", size).save(folder / f"{i + 1:08d}.jpg")
        track = make_track(name, found, truth, size=size)
        for file, text in SERVERS["got10k"].files(track).items():
            path = tmp_path / "results" / "GOT-10k" / "mine" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        tracks.append(track)
    (split / "list.txt").write_text("\n".join(lengths))
    toolkit = ExperimentGOT10k(tmp_path / "data", "val", str(tmp_path / "results"), str(tmp_path / "reports"))
    theirs = toolkit.report(["mine"])["mine"]

    rules = PROTOCOLS["got10k"]
    sequences = {sequence.name: sequence for sequence in read_benchmark(f"got10k:{tmp_path / 'data'}")}
    mine = [make_track(t.sequence.name, t.boxes, sequences[t.sequence.name].boxes, size=size) for t in tracks]
    scores = score_tracks(mine, rules)
    for score in scores:
        assert score.ao == pytest.approx(theirs["seq_wise"][score.name]["ao"], abs=1e-9)
        assert score.sr50 == pytest.approx(theirs["seq_wise"][score.name]["sr"], abs=1e-9)
    means = summarise(mine, scores, rules).groups["all"]
    assert means.ao.mean == pytest.approx(theirs["overall"]["ao"], abs=1e-9)
    assert means.sr50.mean == pytest.approx(theirs["overall"]["sr"], abs=1e-9)
    assert means.sr75.mean == pytest.approx(theirs["overall"]["succ_curve"][75], abs=1e-9)


def test_the_toolkits_otb_curves_are_those_of_the_official_rules():
    toolkit = pytest.importorskip("got10k.experiments", reason="the toolkit got10k is not installed").ExperimentOTB
    rng = np.random.default_rng(1)
    truth = rng.uniform([0, 0, 5, 5], [40, 30, 30, 30], (50, 4))
    found = truth + rng.normal(0, 3, truth.shape).clip(-4, 4)
    (score,) = score_tracks([make_track("a", found, truth)], PROTOCOLS["otb"])
    found[0] = truth[0]
    theirs = toolkit.__new__(toolkit)  # its maker wants to download OTB
    theirs.nbins_iou, theirs.nbins_ce = 21, 51
    success, near = theirs._calc_curves(*theirs._calc_metrics(found, truth))
    assert score.success == pytest.approx(success) and score.near == pytest.approx(near)

"""A full disk and places that may not be written to: one sentence that names the file, and what was there is there.

No file can grow beyond a size, which is what a full disk looks like to a process but for the number of the error.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from exported import toy_export, toy_source
from faulty import Fault, NoRights, NoRoom, call, run
from small_results import write_results
from tiny_evaluation import make_record, make_sequence, make_track, write_otb

from playground.evaluate.folders import open_data_set, open_tracker
from playground.evaluate.results import write_track
from playground.evaluate.submission import SERVERS
from playground.video.write import write_video

GOLDEN = Path(__file__).parents[1] / "golden" / "o_official_format_tiny.pth.tar"
SHORT = "--data.synthetic-clips 2 --groups 2 --report-every 1 --device cpu"


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> Path:
    """What the commands read: a clip, a model and its export, sequences and results."""
    folder, rng = tmp_path_factory.mktemp("given"), np.random.default_rng(0)
    shutil.copytree(toy_source(tmp_path_factory), folder / "toy")
    shutil.copytree(toy_export(tmp_path_factory), folder / "onnx")
    write_video(folder / "clip.mp4", [rng.integers(0, 255, (64, 96, 3), np.uint8) for _ in range(6)], 25)
    write_otb(folder / "clips", "s0", [(11 + 3 * j, 11, 20, 20) for j in range(3)])
    shutil.move(write_results(folder / "made"), folder / "results")
    _write_withheld(folder / "server")
    return folder


def _write_withheld(root: Path) -> None:
    """Results on GOT-10k's test set, all of it, with two frames a sequence."""
    truth = [[1.0, 2.0, 3.0, 4.0], [np.nan] * 4]
    sequences = [make_sequence(f"s{i:03d}", truth) for i in range(SERVERS["got10k"].sequences)]
    folder, _ = open_data_set(root, "got10k:test", sequences, "plain")
    open_tracker(folder / "mine", make_record())
    for sequence in sequences:
        write_track(folder / "mine", make_track(sequence.name, np.array(truth[:1] * 2), truth))


@pytest.fixture
def out(tmp_path, given) -> Path:
    """A folder with an older file of every name that a command of these tests writes, but for folders."""
    for name in ("o.mp4", "b.csv", "b.json", "page.html", "o.zip"):
        (tmp_path / name).write_text("an older one")
    for name in ("figures", "ablated"):
        (tmp_path / name).mkdir()
    shutil.copytree(given / "toy", tmp_path / "toy")
    return tmp_path


COMMANDS = {
    "video": "track {given}/clip.mp4 --model {given}/toy --box 20,15,24,18 --out o.mp4",
    "boxes": "track {given}/clip.mp4 --model {given}/toy --box 20,15,24,18 --boxes b.csv",
    "both": "track {given}/clip.mp4 --model {given}/toy --box 20,15,24,18 --boxes b.json --out o.mp4",
    "evaluate": "evaluate --tracker first-box --data otb:{given}/clips --out results",
    "report": "report {given}/results --out page.html",
    "card": "card toy --write",
    "convert": f"convert {GOLDEN} model --heads 4",
    "export": "export {given}/toy onnx",
    "submit": "submit {given}/server/got10k-test/mine o.zip",
    "space": "publish-space someone/tracker --out space",
    "benchmark": "benchmark --model preset:toy-small --frames 20 --threads 1 --device cpu --out figures",
    "ablate": "ablate --only tokens --seeds 1 --device cpu --out ablated",
    "page": "page --model {given}/onnx --build site --cache {given}/cache",
    "train": f"train toy-teacher --out run --optim.steps 2 {SHORT}",
    "events": f"train toy-teacher --out run --optim.steps 60 --save-every 60 {SHORT}",
}


DOORS = {"ablate": "small_writers:ablate_untrained", "space": "small_writers:space_of_a_file"}


def told(command: str, given: Path, out: Path, fault: Fault) -> str:
    """The sentence that a command ends with. Nothing of what was there may have changed."""
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    words = COMMANDS[command].format(given=given).split()
    ended = call(DOORS.get(command, "playground.app.cli:main"), (words,), fault, out)
    assert ended.status == 2 and "Traceback" not in ended.said, ended.said
    assert all(path.read_bytes() == content for path, content in before.items())
    assert not [path for path in out.rglob(".*") if ".part" in path.name], "half a file is left"
    return ended.sentence


@pytest.mark.parametrize(
    ("command", "room", "file"),
    [
        ("video", 0, "o.mp4"),
        ("video", 20_000, "o.mp4"),
        ("boxes", 0, "b.csv"),
        ("boxes", 40, "b.csv"),
        ("both", 400, "b.json"),
        ("evaluate", 0, "results/otb-clips/data.json"),
        ("report", 4000, "page.html"),
        ("card", 100, "toy/card.json"),
        ("card", 300, "toy/README.md"),
        ("convert", 300, "model/tracker.json"),
        ("convert", 4000, "model/model.safetensors"),
        ("export", 4000, "onnx"),
        ("submit", 4000, "o.zip"),
        ("space", 4000, "space"),
        ("ablate", 40, "ablated/results.json"),
        ("page", 4000, "site"),
        ("train", 4000, "run/model.safetensors"),
        ("events", 4000, "run/events.jsonl"),
    ],
)
def test_a_full_disk_is_said_in_a_sentence(given, out, command, room, file):
    said = told(command, given, out, NoRoom(room)).replace(f"{out}/", "")
    assert said == f"playground: {file} could not be written (File too large); make room, or choose another place."


@pytest.mark.parametrize("command", sorted({*COMMANDS} - {"both", "events"}))
def test_a_place_that_may_not_be_written_to_is_said_in_a_sentence(given, out, command):
    folders = [out, *(path for path in out.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        said = told(command, given, out, NoRights())
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert "(Permission denied); " in said and said.startswith("playground: ") and said.endswith("permissions.")


def test_an_evaluation_keeps_what_is_finished_and_goes_on_when_there_is_room(given, out):
    for name in ("one", "other"):
        write_otb(out / "clips", name, [(11, 11, 20, 20)] * 3)
    words = ["evaluate", "--tracker", "first-box", "--data", "otb:clips", "--out", "results"]
    tracks = Path("results/otb-clips/first-box")
    (out / tracks / "one.txt").mkdir(parents=True)  # nothing can be written there
    ended = run(words, folder=out)
    assert ended.status == 2 and ended.sentence == (
        "playground: sequence: 1 could not be tracked; start again to go on: first-box on one: "
        f"{tracks}/one.txt could not be written (Is a directory); check the disk."
    )
    assert (out / tracks / "other.txt").read_text() == "10.0,10.0,20.0,20.0\n" * 3
    (out / tracks / "one.txt").rmdir()
    assert "1 of 2 tracks are finished" in run(words, folder=out).said and (out / tracks / "one.txt").is_file()

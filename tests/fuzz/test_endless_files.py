"""Pipes, devices and folders in place of files, and files that pretend to be larger than they are: a sentence at once,
in a process whose memory has a limit."""

import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
import torch
from exported import toy_export, toy_source
from quicktime import write_bomb
from small_results import write_results

from playground.evaluate.results import DATA
from playground.manifest import MANIFEST

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 60
MEMORY = 6 * 2**30  # bytes of addresses; PyTorch by itself takes 3
MOST_KIB = 2**20  # of memory in use: half of it is PyTorch

# The peak is that of this program alone: `ru_maxrss` would begin at the size of the process that started it.
RUN = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
from playground.app.cli import main
try:
    main(sys.argv[2:])
finally:
    with open("/proc/self/status") as status:
        print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes, devices and limits as on Linux")


# Visitors' videos, as the page opens them: what it says of each, after how many seconds, with how many kilobytes.
OPEN = """
import resource, sys, time
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
from playground.app.demo.clip import open_clip
for path in sys.argv[2:]:
    began = time.process_time()
    try:
        print(open_clip(Path(path)))
    except ValueError as error:
        print(error)
    with open("/proc/self/status") as status:
        print(time.process_time() - began, next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def refused(*arguments: object) -> str:
    """What the command ``playground`` says on its way out with status 2."""
    command = [sys.executable, "-c", RUN, str(MEMORY), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 2, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) < MOST_KIB
    return done.stderr.splitlines()[-1]


@pytest.fixture(params=["pipe", "device", "folder", "gone"])
def endless(request, tmp_path) -> Path:
    """A link to something that is no file."""
    target = {"device": Path("/dev/zero"), "folder": tmp_path}.get(request.param, tmp_path / request.param)
    if request.param == "pipe":
        os.mkfifo(target)
    (tmp_path / "link").symlink_to(target)
    return tmp_path / "link"


@pytest.mark.parametrize("file", ["config.json", "tracker.json", "model.safetensors"])
def test_a_model_folder_with_one_is_refused(tmp_path, tmp_path_factory, endless, file):
    from playground.hub.model_folder import load_model, load_tracker_config

    folder = tmp_path / "model"
    folder.mkdir()
    for path in toy_source(tmp_path_factory).iterdir():
        (folder / path.name).symlink_to(path)  # as files lie in the Hub's cache
    load_model(folder)
    (folder / file).unlink()
    (folder / file).symlink_to(endless)
    with pytest.raises(ValueError, match=file):
        (load_tracker_config if file == "tracker.json" else load_model)(folder)


@pytest.mark.parametrize("file", [MANIFEST, "weights"])
def test_an_exported_folder_with_one_is_refused(tmp_path, tmp_path_factory, endless, file):
    from playground.backends.onnx import OnnxBackend

    folder = tmp_path / "export"
    folder.mkdir()
    for path in toy_export(tmp_path_factory).iterdir():
        (folder / path.name).symlink_to(path)
    OnnxBackend(folder)
    name = json.loads((folder / MANIFEST).read_text())["weights"] if file == "weights" else file
    (folder / name).unlink()
    (folder / name).symlink_to(endless)
    with pytest.raises(ValueError, match="^manifest: "):
        OnnxBackend(folder)


@pytest.mark.timeout(LIMIT_S)
def test_data_and_results_with_one_are_refused(tmp_path, endless):
    from playground.data.benchmarks import read_benchmark
    from playground.data.formats import read_location
    from playground.data.skipped import Skipped
    from playground.evaluate.results import read_results

    results = write_results(tmp_path / "some")
    for name in ("good/hard.txt", DATA):
        (results / "otb-data" / name).unlink()
        (results / "otb-data" / name).symlink_to(endless)
        if name == DATA:
            with pytest.raises(ValueError, match=DATA):
                read_results(results)
        else:
            assert read_results(results)["otb-data"].missing("good") == ("hard",)
    for kind, boxes in (("otb", "groundtruth_rect.txt"), ("vot", "groundtruth.txt"), ("lasot", "groundtruth.txt")):
        clip = tmp_path / kind / "cat" / "cat-1"
        clip.mkdir(parents=True)
        (clip.parent / boxes).symlink_to(endless)
        (clip / boxes).symlink_to(endless)
        with pytest.raises(ValueError, match="^data: "):
            list(read_benchmark(f"{kind}:{tmp_path / kind}"))
    shards, skipped = tmp_path / "shards", Skipped()
    shards.mkdir()
    (shards / "x.tar").symlink_to(endless)
    assert not list(read_location(str(shards), skipped)) and len(skipped.lines()) == 1
    (tmp_path / "images" / "annotations").mkdir(parents=True)
    (tmp_path / "images" / "images").mkdir()
    (tmp_path / "images" / "annotations" / "instances_train2017.json").symlink_to(endless)
    with pytest.raises(ValueError, match="^data: "):
        list(read_location(f"coco:{tmp_path / 'images'}", skipped))


@pytest.mark.timeout(LIMIT_S)
def test_pictures_that_are_none_are_refused(tmp_path, endless):
    from playground.data.clip import image_size, read_image
    from playground.video.read import describe

    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "1.png").symlink_to(endless)
    for read in (read_image, image_size):
        with pytest.raises(ValueError, match=r"^data: .*1\.png cannot be read"):
            read(tmp_path / "frames" / "1.png")
    with pytest.raises(ValueError, match="^video: "):
        describe(tmp_path / "frames")
    for source in (endless, tmp_path / "frames" / "1.png"):
        with pytest.raises(ValueError, match="^video: "):
            describe(source)


def _wide_png(path: Path, side: int) -> Path:
    """A whole PNG of ``side`` * ``side`` grey pixels, all black: a thousandth of them in bytes."""
    packer, rows = zlib.compressobj(9), bytearray()
    for _ in range(side):
        rows += packer.compress(bytes(1 + side))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)), (b"IDAT", bytes(rows) + packer.flush())]
    packed = [
        struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in [*parts, (b"IEND", b"")]
    ]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(packed))
    return path


@pytest.mark.parametrize("side", [9_000, 30_000])
def test_a_picture_that_unpacks_to_gigabytes_is_refused(tmp_path, side):
    said = refused("track", _wide_png(tmp_path / "1.png", side), "--box", "1,1,9,9", "--boxes", tmp_path / "out.txt")
    assert said.startswith("playground: video: ") and f"got {side}x{side}" in said


def test_videos_that_name_the_same_bytes_a_million_times_are_refused(tmp_path):
    wanted = {
        write_bomb(tmp_path / "stated.mov", 100, 10_000, 100_000): "states 1000000 pictures or sounds, but a file of",
        write_bomb(tmp_path / "shared.mov", 100, 10_000, 100_000, stored=10**6): "clips up to 43200 frames; shared.mov",
        write_bomb(tmp_path / "no.mov", 100, 10_000, 100_000, stored=10**6, codec=b"jpeg"): "no frame of no.mov can be",
    }
    command = [sys.executable, "-c", OPEN, str(MEMORY), *map(str, wanted)]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    for said, figures, words in zip(lines[-6::2], lines[-5::2], wanted.values(), strict=True):
        seconds, kilobytes = figures.split()
        assert said.startswith("video: ") and words in said
        assert float(seconds) < LIMIT_S and int(kilobytes) < MOST_KIB


def test_training_does_not_unpack_it_either(tmp_path, monkeypatch):
    from playground.data.clip import read_image, read_mask

    data = _wide_png(tmp_path / "1.png", 12_000).read_bytes()
    monkeypatch.setattr("cv2.imdecode", lambda *_: pytest.fail("it was decoded"))
    for read in (read_image, read_mask):
        with pytest.raises(ValueError, match=r"^data: .*12000x12000 pixels, too many"):
            read(data)


def _torch_file(path: Path) -> Path:
    torch.save({"net": {"a": torch.ones(4)}}, path)
    return path


def _packed(path: Path) -> Path:
    """A checkpoint of 5 MB whose storage is 1 GB of packed zeros, as its description says."""
    whole = zipfile.ZipFile(_torch_file(path.with_suffix(".whole")))
    zeros = bytes(2**24)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for info in whole.infolist():
            with archive.open(info.filename, "w", force_zip64=True) as file:
                if info.filename.endswith("data.pkl"):
                    file.write(whole.read(info).replace(b"K\x04", b"J\0\0\0\x10"))  # 4 becomes 2 ** 28
                elif "/data/" in info.filename:
                    for _ in range(64):
                        file.write(zeros)
                else:
                    file.write(whole.read(info))
    return path


def _repeated(path: Path) -> Path:
    """A zip whose directory names the same bytes a thousand times."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data.pkl", pickle.dumps({}))
        archive.writestr("x/data/0", bytes(2**20))
        archive.infolist().extend([archive.getinfo("x/data/0")] * 1000)
    return path


def _lying_pickle(path: Path, pickled: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/data.pkl", pickled)
    return path


MEMO = b"\x80\x02}r\0\0\0\x08."  # keep the empty dict as number 2 ** 27, which takes 2 GB in C
BYTES = b"\x80\x05\x96" + (2**33).to_bytes(8, "little") + b"."  # 8 GB of bytes, of which none is there


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_packed, "no checkpoint is packed"),
        (_repeated, "no checkpoint is packed"),
        (lambda path: _lying_pickle(path, MEMO), "was refused: it holds no tensors"),
        (lambda path: _lying_pickle(path, BYTES), "is damaged or cut short"),
    ],
    ids=["packed", "repeated", "memo", "bytes"],
)
def test_a_checkpoint_that_pretends_to_hold_gigabytes_is_refused(tmp_path, make, words):
    path = make(tmp_path / "bomb.pth")
    assert path.stat().st_size < 2**24
    said = refused("convert", path, tmp_path / "out")
    assert said.startswith(f"playground: checkpoint: {path} ") and words in said and not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["/dev/zero", "/dev", "pipe"])
def test_commands_refuse_them_too(tmp_path, name):
    if name == "pipe":
        os.mkfifo(tmp_path / name)
    path = tmp_path / name
    assert "video: " in refused("track", path, "--box", "1,2,3,4", "--boxes", tmp_path / "b.txt")
    assert "checkpoint: " in refused("convert", path, tmp_path / "out")
    assert "model: " in refused("export", path, tmp_path / "out")


def test_a_settings_file_with_no_end_of_zeros_is_refused(tmp_path):
    from playground.config import TrackerConfig
    from playground.settings import from_file

    with (tmp_path / "tracker.json").open("wb") as file:
        file.truncate(2**40)  # a hole: it takes no room on the disk
    with pytest.raises(ValueError, match=r"tracker\.json: larger than \d+ bytes"):
        from_file(TrackerConfig, tmp_path / "tracker.json")

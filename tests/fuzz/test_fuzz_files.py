"""Weights and videos with damaged bytes: what they held before, or an error in words, in memory that has a limit."""

import json
import pickle
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from odd_input import DAMAGE, damaged

from playground.config import PRESETS, TrackerConfig
from playground.hub import load_model, save_model
from playground.model import MixFormer
from playground.model.convert import read_checkpoint
from playground.video.write import write_video

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 240


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz") / "toy"
    torch.manual_seed(0)
    save_model(MixFormer(PRESETS["toy-small"]), TrackerConfig(), folder)
    return folder


@given(DAMAGE)
def test_damaged_weights_are_refused_or_fit(folder, steps):
    whole = (folder / "model.safetensors").read_bytes()
    try:
        (folder / "model.safetensors").write_bytes(damaged(whole, steps))
        model = load_model(folder)
    except ValueError as error:
        assert str(error).startswith("model: ")
    else:
        assert all(torch.isfinite(value).all() for value in model.state_dict().values())
    finally:
        (folder / "model.safetensors").write_bytes(whole)


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [2**40], "data_offsets": [0, 16]}, {"shape": [4], "data_offsets": [0, 2**50]},
        {"shape": [4], "data_offsets": [8, 4]}, {"shape": [-4], "data_offsets": [0, 16]},
        {"shape": [2**33, 2**33], "data_offsets": [0, 16]},
    ],
    ids=["huge", "beyond", "backwards", "negative", "overflow"],
)  # fmt: skip
@pytest.mark.parametrize("length", [None, 2**62], ids=["", "lying length"])
def test_safetensors_that_lie_are_refused(folder, tmp_path, change, length):
    tensors = {"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} | change}
    head = json.dumps(tensors).encode()
    path = tmp_path / "lie.safetensors"
    path.write_bytes(struct.pack("<Q", length or len(head)) + head + bytes(16))
    with pytest.raises(ValueError, match=r"^checkpoint: .* is damaged"):
        read_checkpoint(path)
    copy = tmp_path / "toy"
    copy.mkdir()
    (copy / "config.json").write_bytes((folder / "config.json").read_bytes())
    path.rename(copy / "model.safetensors")
    with pytest.raises(ValueError, match=r"^model: "):
        load_model(copy)


def test_tensors_that_overlap_are_refused(tmp_path):
    entry = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}
    head = json.dumps({"a": entry, "b": entry}).encode()
    (tmp_path / "twice.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + bytes(16))
    with pytest.raises(ValueError, match=r"^checkpoint: .* is damaged"):
        read_checkpoint(tmp_path / "twice.safetensors")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    """A torch checkpoint of each format, as bytes."""
    folder = tmp_path_factory.mktemp("checkpoints")
    content = {"net": {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(4, dtype=torch.int64)}}
    torch.save(content, folder / "zip.pt")
    torch.save(content, folder / "old.pt", _use_new_zipfile_serialization=False)
    return folder, {name: (folder / f"{name}.pt").read_bytes() for name in ("zip", "old")}


@pytest.mark.parametrize("form", ["zip", "old"])
@given(steps=DAMAGE)
def test_damaged_checkpoints_are_refused_or_hold_tensors(checkpoints, form, steps):
    folder, whole = checkpoints
    path = folder / "damaged.pt"
    path.write_bytes(damaged(whole[form], steps))
    try:
        found = read_checkpoint(path)
    except ValueError as error:
        assert str(error).startswith("checkpoint: ")
        return
    assert all(isinstance(value, torch.Tensor) and value.numel() < 100 for value in found.values())


@given(st.binary(max_size=200))
def test_any_bytes_as_a_pickle_run_nothing(checkpoints, content):
    folder, whole = checkpoints
    path = folder / "any.pt"
    path.write_bytes(whole["old"][: len(pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2))] + content)
    with pytest.raises(ValueError, match="^checkpoint: "):
        read_checkpoint(path)


READ = """
import logging, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
logging.disable(logging.CRITICAL)
from playground.video.read import describe, read_frames
for path in sys.argv[1:]:
    for work in (lambda: sum(frame.image.nbytes > 0 for frame in read_frames(path)), lambda: describe(path).width):
        try:
            print(work())
        except ValueError as error:
            assert str(error).startswith("video: "), error
            print("refused")
"""


def test_damaged_videos_give_frames_or_a_sentence(tmp_path):
    """In a process of its own: a crash of the decoder would otherwise be one of the tests."""
    from hypothesis import settings

    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 255, (48, 64, 3), np.uint8) for _ in range(12)]
    kinds = (".mp4", ".mkv", ".mov")
    for suffix in kinds:
        write_video(tmp_path / f"whole{suffix}", frames, 30)
    paths = []
    for number in range(settings().max_examples):
        suffix = kinds[number % len(kinds)]
        steps = [
            (rng.choice(["flip", "flip", "cut", "zero", "repeat"]), rng.random(), int(rng.integers(1, 255)))
            for _ in range(1 + number % 5)
        ]
        paths.append(tmp_path / f"{number}{kinds[number // 7 % len(kinds)]}")  # some in a container of another name
        paths[-1].write_bytes(damaged((tmp_path / f"whole{suffix}").read_bytes(), steps))
    command = [sys.executable, "-c", READ, *map(str, [*paths, tmp_path / "whole.mp4"])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stderr[-2000:]
    said = done.stdout.split()
    assert len(said) == 2 * len(paths) + 2 and said[-2:] == ["12", "64"]
    assert "refused" in said and any(word.isdigit() for word in said[:-2])

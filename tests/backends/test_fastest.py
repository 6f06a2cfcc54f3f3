"""The choice goes to the quickest that says the same, and is measured once; all of a model's backends say the same."""

import logging
from functools import partial

import numpy as np
import pytest
import torch

from playground.backends.fastest import Checked, check, fastest, pick
from playground.backends.onnx import OnnxBackend
from playground.backends.recorded import RecordedBackend
from playground.backends.torch import TorchBackend
from playground.config import CropConfig
from playground.export.onnx import export_onnx
from playground.hub import load_model, load_tracker_config, resolve, resolve_export
from playground.tracker import Answer, FakeBackend

# The farthest that an edge may lie from PyTorch's, in pixels of a 320x240 clip.
APART_PX = {"fp32": 0.01, "fp16": 0.1, "int8": 1.5}
RECORDED_PX = {torch.float32: 0.01, torch.float16: 0.1, torch.bfloat16: 0.5}


def _fake(x1: float) -> FakeBackend:
    return FakeBackend(lambda search, templates: Answer((x1, 0.25, 0.75, 0.75), None, np.zeros((4, 8))))


def test_the_quickest_within_half_a_pixel():
    checked = {"first": Checked(ms=9, apart_px=0), "near": Checked(ms=5, apart_px=0.4)}
    assert pick(checked) == "near"
    assert pick(checked | {"far": Checked(ms=1, apart_px=0.6)}) == "near"
    assert pick({"first": Checked(ms=9, apart_px=0), "far": Checked(ms=1, apart_px=np.inf)}) == "first"


def test_distance_is_in_pixels_of_the_frame_and_no_number_is_the_farthest():
    found = check({"first": _fake(0.25), "near": _fake(0.26), "broken": _fake(np.nan)}, CropConfig())
    doubled = check({"first": _fake(0.25), "near": _fake(0.27)}, CropConfig())
    assert found["first"].apart_px == 0 and found["broken"].apart_px == np.inf
    assert 0.01 * 16 < found["near"].apart_px < 0.01 * 4 * 240  # of a search region around a target in a 320x240 frame
    assert doubled["near"].apart_px == pytest.approx(2 * found["near"].apart_px)
    assert pick(found) == "first"


def test_a_choice_is_kept_until_it_speaks_of_others(tmp_path):
    made, kept = [], tmp_path / "deep" / "choice.json"

    def make(name):
        made.append(name)
        return _fake(0.25)

    both = {name: partial(make, name) for name in ("one", "two")}
    choice = fastest(both, CropConfig(), kept)
    assert made == ["one", "two"] and choice.name in both and set(choice.checked) == set(both)
    assert fastest(both, CropConfig(), kept) == choice and made == ["one", "two"]
    assert set(fastest(both | {"three": partial(make, "three")}, CropConfig(), kept).checked) == {"one", "two", "three"}
    assert made[2:] == ["one", "two", "three"]
    kept.write_text('{"name": "one", "checked": ')
    fastest(both, CropConfig(), kept)
    assert made[5:] == ["one", "two"] and fastest(both, CropConfig(), kept).name in both and len(made) == 7


def test_what_cannot_be_made_is_left_out_but_never_the_first(tmp_path, caplog):
    def broken():
        raise ValueError("manifest: refused.")

    with caplog.at_level(logging.INFO):
        choice = fastest({"one": lambda: _fake(0.25), "two": broken}, CropConfig(), tmp_path / "choice.json")
    assert choice.name == "one" and choice.checked == {} and not (tmp_path / "choice.json").exists()
    assert "there is no two (manifest: refused.)" in caplog.text
    assert str(choice) == "one (there is no other; playground export makes one)"
    others = {"one": lambda: _fake(0.25), "two": broken, "three": lambda: _fake(0.25)}
    assert set(fastest(others, CropConfig(), tmp_path / "choice.json").checked) == {"one", "three"}
    with pytest.raises(ValueError, match="^manifest: refused"):
        fastest({"two": broken, "one": lambda: _fake(0.25)}, CropConfig(), tmp_path / "choice.json")


def test_a_place_that_takes_no_file_is_said_and_the_choice_stands(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        choice = fastest({"one": lambda: _fake(0.25)}, CropConfig(), tmp_path / "file" / "choice.json")
    assert choice.name == "one" and "backend: the choice of one is not kept" in caplog.text


def test_every_backend_of_the_embedded_model_says_the_same_on_the_same_clip(tmp_path):
    folder = resolve("mini-small")
    backends = {"torch": TorchBackend(load_model(folder), "cpu"), "embedded": OnnxBackend(resolve_export("mini-small"))}
    for dtype in APART_PX:
        export_onnx("mini-small", tmp_path / dtype, dtype=dtype)
        backends[dtype] = OnnxBackend(tmp_path / dtype)
    for dtype in RECORDED_PX:
        backends[str(dtype)] = RecordedBackend(load_model(folder), "cpu", dtype)
    found = check(backends, load_tracker_config(folder).crop)
    recorded = {str(dtype): most for dtype, most in RECORDED_PX.items()}
    assert found[str(torch.float32)].apart_px <= RECORDED_PX[torch.float32]  # the same kernels: it may be 0
    del recorded[str(torch.float32)]
    for name, most in (APART_PX | recorded | {"embedded": APART_PX["fp16"]}).items():
        assert 0 < found[name].apart_px < most, f"{name}: {found[name].apart_px:.3g} px from PyTorch"

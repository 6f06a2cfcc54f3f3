"""``playground benchmark`` from the command line: the figures and their files, and mistakes in words."""

import json
import re
from datetime import date

import numpy as np
import pytest
import torch
from exported import toy_export, toy_source
from safetensors.torch import load_file

from playground.app.benchmark_command import machine_slug, measure_model, peak_mib, waiter
from playground.app.cli import main
from playground.evaluate.machine import describe_machine
from playground.evaluate.speed import STAGES
from playground.video.write import write_video


def test_figures_are_printed_and_kept_under_date_and_machine(toy_model, tmp_path, capsys):
    before = date.today()
    main(
        [
            "benchmark",
            "--model",
            toy_model,
            "--frames",
            "24",
            "--threads",
            "1",
            "--device",
            "cpu",
            "--out",
            str(tmp_path),
        ]
    )
    said = capsys.readouterr().out
    days = {before.isoformat(), date.today().isoformat()}
    names = {f"{day}-{machine_slug(describe_machine())}-speed{suffix}" for day in days for suffix in (".md", ".json")}
    found = sorted(path.name for path in tmp_path.iterdir())
    assert len(found) == 2 and set(found) <= names and all(f"written: {tmp_path / name}" in said for name in found)
    table, text = (tmp_path / found[0]).read_text(), (tmp_path / found[1]).read_text()
    assert text in said
    told = json.loads(table)
    (model,) = told["models"]
    assert (model["model"], model["device"], model["dtype"], model["threads"]) == (toy_model, "cpu", "float32", 1)
    assert model["speed"]["frames"] == 24 and set(model["speed"]["stages"]) == set(STAGES)
    assert all(stage["median_ms"] >= 0 and stage["ratio"] >= 0 for stage in model["speed"]["stages"].values())
    assert (told["width"], told["height"], told["video"]) == (640, 480, "rendered") and model["peak_mib"] > 50


def test_an_exported_model_is_timed_through_onnx_runtime(tmp_path_factory, tmp_path):
    folder, video = toy_export(tmp_path_factory), tmp_path / "clip.mp4"
    write_video(video, np.random.default_rng(0).integers(0, 255, (35, 64, 64, 3), np.uint8), 25)
    found = measure_model(f"onnx:{folder}", "cpu", 1, video, 24)
    saved = load_file(toy_source(tmp_path_factory) / "model.safetensors")
    trained = sum(
        value.numel() for name, value in saved.items() if "pos_embed_s" not in name and "pos_embed_t" not in name
    )
    assert (found.dtype, found.threads, found.parameters) == ("fp32", 1, trained)
    assert found.speed.frames == 24


def _refused(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as stop:
        main(["benchmark", "--device", "cpu", *arguments])
    assert stop.value.code == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    return said.removeprefix("playground: ")


def test_mistakes_are_told_before_anything_is_measured(capsys, tmp_path):
    assert _refused(capsys, "--model", "preset:huge").startswith("model: there is no preset 'huge'")
    assert _refused(capsys, "--model", "nobody").startswith("model: 'nobody' is unknown")
    assert _refused(capsys, "--frames", "3").startswith("frames: must be at least 20")
    assert _refused(capsys, "--threads", "0").startswith("threads: must be at least 1")
    assert _refused(capsys, "--out", str(tmp_path / "none")).startswith("out: the folder")
    assert _refused(capsys, "--video", str(tmp_path / "none.mp4")).startswith("video: ")


@pytest.mark.parametrize(
    ("machine", "slug"),
    [
        ("Intel(R) Xeon(R) Processor, 2 cores", "2-core-intel-xeon"),
        ("Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz, 12 cores", "12-core-intel-core-i7-9750h"),
        ("AMD EPYC, 1 core", "1-core-amd-epyc"),
        ("AMD EPYC, 16 cores, NVIDIA H100 80GB HBM3", "16-core-amd-epyc-nvidia-h100-80gb-hbm3"),
    ],
)
def test_a_machine_is_part_of_a_file_name(machine, slug):
    assert machine_slug(machine) == slug and re.fullmatch(r"[a-z0-9-]+", slug)


def test_the_clock_waits_for_what_has_a_queue():
    assert waiter("cuda") is waiter("cuda:1") is torch.cuda.synchronize and waiter("mps") is torch.mps.synchronize
    assert waiter("cpu")() is None


def test_the_peak_is_of_this_process_and_only_grows():
    before = peak_mib("cpu")
    if before is None:
        pytest.skip("this system does not tell a process how much memory it held")
    block = np.ones(400 * 2**17)  # 400 MiB
    grown = peak_mib("cpu")
    del block
    assert grown >= before and grown >= 400 and peak_mib("cpu") == pytest.approx(grown, abs=1)


needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=needs_cuda)])
def test_a_device_is_timed_and_its_memory_is_told(device, toy_model, square_clip):
    found = measure_model(toy_model, device, None, square_clip, frames=1)
    assert found.device == device and found.speed.frames == 1 and found.peak_mib > 0
    assert found.speed.stages["locate"].median_ms > 0

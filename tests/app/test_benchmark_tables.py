"""The benchmark's figures as a reader gets them: every model, every stage, and what it ran on."""

import json

import pytest

from playground.app.benchmark_tables import Measured, Setting, markdown, to_json
from playground.evaluate.speed import STAGES, Speed, Stage

SETTING = Setting(machine="a machine, 2 cores", video="rendered", width=640, height=480, versions={"torch": "2"})


def _measured(model: str, full_ms: float, peak: float | None) -> Measured:
    stages = {
        name: Stage(median_ms=full_ms * (i + 1) / 8, p95_ms=full_ms * (i + 1) / 4, ratio=(i + 1) / 8)
        for i, name in enumerate(STAGES)
    }
    speed = Speed(frames=30, stages=stages, fps=12.34, fps_whole=5.67)
    return Measured(
        model=model, parameters=1_234_567, device="cpu", dtype="float32", threads=1, peak_mib=peak, speed=speed
    )


def test_markdown_has_a_row_a_model_and_a_table_of_the_stages_of_each():
    text = markdown([_measured("one", 80.0, 1500.4), _measured("two", 8.0, None)], SETTING)
    assert "| one | 1.2 M | 70.00 | 0.88 | 12.3 | 5.7 | 1,500 |" in text
    assert "| two | 1.2 M | 7.00 | 0.88 | 12.3 | 5.7 | unknown |" in text
    assert "| locate the target | 30.00 | 60.00 | 0.375 |" in text.partition("## one")[2].partition("## two")[0]
    assert "| locate the target | 3.00 | 6.00 | 0.375 |" in text.partition("## two")[2]
    last = text.strip().splitlines()[-1]
    assert last == "a machine, 2 cores; cpu, float32, 1 thread; 30 frames of 640x480 (rendered); torch 2."


def test_json_has_all_numbers():
    told = json.loads(to_json([_measured("one", 80.0, None)], SETTING))
    (model,) = told["models"]
    assert told["machine"] == "a machine, 2 cores" and model["peak_mib"] is None and model["dtype"] == "float32"
    assert model["speed"]["stages"]["full"] == {"median_ms": pytest.approx(80), "p95_ms": 160.0, "ratio": 1.0}
    assert set(model["speed"]["stages"]) == set(STAGES)

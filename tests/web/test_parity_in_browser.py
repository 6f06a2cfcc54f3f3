"""PyTorch, ONNX Runtime and ONNX Runtime Web give the same boxes on the page's example clip."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
from page_states import COMPARED

from playground.app.page.example import example_frames
from playground.backends.onnx import OnnxBackend
from playground.box import Box, boxes_to_array
from playground.follow import follow
from playground.tracker import Tracker

LIMIT_PX = 0.5


def test_three_runtimes_agree_on_every_frame(page, served, small, record_property):
    page.goto(served.url)
    page.wait_for_function(COMPARED)
    with page.expect_download() as found:
        page.get_by_role("button", name="JSON").click()
    backend = OnnxBackend(small.folder, threads=1)
    frames, box = example_frames()
    boxes = {
        "PyTorch": _boxes(json.loads(small.reference.read_text())["events"]),
        "ONNX Runtime": boxes_to_array(
            [event.box for _, event in follow(Tracker(backend, backend.manifest.tracker), frames, box)]
        ),
        "browser": _boxes(json.loads(Path(found.value.path()).read_text())["events"]),
    }
    for one, other in combinations(boxes, 2):
        apart = np.abs(boxes[one] - boxes[other])
        record_property("measured", f"{one} and {other}: at most {apart.max():.2g} px in {len(apart)} frames")
        assert apart.shape == (60, 4) and apart.max() <= LIMIT_PX
    assert page.locator("#parity").get_attribute("data-state") == "agrees"
    # The target moves, and the boxes with it: standing still would agree as well.
    assert np.ptp(boxes["browser"][:, :2], axis=0).max() > 20
    assert page.locator("#templates figure").count() == 3 and page.locator("#reasons li").count() >= 1


def _boxes(events: list[dict]) -> np.ndarray:
    return boxes_to_array([Box(**event["box"]) for event in events])

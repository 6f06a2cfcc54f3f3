"""The same pictures give the same boxes, bit for bit, in another process; and nearly so with other threads.

That training repeats and resumes bit for bit in other processes is in tests/app/test_train_command.py.
"""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from exported import toy_export

from playground.export.onnx import ENCODE, SHARED, STEP
from playground.export.precision import PRECISIONS
from playground.export.weights import share_weights
from playground.manifest import describe_file, read_manifest, write_manifest

NEAR_PX = 0.01  # docs/reliability.md

# Every box and score of a short track as hexadecimal numbers, by what ran it and with how many threads.
TRACKS = """
import json, sys
from itertools import islice
import torch
import playground as pg
from playground.video.synthetic import WorldConfig, stream_clip
world = WorldConfig(width=160, height=120, frames=12, photographs=False)
drawn = list(islice(stream_clip(1, world), 12))
images, found = [image for image, _, _ in drawn], {}
for name in sys.argv[1:]:
    for threads in (1, 2):
        torch.set_num_threads(threads)
        backend, _, place = name.rpartition(":")
        more = {"backend": "onnx", "threads": threads} if backend else {}
        tracker = pg.load(place, device="cpu", **more)
        events = list(pg.track(tracker, images, drawn[0][1]))
        found[f"{name}, {threads}"] = [[v.hex() for v in (*e.box.as_tuple(), e.score or 0.0)] for e in events]
print(json.dumps(found))
"""


def in_8_bits(exported: Path, folder: Path) -> Path:
    """The same export with weights of 8 bits: tracing the network again would take longer than the rest."""
    graphs = {name: PRECISIONS["int8"](onnx.load(exported / name)) for name in (ENCODE, STEP)}
    share_weights(graphs.values(), folder / SHARED)
    for name, graph in graphs.items():
        onnx.save(graph, folder / name)
    files = {name: describe_file(folder / name) for name in (ENCODE, STEP, SHARED)}
    write_manifest(replace(read_manifest(exported), dtype="int8", files=files), folder)
    return folder


@pytest.fixture(scope="module")
def tracks(tmp_path_factory) -> list[dict[str, list[list[str]]]]:
    """What two processes found, each with PyTorch, with ONNX Runtime, and with weights of 8 bits."""
    exported = toy_export(tmp_path_factory)
    names = ["mini-small", f"onnx:{exported}", f"onnx:{in_8_bits(exported, tmp_path_factory.mktemp('int8'))}"]
    command = [sys.executable, "-c", TRACKS, *names]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    return [json.loads(process.communicate(timeout=200)[0]) for process in running]


def test_another_process_finds_the_same_boxes_bit_for_bit(tracks):
    first, second = tracks
    assert len(first) == 6 and all(len(rows) == 12 for rows in first.values())
    assert all(len({tuple(row) for row in rows}) > 6 for rows in first.values()), "the boxes do not move"
    assert first == second


def test_other_threads_find_nearly_the_same_boxes(tracks):
    found = {name: np.vectorize(float.fromhex)(rows) for name, rows in tracks[0].items()}
    for name in {name.partition(", ")[0] for name in found}:
        one, two = found[f"{name}, 1"], found[f"{name}, 2"]
        assert np.abs(one - two).max() <= NEAR_PX, Path(name).name

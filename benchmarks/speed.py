"""Tracking against the official computation, with the same weights and frames in one run, and the processor's limit.

    python benchmarks/speed.py [--models mini-small preset:small preset:base] [--threads 1 2] [--device cpu] [--out DIR]

The official computation is that of `official.py`: the whole network in every frame. Beside it, on the same frames, a
few in a row each in turn: PyTorch with remembered templates, and the exports fp32, fp16 and int8 in ONNX Runtime; on a
CUDA device the backend `graph` in their place. A frame is the crop and the network, and its share of a template encoded
every so many frames as the tracker's settings say. "apart" is the farthest that an edge of a box comes to lie from the
official one's on the same search region. The limit is the time that a remembered step would take at the speeds of
`ceilings.py`, by its multiplications or by its bytes, float32 on a processor, float16 on a GPU; "reached" is the share
of the multiplications' limit in the time of a step. Presets have random weights, which take the same time.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

import cv2
import numpy as np
import torch
from ceilings import Ceilings, Work, ceilings, needs, operations
from official import Official, whole
from written import source_line, write

from playground.app.benchmark_command import PRESET, machine_slug
from playground.app.markdown import table_lines
from playground.backends.onnx import OnnxBackend
from playground.backends.recorded import RecordedBackend
from playground.backends.torch import TorchBackend
from playground.box import Box
from playground.config import PRESETS, CropConfig, TrackerConfig
from playground.crop import crop, normalise
from playground.evaluate.machine import describe_machine
from playground.export.onnx import export_onnx
from playground.hub import load_model, load_tracker_config, resolve, save_model
from playground.model import MixFormer
from playground.tracker import Backend
from playground.video.synthetic import WorldConfig, stream_clip

EXPORTS = ("fp32", "fp16", "int8")
TITLE = "Tracking against the official computation"
TURN = 5  # frames
REST_S = 0.03  # until the threads of the way before, which look for more work in busy loops, have gone to sleep
SIDE = 640, 480
Step = Callable[[np.ndarray, Box], tuple[float, ...]]  # where the target is in a frame, by the box before
Result = TypeVar("Result")


class Row(NamedTuple):
    """Of one way: milliseconds a frame, how many times faster than the official way (median of the turns' ratios), and
    the farthest from its boxes in frame pixels."""

    way: str
    ms: float
    faster: float
    apart_px: float


def remembered(backend: Backend, rules: CropConfig, memory: object) -> Step:
    """A step of this project's tracker: the crop and the network, with templates that are ``memory``."""

    def step(image: np.ndarray, before: Box) -> tuple[float, ...]:
        region, _ = crop(image, before, rules.search_factor, backend.search_size)
        return backend.locate(normalise(region, rules.mean, rules.std), memory).box_rel

    return step


def measure(name: str, threads: int, frames: int, device: str) -> dict[str, object]:
    """All ways of one model, in this process."""
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    world = WorldConfig(width=SIDE[0], height=SIDE[1], frames=1 + TURN + frames, photographs=False, leave_frame=0)
    clip = [(image, box) for image, box, _ in islice(stream_clip(0, world), world.frames)]
    with tempfile.TemporaryDirectory() as folder:
        source = _source(name, Path(folder))
        model, config = load_model(source).eval(), load_tracker_config(source)
        rules = config.crop
        backends: dict[str, Backend] = {"PyTorch": TorchBackend(model, device)}
        if device == "cuda":
            backends["graph, float16"] = RecordedBackend(model, device)
        for dtype in EXPORTS if device == "cpu" else ():
            export_onnx(str(source), Path(folder) / dtype, dtype=dtype)
            backends[f"ONNX Runtime {dtype}"] = OnnxBackend(Path(folder) / dtype, threads=threads)
        steps: dict[str, Step] = {"official": Official(model, rules, device, *clip[0]).step}
        encode_ms = {"official": 0.0}
        cut, _ = crop(*clip[0], rules.template_factor, model.config.template_size)
        templates = np.concatenate([normalise(cut, rules.mean, rules.std)] * 2)
        for way, backend in backends.items():
            steps[way] = remembered(backend, rules, backend.encode(templates))
            took = [_timed(partial(backend.encode, templates))[0] for _ in range(9)]
            encode_ms[way] = float(np.median(took)) / config.update.interval
        rows = list(_compare(steps, encode_ms, clip, rules.search_factor))
    numbers = "float16" if device == "cuda" else "float32"
    most = ceilings(device, numbers)
    work = needs(model.cpu(), numbers)
    return {"rows": rows, "work": work, "ceilings": most, "official_gmac": _official_flops(model) / 2e9}


def _official_flops(model: MixFormer) -> float:
    config = model.config
    template, search = (torch.zeros(1, 3, size, size) for size in (config.template_size, config.search_size))
    return operations(partial(whole, model, (template, template), search))


def _source(name: str, folder: Path) -> Path:
    if not name.startswith(PRESET):
        return resolve(name)
    torch.manual_seed(0)
    save_model(MixFormer(PRESETS[name.removeprefix(PRESET)]), TrackerConfig(), folder / "preset")
    return folder / "preset"


def _compare(
    steps: dict[str, Step],
    encode_ms: dict[str, float],
    clip: list[tuple[np.ndarray, Box]],
    factor: float,
) -> Iterator[Row]:
    """Every way on every frame of ``clip``, each around the true box of the frame before.

    In its turn a way has a few frames in a row, as a track has: one frame alone would find none of its weights in the
    processor's caches. The first turn is not counted.
    """
    took: dict[str, list[float]] = {way: [] for way in steps}
    apart: dict[str, list[float]] = {way: [] for way in steps}
    pairs = [(image, before) for (_, before), (image, _) in pairwise(clip)]
    sides = [(before.w * before.h) ** 0.5 * factor for _, before in pairs]
    for first in range(0, len(pairs), TURN):
        said = {}
        for way in list(steps) if first // TURN % 2 else reversed(steps):  # what comes later is interrupted more often
            time.sleep(REST_S)
            found = [_timed(partial(steps[way], *pair)) for pair in pairs[first : first + TURN]]
            took[way].append(float(np.median([ms for ms, _ in found])) + encode_ms[way])
            said[way] = [box for _, box in found]
        for way, boxes in said.items():
            away = np.abs(np.subtract(boxes, said["official"])).max(1) * sides[first : first + TURN]
            apart[way].append(float(away.max()))
    for way in steps:
        ratios = np.divide(took["official"][1:], took[way][1:])
        yield Row(way, float(np.median(took[way][1:])), float(np.median(ratios)), max(apart[way]))


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    begin = time.perf_counter()
    result = work()
    return (time.perf_counter() - begin) * 1e3, result


def lines(models: list[str], threads: list[int], frames: int, device: str) -> Iterator[str]:
    """The report, a table a model and number of threads, each measured in a process of its own."""
    for name in models:
        for count in threads:
            command = [sys.executable, __file__, "--one", name, str(count), str(frames), device]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            yield f"## {name}, {count} thread{'s' * (count > 1)}\n"
            rows, work, most = [Row(*row) for row in found["rows"]], Work(*found["work"]), Ceilings(*found["ceilings"])
            least, _ = most.limit_ms(work)
            cells = [
                [row.way, f"{row.ms:.2f}", f"{row.faster:.2f}", f"{row.apart_px:.2g}", f"{least / row.ms:.0%}"]
                for row in rows
            ]
            yield from table_lines(["way", "ms a frame", "times faster", "apart (px)", "reached"], cells)
            yield f"\n{roofline(work, most)} The official step: {found['official_gmac']:.3g} GMAC.\n"
    yield source_line(device, f"{frames} frames of {SIDE[0]}x{SIDE[1]}")


def roofline(work: Work, most: Ceilings) -> str:
    """What a remembered step needs, and what it takes at least by either ceiling."""
    by_flops, by_bytes = most.limit_ms(work)
    weights, memory, activations = (count / 2**20 for count in (work.weights, work.memory, work.activations))
    return (
        f"Limit of a remembered step: {by_flops:.2f} ms by {work.flops / 2e9:.3g} GMAC "
        f"at {most.flops_s / 1e9:.3g} GFLOP/s; {by_bytes:.2f} ms by {work.bytes / 2**20:.3g} MiB "
        f"(weights {weights:.3g}, memory {memory:.3g}, activations {activations:.3g}) "
        f"at {most.bytes_s / 1e9:.3g} GB/s; {work.flops / work.bytes:.3g} FLOPs a byte."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["mini-small", "preset:small", "preset:base"])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--out", type=Path, help="folder for a file named by date and machine")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        name, threads, frames, device = asked.one
        print(json.dumps(measure(name, int(threads), int(frames), device)))
        return
    text = "\n".join(lines(asked.models, asked.threads, asked.frames, asked.device))
    print(f"# {TITLE}\n\n{text}")
    if asked.out:
        slug = machine_slug(describe_machine(asked.device))
        write(asked.out / f"{date.today()}-{slug}-official.md", TITLE, text)


if __name__ == "__main__":
    main()

"""``playground benchmark``: how fast models track on this machine, each measured in a process of its own."""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import cv2
import torch

from playground.api import load
from playground.app.benchmark_tables import Measured, Setting, markdown, to_json
from playground.backends.torch import TorchBackend, pick_device
from playground.box import Box
from playground.config import PRESETS, ModelConfig, TrackerConfig
from playground.evaluate.machine import describe_machine, versions
from playground.evaluate.speed import WARM, measure_speed
from playground.files import replacing
from playground.hub import load_model, load_tracker_config, resolve, resolve_export
from playground.manifest import read_manifest
from playground.model import MixFormer
from playground.settings import require
from playground.tracker import Tracker
from playground.video.read import describe, read_frames
from playground.video.synthetic import WorldConfig, stream_clip
from playground.video.write import write_video
from playground.visualise.overlay import Trail, draw

DEFAULT, PRESET, ONNX = "mini-small", "preset:", "onnx:"
LEAST_FRAMES = 20
WIDTH, HEIGHT = 640, 480  # of the clip that is rendered where no video is given


def benchmark_lines(
    models: tuple[str, ...], device: str, threads: int | None, frames: int, video: Path | None, out: Path | None
) -> Iterator[str]:
    """A line a model as it is measured, then the tables; with ``out`` also as files in that folder, named by the date
    and the machine. Those of the same day are replaced.

    Raises ``ValueError`` naming ``model``, ``device``, ``threads``, ``frames``, ``video`` or ``out``.
    """
    require(frames >= LEAST_FRAMES, f"frames: must be at least {LEAST_FRAMES}; got {frames}.")
    require(threads is None or threads >= 1, f"threads: must be at least 1; got {threads}.")
    require(out is None or out.is_dir(), f"out: the folder {out} does not exist; make it first.")
    runs_on = str(pick_device(device))
    models = models or (DEFAULT,)
    for model in models:
        _find(model)
    with tempfile.TemporaryDirectory() as folder:
        shown = video or _render(Path(folder) / "clip.mp4", frames)
        info = describe(shown)
        found = []
        for model in models:
            yield f"{model} ..."
            # A process of its own, so that the peak of its memory is not another model's.
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                found.append(pool.submit(measure_model, model, runs_on, threads, shown, frames).result())
    setting = Setting(
        machine=describe_machine(runs_on),
        video=video.name if video else "rendered",
        width=info.width,
        height=info.height,
        versions=versions(),
    )
    text = markdown(found, setting)
    yield text
    if out is not None:
        stem = f"{date.today().isoformat()}-{machine_slug(setting.machine)}-speed"
        for suffix, words in ((".md", text), (".json", to_json(found, setting))):
            with replacing(out / (stem + suffix)) as beside:
                beside.write_text(words, encoding="utf-8")
            yield f"written: {out / (stem + suffix)}"


def measure_model(name: str, device: str, threads: int | None, video: Path, frames: int) -> Measured:
    """Time ``name`` on a video, from a square in the middle of its first frame, with all cores or ``threads`` threads.

    Raises ``ValueError`` naming ``model``, or ``frames`` when the video has too few.
    """
    if threads is not None:
        torch.set_num_threads(threads)
        cv2.setNumThreads(threads)
    tracker, parameters, dtype = _find(name)(device, threads)
    info = describe(video)
    side = min(info.width, info.height) / 4
    box = Box((info.width - side) / 2, (info.height - side) / 2, side, side)
    images = islice(read_frames(video), 1 + WARM + frames)
    return Measured(
        model=name,
        parameters=parameters,
        device=device,
        dtype=dtype,
        threads=torch.get_num_threads(),
        speed=measure_speed(tracker, images, box, partial(draw, trail=Trail()), waiter(device)),
        peak_mib=peak_mib(device),
    )


def waiter(device: str) -> Callable[[], None]:
    """A function that returns when ``device`` has done all that it was told to do. A CPU has when a call returns."""
    return {"cuda": torch.cuda.synchronize, "mps": torch.mps.synchronize}.get(device.partition(":")[0], lambda: None)


def peak_mib(device: str) -> float | None:
    """The most memory so far in MiB: PyTorch's on a CUDA device, else this process's, None where the system is silent.

    On Linux from /proc, since what ``getrusage`` says there begins with the peak of the process that started this one.
    """
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated() / 2**20
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
        return int(found[1]) / 1024 if found else None
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return None


def machine_slug(machine: str) -> str:
    """Words on a machine as part of a file name: ``Intel(R) Xeon(R) Processor, 2 cores`` is ``2-core-intel-xeon``."""
    words = re.sub(r"\((r|tm)\)|\bprocessor\b|\bcpu\b|@ *[\d.]+ *ghz", " ", machine.lower())
    words = re.sub(r"(.*), (\d+) cores?", r"\2 core \1", words)
    return "-".join(re.findall(r"[a-z0-9]+", words))


def _find(name: str) -> Callable[[str, int | None], tuple[Tracker, int, str]]:
    """What makes the tracker of a name for a device and a number of threads, with its parameters and number type: an
    exported model, a saved one, or one of a preset with random weights, which take the same time."""
    if name.startswith(ONNX):
        return partial(_exported, resolve_export(name.removeprefix(ONNX)))
    if name.startswith(PRESET):
        preset = name.removeprefix(PRESET)
        require(preset in PRESETS, f"model: there is no preset {preset!r}; choose from {', '.join(PRESETS)}.")
        return lambda device, _: _in_torch(MixFormer(PRESETS[preset]), TrackerConfig(), device)
    folder = resolve(name)
    return lambda device, _: _in_torch(load_model(folder), load_tracker_config(folder), device)


def _in_torch(model: MixFormer, config: TrackerConfig, device: str) -> tuple[Tracker, int, str]:
    dtype = str(next(model.parameters()).dtype).removeprefix("torch.")
    return Tracker(TorchBackend(model, device), config), count_parameters(model.config), dtype


def _exported(folder: Path, device: str, threads: int | None) -> tuple[Tracker, int, str]:
    manifest = read_manifest(folder)
    return (
        load(str(folder), backend="onnx", device=device, threads=threads or torch.get_num_threads()),
        count_parameters(manifest.model),
        manifest.dtype,
    )


def count_parameters(config: ModelConfig) -> int:
    """Trained numbers of a network of that shape; it is built without memory for them."""
    with torch.device("meta"):
        return sum(item.numel() for item in MixFormer(config).parameters())


def _render(path: Path, frames: int) -> Path:
    count = 1 + WARM + frames
    world = WorldConfig(width=WIDTH, height=HEIGHT, frames=count, photographs=False)
    write_video(path, (image for image, _, _ in islice(stream_clip(0, world), count)), 30)
    return path

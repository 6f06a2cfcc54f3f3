"""The machine and the libraries that numbers come from, in words to stand beside them."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from playground.cores import cores

LIBRARIES = ("mixformer-playground", "numpy", "torch", "onnxruntime")


def describe_machine(device: str = "cpu") -> str:
    """Processor and number of cores, and the GPU when ``device`` is one: ``Intel(R) Xeon(R) Processor, 2 cores``."""
    count = cores()
    words = f"{_processor()}, {count} core{'s' * (count > 1)}"
    if device.startswith("cuda"):
        import torch

        words += f", {torch.cuda.get_device_name()}"
    return words


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that numbers depend on, by name; without those that are not there."""
    import cv2

    found = {"python": platform.python_version(), "opencv": cv2.__version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            if name == LIBRARIES[0]:  # run from a folder, without being installed
                found[name] = "unknown"
    return found


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()

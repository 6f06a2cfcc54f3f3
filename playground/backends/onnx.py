"""`Backend` over an exported folder, through ONNX Runtime. Needs no weights beside the folder's and no PyTorch."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
from jaxtyping import Float32
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf, NotImplemented

from playground.config import ModelConfig
from playground.manifest import ANY, read_manifest
from playground.tracker import Answer

# Devices by the words of the PyTorch backend; what a provider cannot run falls to the processor.
PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider", "mps": "CoreMLExecutionProvider"}

# What ONNX Runtime raises for a graph that is damaged, of a newer standard, or has weights outside its folder.
UNUSABLE = (Fail, InvalidGraph, InvalidProtobuf, NotImplemented)


def providers_for(device: str) -> tuple[str, ...]:
    """ONNX Runtime's execution providers for ``auto | cpu | cuda | mps``, best first.

    ``auto`` takes CUDA where the installed ONNX Runtime has it, then the CPU. Raises ``ValueError`` naming ``device``
    when it is unknown or not there.
    """
    if device == "auto":
        device = "cuda" if PROVIDERS["cuda"] in ort.get_available_providers() else "cpu"
    if device not in PROVIDERS:
        raise ValueError(f"device: must be one of auto, {', '.join(PROVIDERS)}; got {device!r}.")
    return (PROVIDERS[device],) if device == "cpu" else (PROVIDERS[device], PROVIDERS["cpu"])


class OnnxBackend:
    """The graphs of an exported folder; memory is an array ``(blocks, 2, heads, tokens, head_dim)``.

    The graphs take one search region, so several targets are located one by one.

    ``providers``: ONNX Runtime's execution providers, best first. ``threads``: processor threads, all cores when None.
    Raises ``ValueError`` naming ``manifest``, ``device`` or ``threads``.
    """

    def __init__(
        self, folder: Path, providers: tuple[str, ...] = (PROVIDERS["cpu"],), threads: int | None = None
    ) -> None:
        if missing := [name for name in providers if name not in ort.get_available_providers()]:
            there = ", ".join(ort.get_available_providers())
            raise ValueError(f"device: this ONNX Runtime has no {missing[0]}; it has {there}.")
        if threads is not None and threads < 1:
            raise ValueError(f"threads: must be at least 1; got {threads}.")
        self.manifest = read_manifest(folder)
        self.template_size = self.manifest.model.template_size
        self.search_size = self.manifest.model.search_size
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or 0
        try:
            self._encode, self._step = (
                ort.InferenceSession(folder / graph.file, options, providers=list(providers))
                for graph in (self.manifest.encode, self.manifest.step)
            )
        except UNUSABLE as error:
            raise ValueError(f"manifest: ONNX Runtime refuses the graphs in {folder} ({error}).") from error
        _check_fit(self._encode, self._step, self.manifest.model, folder)
        self._only = ort.RunOptions()
        self._only.only_execute_path_to_fetches = True  # attention, where it was exported, is not asked for here
        self._outputs = [port.name for port in self.manifest.step.outputs if port.name in ("edges", "box", "score")]
        used = self._step.get_providers()
        if used[0] != providers[0]:
            raise ValueError(f"device: {providers[0]} could not be started, only {used[0]}; see the log, or use cpu.")

    def encode(self, templates: Float32[np.ndarray, "k 3 t t"]) -> Float32[np.ndarray, "blocks 2 heads tokens d"]:
        (memory,) = self._encode.run(["memory"], {"templates": templates})
        return np.asarray(memory)

    def locate(
        self, search: Float32[np.ndarray, "1 3 s s"], memory: Float32[np.ndarray, "blocks 2 heads tokens d"]
    ) -> Answer:
        values = self._step.run(self._outputs, {"search": search, "memory": memory}, self._only)
        found = {name: np.asarray(value) for name, value in zip(self._outputs, values, strict=True)}
        x1, y1, x2, y2 = found["box"].tolist()
        score = found["score"].item() if "score" in found else None
        return Answer((x1, y1, x2, y2), score, found["edges"])


def _check_fit(encode: ort.InferenceSession, step: ort.InferenceSession, model: ModelConfig, folder: Path) -> None:
    """Raise ``ValueError`` naming ``manifest`` where the graphs are not of the network that the manifest describes."""
    memory = (model.depth, 2, model.heads, ANY, model.dim // model.heads)
    wanted = [
        (encode.get_inputs(), "templates", (ANY, 3, model.template_size, model.template_size)),
        (encode.get_outputs(), "memory", memory),
        (step.get_inputs(), "search", (1, 3, model.search_size, model.search_size)),
        (step.get_inputs(), "memory", memory),
        (step.get_outputs(), "edges", (4, model.bins)),
        (step.get_outputs(), "box", (4,)),
    ]
    for ports, name, sides in wanted:
        port = next((port for port in ports if port.name == name), None)
        shape = () if port is None else tuple(side if isinstance(side, int) else ANY for side in port.shape)
        fits = len(shape) == len(sides) and all(
            ANY in (found, side) or found == side for found, side in zip(shape, sides, strict=True)
        )
        if not fits:
            raise ValueError(
                f"manifest: {name} is {shape} in the graphs in {folder} where model in manifest.json makes it {sides} "
                f"({ANY} for any); export the model again."
            )

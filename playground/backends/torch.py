"""`Backend` over the PyTorch model, on ``auto | cpu | cuda | mps``."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import torch
from jaxtyping import Float32

from playground.model import Memory, MixFormer
from playground.model.attention import KeyValue
from playground.tracker import Answer
from playground.tracker.backend import in_passes

Device = Literal["auto", "cpu", "cuda", "mps"]


def pick_device(device: str) -> torch.device:
    """The device asked for; ``auto`` takes CUDA, then Apple's MPS, then the CPU.

    Raises ``ValueError`` naming ``device`` when it is unknown or not there.
    """
    if device not in get_args(Device):
        raise ValueError(f"device: must be one of {', '.join(get_args(Device))}; got {device!r}.")
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return torch.device(next(name for name, ok in there.items() if ok))
    if not there[device]:
        raise ValueError(f"device: {device} is not available on this machine; use auto or cpu.")
    return torch.device(device)


class TorchBackend:
    """A `MixFormer` in eval mode on one device. The model must not be trained while it tracks."""

    def __init__(self, model: MixFormer, device: str = "auto") -> None:
        self.device = pick_device(device)
        self.model = model.eval().to(self.device)
        self.template_size = model.config.template_size
        self.search_size = model.config.search_size

    @torch.inference_mode()
    def encode(self, templates: Float32[np.ndarray, "k 3 t t"]) -> Memory:
        return self.model.encode(torch.from_numpy(templates)[None].to(self.device))

    @torch.inference_mode()
    def locate(self, search: Float32[np.ndarray, "1 3 s s"], memory: Memory) -> Answer:
        return self._answers(search, memory)[0]

    @torch.inference_mode()
    def locate_all(self, search: Float32[np.ndarray, "n 3 s s"], memories: Sequence[Memory]) -> list[Answer]:
        """One pass for all targets that remember equally many templates; an online template more is a pass more."""

        def run(places: list[int]) -> list[Answer]:
            return self._answers(search[places], _side_by_side([memories[place] for place in places]))

        return in_passes([memory.blocks[0].keys.shape[2] for memory in memories], run)

    def _answers(self, search: Float32[np.ndarray, "n 3 s s"], memory: Memory) -> list[Answer]:
        found = self.model.locate(torch.from_numpy(search).to(self.device), memory)
        boxes, edges = found.box.tolist(), found.edges.exp().cpu().numpy()
        scores = [None] * len(boxes) if found.score_logit is None else found.score_logit.sigmoid().tolist()
        return [
            Answer((x1, y1, x2, y2), score, rows)
            for (x1, y1, x2, y2), score, rows in zip(boxes, scores, edges, strict=True)
        ]


def _side_by_side(memories: Sequence[Memory]) -> Memory:
    """The memories of several targets as those of one batch."""
    blocks = zip(*(memory.blocks for memory in memories), strict=True)
    return Memory(tuple(KeyValue(*(torch.cat(parts) for parts in zip(*block, strict=True))) for block in blocks))

"""What the hardware allows: multiplications and bytes a second that it reaches, beside what a step needs of both.

The time of a step is never under the larger of the two: its operations at the speed of large matrix products, and its
bytes at the speed of copying a large array (the roofline model). Bytes are counted as if no cache kept anything from
one operation to the next, so their limit is one for memory alone: a network that fits into a cache goes below it.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from playground.model import MixFormer

COPIED = {"cpu": 2**27, "cuda": 2**30}  # bytes: more than caches hold
LEAST = 5  # runs, however long they take


class Work(NamedTuple):
    """What a step needs: operations, and bytes of the weights, of the memory of two templates, and of what its
    operations hand to each other, written once and read once."""

    flops: float
    weights: int
    memory: int
    activations: int

    @property
    def bytes(self) -> int:
        return self.weights + self.memory + self.activations


class Ceilings(NamedTuple):
    """Operations and bytes a second that the device reached."""

    flops_s: float
    bytes_s: float

    def limit_ms(self, work: Work) -> tuple[float, float]:
        """Milliseconds that a step takes at least, by its operations and by its bytes."""
        return work.flops / self.flops_s * 1e3, work.bytes / self.bytes_s * 1e3


def ceilings(device: str, numbers: str) -> Ceilings:
    """Both, measured now, for about two seconds."""
    return Ceilings(peak(device, numbers), copied(device))


def peak(device: str, numbers: str) -> float:
    """Floating-point operations a second of large square matrix products: the best of many, for about a second."""
    side = 4096 if device == "cuda" else 1024
    a = torch.randn(side, side, device=device, dtype=getattr(torch, numbers))
    return 2 * side**3 / _best(lambda: (a @ a)[0, 0].item())  # the item waits for the device


def copied(device: str) -> float:
    """Bytes a second, read and written together, of copying a large array: the best of many, for about a second."""
    source = torch.ones(COPIED[device], dtype=torch.uint8, device=device)
    target = torch.zeros_like(source)
    return 2 * len(source) / _best(lambda: target.copy_(source)[0].item())


def needs(model: MixFormer, numbers: str) -> Work:
    """Of a step of ``model`` on the CPU that remembers two templates, in numbers of the type ``numbers``."""
    config, width = model.config, getattr(torch, numbers).itemsize
    pictures = torch.zeros(1, 2, 3, config.template_size, config.template_size)
    search = torch.zeros(1, 3, config.search_size, config.search_size)
    with torch.inference_mode():
        memory = model.encode(pictures)
        with _Written() as written:
            model.locate(search, memory)
        flops = operations(lambda: model.locate(search, memory))
    known = sum(part.numel() for block in memory.blocks for part in block)
    weights = sum(weight.numel() for weight in model.parameters()) + model.backbone.pos_embed_s.numel()
    return Work(flops, weights * width, known * width, 2 * (written.numbers + search.numel()) * width)


def operations(work: Callable[[], Any]) -> float:
    """Multiplications and additions of the matrix products and convolutions in ``work``."""
    # The fused attention kernels are not counted; the plain products that they stand for are.
    with torch.inference_mode(), FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        work()
    return float(counter.get_total_flops())


class _Written(TorchDispatchMode):
    """Counts the numbers of every tensor that an operation makes, but not of views of others."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        given = {_place(leaf) for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)}
        for leaf in tree_leaves(made):
            if isinstance(leaf, Tensor) and _place(leaf) not in given:
                self.numbers += leaf.numel()
        return made


def _place(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _best(work: Callable[[], object]) -> float:
    best, until, runs = float("inf"), time.perf_counter() + 1, 0
    while runs < LEAST or time.perf_counter() < until:
        begin = time.perf_counter()
        work()
        best, runs = min(best, time.perf_counter() - begin), runs + 1
    return best

"""Where a run computes: one process, or many under Hugging Face accelerate.

``accelerate launch -m playground train ...`` starts the processes; the training code asks its engine for the few things
that differ between one process and many.
"""

import os
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn


@runtime_checkable
class Engine(Protocol):
    """Process ``rank`` of ``world``, computing on ``device``. Rank 0 alone writes files."""

    rank: int
    world: int
    device: torch.device

    def share(self, module: nn.Module) -> nn.Module:
        """``module`` with gradients averaged over all processes."""

    def mean(self, value: Tensor) -> Tensor:
        """Mean of a tensor over all processes, the same on each."""

    def wait(self) -> None:
        """Go on when every process has come here."""


class OneProcess:
    """The engine of a plain ``playground train``."""

    rank, world = 0, 1

    def __init__(self, device: str) -> None:
        self.device = torch.device(device)

    def share(self, module: nn.Module) -> nn.Module:
        return module

    def mean(self, value: Tensor) -> Tensor:
        return value

    def wait(self) -> None:
        return


class ManyProcesses:
    """The engine under ``accelerate launch``: NCCL between GPUs, gloo between CPUs."""

    def __init__(self, device: str) -> None:
        from accelerate import Accelerator, DistributedDataParallelKwargs

        # Some stages leave parameters without a gradient, such as the score head before its own stage.
        unused = DistributedDataParallelKwargs(find_unused_parameters=True)
        self._accelerator = Accelerator(cpu=device == "cpu", kwargs_handlers=[unused])
        self.rank, self.world = self._accelerator.process_index, self._accelerator.num_processes
        self.device = self._accelerator.device

    def share(self, module: nn.Module) -> nn.Module:
        return self._accelerator.prepare_model(module)

    def mean(self, value: Tensor) -> Tensor:
        return self._accelerator.reduce(value, "mean")

    def wait(self) -> None:
        self._accelerator.wait_for_everyone()


def make_engine(device: str) -> Engine:
    """The engine for this process: many when a launcher started several, else one on ``device``.

    Raises ``ValueError`` naming the extra when accelerate is needed and missing.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return OneProcess(device)
    try:
        return ManyProcesses(device)
    except ModuleNotFoundError as error:
        raise ValueError(
            "device: several processes need accelerate; pip install 'mixformer-playground[train]'."
        ) from error

"""How a notebook begins and ends: its mode, its device and its clock, in words."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from playground.lesson.words import Words

FAST = "PLAYGROUND_FAST"  # set to 1: fewer steps, fewer clips


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A notebook that is running: its ``name``, whether it is ``fast``, its ``device``, and the folder of its ``runs``.

    ``threads`` are PyTorch's. ``wall_s`` and ``processor_s`` are what the clocks said at the beginning.
    """

    name: str
    fast: bool
    device: str
    threads: int
    runs: Path
    wall_s: float
    processor_s: float

    def __repr__(self) -> str:
        mode = (
            "Fast mode: few steps and few clips, so that all of it takes about a minute on two idle cores."
            if self.fast
            else "Full mode: some minutes. In fast mode it is about one on two idle cores."
        )
        many = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        where = (
            f"the processor, {many}"
            if self.device == "cpu"
            else {"cuda": "a CUDA GPU", "mps": "Apple's GPU"}[self.device]
        )
        return f"{mode} Networks run on {where}. Runs are kept in `{self.runs}`."

    def _repr_markdown_(self) -> str:
        return repr(self)


def begin(name: str, *, fast: bool | None = None, device: str = "auto") -> Lesson:
    """Start the clock of the notebook ``name`` and choose its device (`playground.backends.torch.pick_device`).

    It is ``fast`` as the environment variable `FAST` says when that is None.

    On a processor PyTorch gets all of the cores that the system counts, for this whole process, unless the environment
    variable ``OMP_NUM_THREADS`` says how many.
    """
    import torch

    from playground.backends.torch import pick_device

    chosen = pick_device(device).type
    if chosen == "cpu" and "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(os.cpu_count() or 1)
    if fast is None:
        fast = os.environ.get(FAST, "") not in ("", "0")
    return Lesson(
        name=name,
        fast=fast,
        device=chosen,
        threads=torch.get_num_threads(),
        runs=Path("runs") / ("lesson-fast" if fast else "lesson"),
        wall_s=time.perf_counter(),
        processor_s=time.process_time(),
    )


def run_time(lesson: Lesson) -> Words:
    """How long the notebook has taken since `begin`."""
    wall, processor = time.perf_counter() - lesson.wall_s, time.process_time() - lesson.processor_s
    return Words(f"Run time of `{lesson.name}`: {wall:.0f} s ({processor:.0f} s of processor time).")

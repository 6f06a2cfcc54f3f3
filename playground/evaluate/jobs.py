"""Many sequences tracked in several processes; each is on disk as soon as it is finished, and none is done twice."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from playground.cores import cores
from playground.data.sequence import Sequence
from playground.evaluate.place import Place
from playground.evaluate.results import write_track
from playground.evaluate.run import track_sequence
from playground.files import NotWritten
from playground.follow import FrameTracker

Make = Callable[[str, str], FrameTracker[Any]]  # a tracker's name and a device to a tracker; a function of a module


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """``tracker`` over ``sequence``, whose frames have this ``size``, into ``folder``.

    ``weights`` is the fingerprint of the tracker's files, so that a tracker made earlier in the same process is not
    taken for one with newer weights.
    """

    tracker: str
    weights: str
    device: str
    sequence: Sequence
    size: tuple[int, int] | None
    folder: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """A task that is over: on disk, or with a ``problem`` in words."""

    task: Task
    problem: str = ""


def run_tasks(tasks: list[Task], make: Make, jobs: int, place: Place) -> Iterator[Outcome]:
    """Do every task, in ``jobs`` processes at a time, and say so as each is over. An exception ends its own task only.

    Processes divide the machine's cores among them. With one job in all, everything runs in this process.
    """
    if jobs == 1:
        if place.local_world > 1:
            share_machine(threads_each(jobs, place), place.local_rank)
        for task in tasks:
            yield do_task(task, make)
        return
    share = (threads_each(jobs, place), place.local_rank)
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_begin, initargs=share)
    try:
        futures = {pool.submit(do_task, task, make): task for task in tasks}
        for future in as_completed(futures):
            yield _outcome(future, futures[future])
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def do_task(task: Task, make: Make) -> Outcome:
    """Track and write. Whatever goes wrong becomes the outcome's problem: other sequences are still to be tracked."""
    try:
        tracker = _tracker(make, task.tracker, task.device, task.weights)
        write_track(task.folder, track_sequence(tracker, task.sequence, task.folder.name))
    except Exception as error:
        told = isinstance(error, ValueError | NotWritten)
        return Outcome(task, str(error) if told else f"{type(error).__name__}: {error}")
    return Outcome(task)


def threads_each(jobs: int, place: Place) -> int:
    """Threads for each of the ``jobs`` processes that each of the launcher's processes on this machine starts."""
    return max(1, cores() // (jobs * place.local_world))


def share_machine(threads: int, local_rank: int) -> None:
    """Let this process compute with ``threads`` threads, and on its own GPU where there are several."""
    import cv2
    import torch

    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    if torch.cuda.is_available():
        torch.cuda.set_device(local_rank % torch.cuda.device_count())


def _begin(threads: int, local_rank: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C goes to all processes; the parent alone answers it
    # A process of a pool whose parent was killed would wait for work for ever.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    share_machine(threads, local_rank)


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


@lru_cache(maxsize=1)
def _tracker(make: Make, tracker: str, device: str, weights: str) -> FrameTracker[Any]:
    return make(tracker, device)


def _outcome(future: "Future[Outcome]", task: Task) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(task, "a process was killed, perhaps for want of memory; start again, with fewer jobs")

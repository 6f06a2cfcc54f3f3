"""Processor cores: how many this process may use, and how many a network may take beside a video that is decoded."""

import math
import os
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container: microseconds of processor time in so many that pass, or "max"


def cores() -> int:
    """Processor cores that this process may use: those that it is bound to, and no more than its container is given."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(bound, _given()))


def _given() -> int:
    """Cores by the container's quota, begun ones too; without one, or where it is not told, all of the machine."""
    try:
        quota, period = QUOTA.read_text(encoding="ascii").split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError, ZeroDivisionError):  # "max" is no number
        return os.cpu_count() or 1


def cores_beside_video() -> int:
    """All cores but one, which the video's decoding has to itself; at least 1.

    Threads of a network look for more work in busy loops between its operators. Where they take the decoder's core too,
    both wait for each other: with two on two cores a track ran at half to two thirds of the speed that one thread
    reached (docs/speed.md).
    """
    return max(1, cores() - 1)

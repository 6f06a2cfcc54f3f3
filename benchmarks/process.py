"""What a process holds: resident memory, open files, threads (Linux, from /proc)."""

from pathlib import Path
from typing import NamedTuple, TypeVar

Sample = TypeVar("Sample", bound=tuple)  # a NamedTuple of numbers


class Held(NamedTuple):
    """Seconds since the beginning, MiB resident, open files (sockets included) and threads."""

    second: float
    mib: float
    files: int
    threads: int


def held(pid: int, second: float) -> Held:
    """What process ``pid`` holds now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    told = {name: value.split()[0] for name, _, value in (line.partition(":") for line in lines) if value.strip()}
    return Held(second, int(told["VmRSS"]) / 1024, len(list(Path(f"/proc/{pid}/fd").iterdir())), int(told["Threads"]))


def resident_mib(pid: int) -> float:
    """Resident memory of a process in MiB; 0 when it has just ended."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def growth(samples: list[Sample]) -> Sample:
    """Medians of the last third of ``samples`` less those of the third before: what is still growing after warm-up."""
    third = max(1, len(samples) // 3)
    late, before = (_medians(part) for part in (samples[-third:], samples[-2 * third : -third] or samples[:1]))
    return type(samples[0])(*(a - b for a, b in zip(late, before, strict=True)))


def table(samples: list[Held], rows: int = 8) -> str:
    """A Markdown table of some of the samples, from the first to the last."""
    chosen = [samples[round(i * (len(samples) - 1) / (rows - 1))] for i in range(rows)]
    lines = ["| s | MiB | open files | threads |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {s:.0f} | {mib:.0f} | {files} | {threads} |" for s, mib, files, threads in chosen)])


def _medians(samples: list[Sample]) -> list[float]:
    columns = [sorted(column) for column in zip(*samples, strict=True)]
    return [column[len(column) // 2] for column in columns]

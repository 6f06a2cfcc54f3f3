"""``playground ablate``: the paper's comparisons, replayed, measured and written down as a table."""

import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from playground.api import load
from playground.app.progress import show
from playground.app.stopping import stop_when_asked
from playground.backends.torch import pick_device
from playground.evaluate.synthetic import held_out_clips, mean_iou
from playground.files import replacing
from playground.settings import require
from playground.train.ablate import Results, choose, compared, run_arms, table
from playground.train.run import read_run

BEGIN, END = "<!-- begin: playground ablate {scale} -->", "<!-- end: playground ablate {scale} -->"


def ablate_lines(
    scale: str, out: Path, seeds: int, only: tuple[str, ...], report: Path | None, device: str
) -> Iterator[str]:
    """Train what is missing, measure every arm on held-out clips, and give the table; ``report`` gets it too."""
    require(scale in ("toy", "mini"), f"scale: must be toy or mini; got {scale!r}.")
    require(seeds >= 1, f"seeds: must be at least 1; got {seeds}.")
    comparisons = choose(only)
    measured: dict[str, dict[str, float]] = {}
    with stop_when_asked() as stop:
        for seed in range(seeds):
            folder = out / f"seed-{seed}"
            for name, events in run_arms(scale, folder, seed, comparisons, device=str(pick_device(device)), stop=stop):
                for _ in show(events, f"seed {seed}: {name}"):
                    pass
            if stop():
                yield "stopped; go on with the same command"
                return
            measured[str(seed)] = _measured(folder, compared(comparisons), device)
            yield f"seed {seed} measured: " + ", ".join(
                f"{name} {value:.3f}" for name, value in measured[str(seed)].items()
            )
    with replacing(out / "results.json") as path:
        path.write_text(json.dumps(measured, indent=2) + "\n")
    results: Results = {arm: [values[arm] for values in measured.values()] for arm in compared(comparisons)}
    lines = [_caption(scale, seeds, only, device), "", *table(results, "mean IoU", comparisons)]
    yield from lines
    if report is not None:
        _write_section(report, scale, lines)


def _measured(folder: Path, arms: list[str], device: str) -> dict[str, float]:
    """Mean IoU of every compared arm on the held-out clips; kept in the arm's folder, since it never changes."""
    found: dict[str, float] = {}
    world = read_run(folder / arms[0]).data.world
    clips = list(held_out_clips(world))
    for arm in arms:
        note = folder / arm / "held_out.json"
        if not note.is_file():
            tracker = load(str(folder / arm), device=device)
            with replacing(note) as path:
                path.write_text(json.dumps([mean_iou(tracker, clip) for clip in clips]))
        values = json.loads(note.read_text())
        found[arm] = sum(values) / len(values)
    return found


def _caption(scale: str, seeds: int, only: tuple[str, ...], device: str) -> str:
    machine = f"{platform.machine()}, {os.cpu_count()} CPU cores, {pick_device(device)}"
    chosen = f" --only {' '.join(only)}" if only else ""
    command = f"`playground ablate --scale {scale} --seeds {seeds}{chosen}`"
    return f"{command}, {machine}. Mean and standard deviation over the seeds."


def _write_section(report: Path, scale: str, lines: list[str]) -> None:
    """Replace what stands between the two marks in ``report``. Raises ``ValueError`` when they are not there."""
    begin, end = BEGIN.format(scale=scale), END.format(scale=scale)
    text = report.read_text()
    require(begin in text and end in text, f"report: {report} has no lines {begin!r} and {end!r} to write between.")
    before, after = text.partition(begin)[0], text.partition(end)[2]
    with replacing(report) as path:
        path.write_text("\n".join([before + begin, "", *lines, "", end]) + after)

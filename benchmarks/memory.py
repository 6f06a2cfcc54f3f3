"""Resident memory of ``playground track`` over a long video.

    python benchmarks/memory.py [--frames 10000] [--out benchmarks/results/FILE.md]

Renders a clip of the synthetic world, tracks it in a process of its own, and reads that process's resident memory from
/proc (Linux) against the number of boxes it has written. Prints the memory after 200 frames, at the end, and the most.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from process import resident_mib

from playground.video.synthetic import WorldConfig, stream_clip
from playground.video.write import open_writer

WARM = 200  # frames after which memory should stay where it is


def render(path: Path, frames: int) -> str:
    """Write the clip; returns its first box as X,Y,W,H."""
    world = WorldConfig(width=320, height=240, frames=frames, leave_frame=0)
    first = ""
    with open_writer(path, 30) as write:
        for image, box, _ in islice(stream_clip(1, world), frames):
            first = first or ",".join(f"{value:.2f}" for value in box.as_tuple())
            write(image)
    return first


def measure(video: Path, box: str, folder: Path) -> list[tuple[int, float]]:
    """Pairs of frames done and MiB resident, ten a second while the track runs."""
    boxes = folder / "boxes.csv"
    command = [sys.executable, "-m", "playground.app.cli", "track", str(video), "--box", box, "--boxes", str(boxes)]
    command += ["--out", str(folder / "out.mp4")]
    pairs = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            partial = next(iter(folder.glob("*boxes.csv*")), None)
            done = sum(1 for _ in partial.open()) if partial is not None else 0
            pairs.append((done, resident_mib(process.pid)))
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(process.returncode)
    return pairs


def main() -> None:
    """Render, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        video = folder / "long.mp4"
        box = render(video, options.frames)
        pairs = [pair for pair in measure(video, box, folder) if pair[1] > 0]
    later = [mib for done, mib in pairs if done >= WARM]
    early = later[0]
    text = (
        f"{options.frames} frames of 320x240: {early:.0f} MiB after the first {WARM}, {later[-1]:.0f} MiB at the end, "
        f"{max(later):.0f} MiB at most (change {later[-1] - early:+.1f} MiB)\n"
    )
    sys.stdout.write(text)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text("# Resident memory of `playground track`\n\n" + text)


if __name__ == "__main__":
    main()

"""The Gradio page as a visitor meets it: seconds to the first tracked frame, and a clip of 10 s against real time.

python benchmarks/page.py [--model mini-small] [--runs 3] [--browser /usr/bin/chromium] [--out FILE.md]

The page runs in a process of its own and is visited with Chromium through Playwright; its model is warm: one track has
run before. The clip has 300 frames of 640x480 at 30 a second, from the synthetic world; its time runs from the call to
the files being here, through `gradio_client`, upload, decoding, drawing and encoding of the video included.
Prints a Markdown table for docs/page.md, and writes it to --out; decides nothing.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

from gradio_client import Client, handle_file
from playwright.sync_api import sync_playwright
from serving import serve
from written import source_line, write

from playground.box import Box
from playground.chromium import find_browser
from playground.video.synthetic import EXAMPLES, stream_clip
from playground.video.write import write_video

FRAMES, FPS, WIDTH, HEIGHT = 300, 30, 640, 480
FIRST_FRAME_S, REAL_TIME_S = 5.0, FRAMES / FPS


def first_frames(address: str, browser: str, runs: int) -> list[float]:
    """Seconds from asking for the page to the first tracked frame of its example, Track being clicked at once."""
    took = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for _ in range(runs):
            page = chromium.new_context().new_page()  # nothing is cached from the visit before
            begin = time.perf_counter()
            page.goto(address)
            page.click("#track")
            page.wait_for_selector(".stage-status")
            took.append(time.perf_counter() - begin)
            page.wait_for_selector("#results video", timeout=120_000)
            page.context.close()
        chromium.close()
    return took


def write_clip(path: Path) -> Box:
    """The clip, and the target's box on its first frame."""
    seed, config = next(iter(EXAMPLES.values()))
    world = stream_clip(seed, replace(config, width=WIDTH, height=HEIGHT, frames=FRAMES))
    drawn = list(islice(world, FRAMES))
    write_video(path, (image for image, _, _ in drawn), FPS)
    return drawn[0][1]


def whole_clips(address: str, process: int, model: str, folder: Path, runs: int) -> tuple[list[float], list[float]]:
    """Seconds from the call to the files, for the whole clip; and seconds of processor that the page spent on it."""
    box = write_clip(folder / "clip.mp4")
    client = Client(address, verbose=False, download_files=folder / "downloads")
    took, spent = [], []
    for _ in range(runs):
        begin, before = time.perf_counter(), processor_s(process)
        client.predict(handle_file(folder / "clip.mp4"), *box.as_tuple(), 0, model, api_name="/track")
        took.append(time.perf_counter() - begin)
        spent.append(processor_s(process) - before)
    return took, spent


def processor_s(process: int) -> float:
    """Seconds of processor time of a process so far, all its threads together (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(model: str, first: list[float], clips: list[float], spent: list[float]) -> str:
    """Medians with best and worst, and the goals."""
    rows = [
        ("page opened to first tracked frame", first, f"< {FIRST_FRAME_S:.0f}"),
        ("10 s of 640x480 video, call to files", clips, f"< {REAL_TIME_S:.0f}"),
        ("the same, processor time of the page", spent, ""),
    ]
    lines = [
        "| what | runs | median s | best s | worst s | goal s |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {len(took)} | {statistics.median(took):.1f} | {min(took):.1f} | {max(took):.1f} | {goal} |"
        for name, took, goal in rows
    ]
    facts = (model, f"load average {os.getloadavg()[0]:.1f} at the end", f"{date.today()}")
    return "\n".join([*lines, "", source_line("cpu", *facts)]) + "\n"


def main() -> None:
    """Serve the page, visit it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mini-small")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--browser", default=find_browser())
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, serve(asked.model, Path(home)) as (address, process):
        first_frames(address, asked.browser, 1)
        first = first_frames(address, asked.browser, asked.runs)
        clips, spent = whole_clips(address, process, asked.model, Path(home), asked.runs)
    text = table(asked.model, first, clips, spent)
    sys.stdout.write(text)
    if asked.out:
        write(asked.out, "The Gradio page", text)


if __name__ == "__main__":
    main()

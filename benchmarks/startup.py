"""Seconds until something happens: an import, the help of the command line, a model in memory, an answer of the page.

    python benchmarks/startup.py [--model mini-small] [--runs 7] [--out FILE.md]

Each in a fresh process, in turn, files already read once: medians of so many runs.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from serving import serve
from written import source_line, write

from playground.app.markdown import table_lines


def run(*words: str) -> None:
    """A fresh interpreter with these arguments, to its end."""
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)


def seconds_to_page(model: str) -> float:
    """From the command to the first answer of the page."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        with serve(model, Path(folder)):
            return time.perf_counter() - begin


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mini-small")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    loading = f"import playground; playground.load({asked.model!r}, device='cpu')"
    ways: dict[str, Callable[[], float]] = {
        "an empty interpreter": partial(seconds, partial(run, "-c", "pass")),
        "`import playground`": partial(seconds, partial(run, "-c", "import playground")),
        "`playground track --help`": partial(seconds, partial(run, "-m", "playground", "track", "--help")),
        "`playground --help`": partial(seconds, partial(run, "-m", "playground", "--help")),
        f"`playground.load('{asked.model}')`": partial(seconds, partial(run, "-c", loading)),
        "`playground demo`, until the page answers": partial(seconds_to_page, asked.model),
    }
    took: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(1 + asked.runs):  # the first reads the files, and is not counted
        for way, work in ways.items():
            took[way].append(work())
    rows = [[way, f"{statistics.median(all_s[1:]):.2f}"] for way, all_s in took.items()]
    text = "\n".join(table_lines(["from the start of the process", "s"], rows))
    text += "\n\n" + source_line("cpu", f"medians of {asked.runs} runs")
    print(text)
    if asked.out:
        write(asked.out, "Seconds until something happens", text)


if __name__ == "__main__":
    main()

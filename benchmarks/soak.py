"""The page under load, and the tracker at length: every answer looked at, memory and open files watched.

    python benchmarks/soak.py [--minutes 30] [--clients 16]  mixed traffic against a real `playground demo`
    python benchmarks/soak.py --frames 100000                one long video
    python benchmarks/soak.py --cycles 1000                  tracks begun and left
    python benchmarks/soak.py --switches 200                 one model after the other
    python benchmarks/soak.py --page-minutes 20              the browser page in Chromium

Each takes --model and --out FILE.md. The exit status is 1 when an answer was wrong, or when a server that was under
load for 20 minutes or more still grew. Linux.
"""

import argparse
import math
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from browsing import browse
from endurance import MODES
from process import Held, growth, held, table
from serving import serve
from traffic import Done, make_clips, visit

from playground.evaluate.machine import describe_machine

SAMPLE_S = 2.0
TITLES = {"frames": "A long video", "cycles": "Tracks begun and left", "switches": "One model after the other"}
LONG_MIN = 20  # before that a server still fills what it keeps
GROWN_MIB, GROWN_FILES = 20, 5  # from a third of the time to the next: more is no chance


@dataclass(frozen=True, kw_only=True)
class Soaked:
    """All that was done, what the server held meanwhile, and what it held when all was over."""

    done: list[Done]
    samples: list[Held]
    after: Held

    def wrong(self) -> list[Done]:
        """Answers that were neither right nor a clean refusal."""
        return [one for one in self.done if one.wrong]

    def grew(self) -> bool:
        """Whether the server held more in the last third of the time than in the third before."""
        grown = growth(self.samples)
        return grown.mib > GROWN_MIB or grown.files > GROWN_FILES


def soak(model: str, seconds: float, clients: int, folder: Path) -> Soaked:
    """So many clients for so long; then a visitor alone, once the queue is empty."""
    clips = make_clips(folder, model)
    with serve(model, folder) as (address, process):
        begin, over, samples = time.monotonic(), threading.Event(), []

        def sample() -> None:
            while not over.wait(SAMPLE_S):
                samples.append(held(process, time.monotonic() - begin))

        watch = threading.Thread(target=sample)
        watch.start()
        try:
            with ThreadPoolExecutor(clients) as visitors:
                waiting = [
                    visitors.submit(visit, address, model, clips, folder, number, begin + seconds)
                    for number in range(clients)
                ]
                done = [one for visitor in waiting for one in visitor.result()]
            done += visit(address, model, clips, folder, clients, time.monotonic() + 5)
        finally:
            over.set()
            watch.join()
        return Soaked(done=done, samples=samples, after=held(process, time.monotonic() - begin))


def report(soaked: Soaked, asked: str) -> str:
    """The result as Markdown."""
    counts, refused = Counter(one.action for one in soaked.done), sum(one.refused for one in soaked.done)
    wrong, grown = soaked.wrong(), growth(soaked.samples)
    lines = [
        f"{describe_machine()}; load average {os.getloadavg()[0]:.1f} at the end; `{asked}`", "",
        f"{len(soaked.done)} actions, {len(wrong)} wrong answers, {refused} refused because the queue was full. "
        f"The last third against the third before: {grown.mib:+.0f} MiB, {grown.files:+.0f} open files, "
        f"{grown.threads:+.0f} threads.", "",
        "| action | times | refused | median s | p95 s | worst s |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for action, times in counts.most_common():
        took = sorted(one.seconds for one in soaked.done if one.action == action and not one.refused)
        if not took:
            continue
        p95 = took[math.ceil(0.95 * len(took)) - 1]
        lines.append(
            f"| {action} | {times} | {times - len(took)} | {took[len(took) // 2]:.2f} | {p95:.2f} | {took[-1]:.2f} |"
        )
    lines += ["", "The server:", "", table([*soaked.samples, soaked.after])]
    lines += [f"- {one.action}: {one.wrong}" for one in wrong[:20]]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the mode that was asked for; print and write its report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mini-small")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--page-minutes", type=float)
    parser.add_argument("--out", type=Path)
    for mode in MODES:
        parser.add_argument(f"--{mode}", type=int)
    options = parser.parse_args()
    asked = "python benchmarks/soak.py " + " ".join(
        word for word in sys.argv[1:] if word not in ("--out", str(options.out))
    )
    chosen = next((mode for mode in MODES if getattr(options, mode)), None)
    title = TITLES.get(chosen or "", "Load")
    with tempfile.TemporaryDirectory() as name:
        if options.page_minutes:
            title, browsed = "The browser page", browse(60 * options.page_minutes, options.model)
            text, right = browsed.report(f"{describe_machine()}; `{asked}`"), not browsed.wrong
        elif chosen is None:
            soaked = soak(options.model, 60 * options.minutes, options.clients, Path(name))
            text = report(soaked, asked)
            right = not soaked.wrong() and not (options.minutes >= LONG_MIN and soaked.grew())
        else:
            ended = MODES[chosen](getattr(options, chosen), options.model, Path(name))
            text, right = ended.report(f"{describe_machine()}; `{asked}`"), not ended.wrong
    sys.stdout.write(text)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(f"# {title}\n\n{text}")
    sys.exit(not right)


if __name__ == "__main__":
    main()

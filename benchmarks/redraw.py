"""Milliseconds from the move of a slider to the message for the page: figure and JSON, for every live view of a model.

python benchmarks/redraw.py [--model mini-small] [--runs 15] [--threads 2]

Median and worst of several moves of each view's first control. What the page then does is
printed by tests/visualise/live/test_lab_page.py (pytest -s).
"""

import argparse
import statistics
import sys
import time
from itertools import cycle, islice

import torch

from playground import load
from playground.follow import follow
from playground.hub import load_model, load_tracker_config, resolve
from playground.visualise import live
from playground.visualise.inside import cut_footage, look_inside, open_footage

FRAMES = 40
LIMIT_MS = 100


def views(name: str) -> list[live.Live]:
    """Every live view that one model can fill; where two are needed it stands beside itself."""
    folder = resolve(name)
    model, rules = load_model(folder), load_tracker_config(folder)
    footage = open_footage(count=FRAMES)
    events = [event for _, event in follow(load(name), footage.frames, footage.box)]
    crops = cut_footage(model.config, rules.crop, footage, events, 2)
    seen = [look_inside(model, one) for one in crops]
    pictures = [frame.image for frame in footage.frames]
    return [
        live.attention_view(seen),
        live.edges_view(seen),
        live.layers_view(seen),
        live.talk_view(seen),
        live.patch_view(seen),
        live.budget_view(seen),
        live.difference_view(seen, seen),
        live.swipe_view(pictures, events, events),
        live.similarity_view(seen, seen),
        live.removal_view(model, crops[0]),
    ]


def moves(view: live.Live, runs: int) -> list[float]:
    """Milliseconds of each move of the view's first control, which goes round all its values."""
    name, control = next((name, control) for name, control in view.controls.items() if len(control.values) > 1)
    view.figure().to_json()  # what is kept from the first drawing on, such as the faded network's answers
    took = []
    for value in islice(cycle(control.values.values()), runs):
        begin = time.perf_counter()
        view.figure(**{name: value}).to_json()
        took.append((time.perf_counter() - begin) * 1e3)
    return took


def main() -> None:
    """Measure every view and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mini-small")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    for view in views(asked.model):
        took = moves(view, asked.runs)
        median, worst = statistics.median(took), max(took)
        over = f" over {LIMIT_MS} ms" if median > LIMIT_MS else ""
        sys.stdout.write(f"{view.name:12} median {median:6.1f} ms, worst {worst:6.1f} ms{over}\n")


if __name__ == "__main__":
    main()

"""The embedded family in one table, beside what else a person could use; and how its scores tell a target from none.

    python benchmarks/family.py --data otb:../shared/data/dev [--peers ../shared/data/peers] [--write]

Tracks every sequence with every model of the family and with the peers (first box, KCF, CSRT, and NanoTrack v2 where
``--peers`` has it), in one run on one machine; what is already in ``--out`` is not tracked again. ``--write`` puts the
text between the marks in checkpoints/README.md. GMAC a frame is of the search region alone, templates are remembered.
The area under the ROC curve compares scores of search regions that hold the target with those cut beside it or where
it is absent: on the sequences, and on clips of the synthetic world, whose objects hide and leave.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from playground.api import load
from playground.app.evaluate_command import evaluate_lines
from playground.app.markdown import table_lines
from playground.data.benchmarks import read_benchmark
from playground.evaluate.protocol import find_protocol
from playground.evaluate.results import read_results
from playground.evaluate.separation import Asked, ask, roc_area
from playground.evaluate.standing import Standing, standings
from playground.evaluate.synthetic import held_out_clips
from playground.files import replacing
from playground.hub import embedded_models, load_model, resolve
from playground.model import MixFormer

PROTOCOL = "plain"
PAGE = Path(__file__).resolve().parents[1] / "checkpoints" / "README.md"
MARKS = "<!-- benchmarks/family.py -->", "<!-- end -->"


def cost(model: MixFormer) -> tuple[float, float]:
    """Millions of trained parameters, and thousand millions of multiply-adds of one search region."""
    config = model.config
    templates = torch.zeros(1, 2, 3, config.template_size, config.template_size)
    search = torch.zeros(1, 3, config.search_size, config.search_size)
    memory = model.encode(templates)
    # The fused attention kernels are not counted; the plain products that they stand for are.
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        model.locate(search, memory)
    return sum(p.numel() for p in model.parameters()) / 1e6, counter.get_total_flops() / 2e9


def rows(found: list[Standing], family: list[str]) -> Iterator[list[str]]:
    """One row a tracker, in the order of ``found``."""
    for one in found:
        assert one.means is not None and not one.missing
        millions, gmac = ["–", "–"]
        if one.name in family:
            millions, gmac = (f"{value:.3g}" for value in cost(load_model(resolve(one.name)).eval()))
        auc = one.means.auc
        yield [
            f"**{one.name}**" if one.name in family else one.name,
            millions,
            gmac,
            f"{auc.mean:.3f}",
            f"{auc.low:.3f} to {auc.high:.3f}",
            f"{one.means.precision.mean:.3f}",
            f"{one.summary.frame_ms:.1f}",
        ]


def separation(name: str, location: str) -> list[str]:
    """A row: the areas on the sequences and on synthetic clips, and how many regions each compares."""
    tracker = load(name)
    real = [
        asked
        for sequence in read_benchmark(location)
        for asked in ask(tracker, (frame.image for frame in sequence.read()), sequence.boxes)
    ]
    rendered = []
    for clip in held_out_clips("full"):
        boxes = np.where(clip.visible[:, None], clip.boxes, np.nan)
        rendered += list(ask(tracker, clip.frames, boxes))
    return [name, *_area(real), *_area(rendered)]


def _area(asked: list[Asked]) -> tuple[str, str]:
    positive = np.array([one.score for one in asked if one.kind == "present"])
    negative = np.array([one.score for one in asked if one.kind != "present"])
    return f"{roc_area(positive, negative):.3f}", f"{len(positive)} / {len(negative)}"


def lines(location: str, peers: str, out: Path) -> Iterator[str]:
    """The whole text."""
    family = embedded_models()
    others = ["first-box", "kcf", "csrt", *([f"nanotrack:{peers}"] if peers else [])]
    for line in evaluate_lines((*others, *family), (location,), out, 1, "cpu", PROTOCOL):
        sys.stderr.write(line + "\n")
    (results,) = read_results(out).values()
    found = standings(results, find_protocol(PROTOCOL))
    head = ["tracker", "M parameters", "GMAC a frame", "AUC", "95 % interval", "precision at 20 px", "ms a frame"]
    yield from table_lines(head, list(rows(found, family)))
    yield ""
    record = found[0].record
    yield f"{len(results.sequences)} sequences; {record.threads} threads, {record.machine}."
    scored = [name for name in family if load_model(resolve(name)).config.score_head]
    yield ""
    head = ["score, area under ROC", "real sequences", "regions with / without", "synthetic", "regions with / without"]
    yield from table_lines(head, [separation(name, location) for name in scored])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="FORMAT:PLACE of annotated sequences")
    parser.add_argument("--peers", default="", help="folder with NanoTrack v2's ONNX files")
    parser.add_argument("--out", type=Path, default=Path("results/family"))
    parser.add_argument("--write", action="store_true", help="put the text into checkpoints/README.md")
    options = parser.parse_args()
    text = "\n".join(lines(options.data, options.peers, options.out))
    sys.stdout.write(text + "\n")
    if options.write:
        page = PAGE.read_text()
        before, _, rest = page.partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        with replacing(PAGE) as path:
            path.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()

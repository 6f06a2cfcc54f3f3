"""``playground evaluate``: the lines of its table."""

from collections.abc import Callable, Iterator
from pathlib import Path

from playground.api import load
from playground.data.otb import read_otb
from playground.data.sequence import Sequence
from playground.evaluate.run import evaluate, mean_by_group

FORMATS: dict[str, Callable[[Path], list[Sequence]]] = {"otb": read_otb}


def read_sequences(data: str) -> list[Sequence]:
    """Sequences of ``FORMAT:ROOT``. Raises ``ValueError`` naming ``data`` for an unknown format or a missing folder."""
    name, _, root = data.partition(":")
    if name not in FORMATS or not root:
        raise ValueError(f"data: expected FORMAT:ROOT with FORMAT one of {', '.join(FORMATS)}; got {data!r}.")
    if not Path(root).is_dir():
        raise ValueError(f"data: the folder {root} does not exist.")
    return FORMATS[name](Path(root))


def evaluate_lines(data: str, model: str, device: str) -> Iterator[str]:
    """One line a sequence as it is finished, then the means by group."""
    sequences = read_sequences(data)
    tracker = load(model, device=device)
    yield f"{'sequence':24} {'frames':>6} {'AUC':>6} {'P@20':>6} {'ms/frame':>9}  groups"
    scores = []
    for score in evaluate(tracker, sequences):
        scores.append(score)
        groups = ", ".join(score.groups)
        figures = f"{score.frames:6d} {score.auc:6.3f} {score.precision:6.3f} {score.frame_ms:9.1f}"
        yield f"{score.name:24} {figures}  {groups}"
    yield ""
    for group, (count, auc, near) in mean_by_group(scores).items():
        yield f"{group:8} ({count:2d} sequences)  mean AUC {auc:.3f}  precision at 20 px {near:.3f}"

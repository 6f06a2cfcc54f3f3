"""A model measured while it trains: success AUC on annotated sequences."""

import numpy as np

from playground.backends.torch import TorchBackend
from playground.config import TrackerConfig
from playground.data.benchmarks import read_benchmark
from playground.evaluate.run import evaluate
from playground.model import MixFormer
from playground.tracker import Tracker
from playground.train.run import Validate


def validator(data: str, device: str) -> Validate | None:
    """A function from a model and its tracker settings to ``auc`` and ``precision``, means over the sequences.

    ``data`` is ``FORMAT:PLACE`` as `read_benchmark` takes it; None for an empty one. Raises ``ValueError`` naming
    ``data`` when there is nothing.
    """
    if not data:
        return None
    sequences = read_benchmark(data)

    def measure(model: MixFormer, tracker: TrackerConfig) -> dict[str, float]:
        scores = list(evaluate(Tracker(TorchBackend(model, device), tracker), sequences))
        return {name: float(np.mean([getattr(score, name) for score in scores])) for name in ("auc", "precision")}

    return measure

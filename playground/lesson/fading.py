"""A network while some of its blocks fade: how far it is from the whole one at every step, as it stands."""

from playground.data.batch import Batch
from playground.lesson.measure import agreement
from playground.lesson.practice import Practice
from playground.model import Prediction
from playground.model.prune import fade, remove_rate
from playground.train_config import FadeConfig


def while_fading(told: Prediction, run: Practice, crops: Batch) -> dict[int, float]:
    """KL divergence, in nats, of each snapshot of ``run`` from what the whole network ``told`` of ``crops``; the blocks
    are at the rate that they had at that step."""
    blocks, depth = run.config.fade.blocks, run.config.model.depth
    keeps = {step: fade(depth, blocks, rate_after(step, run.config.fade)) for step in run.snapshots}
    return {step: agreement(told, model, crops, keeps[step]).kl for step, model in run.snapshots.items()}


def rate_after(steps: int, fading: FadeConfig) -> float:
    """What the fading blocks kept of what they add in the last of so many ``steps``; 1 before the first."""
    return remove_rate((steps - 1) // fading.epoch_steps + 1, fading.epochs) if steps else 1.0

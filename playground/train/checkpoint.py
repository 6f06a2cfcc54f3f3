"""A whole run in one file: weights, optimiser, average and the number of steps done. It appears whole or not at all.

Batches and DropPath are functions of the seed and the step, so the step is also the position in the data and the state
of every random generator.
"""

from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file

from playground.hub.tensors import write_tensors
from playground.train.learner import Learner

CHECKPOINT = "checkpoint.safetensors"


def save_checkpoint(learner: Learner, folder: Path) -> None:
    """Write ``checkpoint.safetensors`` in ``folder``; the one before stays until the new one is whole."""
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in learner.tensors().items()}
    write_tensors(folder / CHECKPOINT, tensors, {"step": str(learner.step)})


def load_checkpoint(learner: Learner, folder: Path) -> None:
    """Put the learner where the checkpoint of ``folder`` was written.

    Raises ``ValueError`` naming the file when it cannot be read or belongs to another network.
    """
    step = steps_done(folder)
    learner.load(load_file(folder / CHECKPOINT, device=str(learner.engine.device)), step)


def steps_done(folder: Path) -> int:
    """Steps in the checkpoint of ``folder``; 0 where there is none. Raises ``ValueError`` when it cannot be read."""
    path = folder / CHECKPOINT
    if not path.is_file():
        return 0
    try:
        with safe_open(path, "pt") as file:
            return int(file.metadata()["step"])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"resume: {path} is not a readable checkpoint ({error}); delete it to start again.") from error

"""Which layers a model can lose: IoU without each, how much each changes the tokens, and what follows from that.

Leave-one-out says what a single layer is worth while all others stay, so it cannot be added up. The suggestion is
therefore greedy: of the layers still there it takes out the one whose loss costs least, and measures again.
Block influence (Men and others, "ShortGPT", 2024) is one minus the mean cosine between a token before and after the
layer. Nothing is trained afterwards.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from playground.box import boxes_to_array, iou
from playground.model import MixFormer
from playground.model.prune import fade
from playground.visualise.inside.capture import as_inputs, look_inside
from playground.visualise.inside.crops import Crops, box_of
from playground.visualise.inside.given import as_whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Removal:
    """Layers left out together, by whose ``choice``, and the mean IoU, 0..1, without them."""

    choice: str
    layers: tuple[int, ...]
    iou: float


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerStudy:
    """``frames`` search regions: mean IoU of the whole model (``iou``) and without each layer (``without``), and each
    layer's ``influence`` on the tokens (0 changes nothing, 1 turns them at right angles). ``removals``: choices of how
    many layers to leave out, the greedy suggestion first, then the paper's.
    """

    frames: int
    iou: float
    without: tuple[float, ...]
    influence: tuple[float, ...]
    removals: tuple[Removal, ...]


SUGGESTED, PAPER, LEAST_INFLUENCE = "suggested here", "as in the paper", "least influence"


def paper_choice(depth: int, count: int) -> tuple[int, ...]:
    """The first layer of each of ``count`` equal groups: 0, 3, 6, 9 of twelve (spec 2.4)."""
    return tuple(i * depth // count for i in range(count))


def study_layers(model: MixFormer, clip: Sequence[Crops], remove: int) -> LayerStudy:
    """Measure ``model`` on search regions whose true box is known, and choose ``remove`` layers to leave out.

    Raises ``ValueError`` naming ``remove`` unless at least one layer goes and one stays, ``truth`` when a true box is
    missing, or as `playground.visualise.inside.capture.as_inputs` does.
    """
    depth = model.config.depth
    if not 1 <= as_whole("remove", remove) < depth:
        raise ValueError(f"remove: choose from 1..{depth - 1} of {depth} layers; got {remove}.")
    if any(one.truth_rel is None for one in clip):
        raise ValueError("truth: the study measures IoU, so every search region needs its true box.")
    whole = iou_without(model, clip, ())
    without = tuple(iou_without(model, clip, (layer,)) for layer in range(depth))
    suggested: tuple[int, ...] = ()
    for _ in range(remove):
        left = [layer for layer in range(depth) if layer not in suggested]
        # The first round is what was measured above.
        costs = without if not suggested else {i: iou_without(model, clip, (*suggested, i)) for i in left}
        suggested = (*suggested, max(left, key=lambda layer: costs[layer]))
    influence = block_influence(model, clip)
    choices = {
        SUGGESTED: tuple(sorted(suggested)),
        PAPER: paper_choice(depth, remove),
        LEAST_INFLUENCE: tuple(sorted(np.argsort(influence, kind="stable")[:remove].tolist())),
    }
    return LayerStudy(
        frames=len(clip),
        iou=whole,
        without=without,
        influence=influence,
        removals=tuple(
            Removal(choice=name, layers=layers, iou=iou_without(model, clip, layers))
            for name, layers in choices.items()
        ),
    )


@torch.inference_mode()
def iou_without(model: MixFormer, clip: Sequence[Crops], layers: Collection[int]) -> float:
    """Mean IoU, 0..1, with the true boxes when ``layers`` are skipped. Raises as `study_layers` does."""
    templates, search = as_inputs(model, clip)
    found = model(templates, search, fade(model.config.depth, layers, 0.0)).box.tolist()
    truth = [one.truth_rel for one in clip if one.truth_rel is not None]
    a, b = (boxes_to_array([box_of(box) for box in boxes]) for boxes in (found, truth))
    return float(iou(a, b).mean())


def block_influence(model: MixFormer, clip: Sequence[Crops]) -> tuple[float, ...]:
    """One minus the mean cosine between every token before and after each layer. Raises as `as_inputs` does."""
    turned = []
    for crops in clip:
        tokens = look_inside(model, crops).tokens.astype(np.float64)
        unit = tokens / np.linalg.norm(tokens, axis=-1, keepdims=True)
        turned.append(1 - (unit[:-1] * unit[1:]).sum(-1).mean(-1))
    return tuple(np.mean(turned, axis=0).tolist())

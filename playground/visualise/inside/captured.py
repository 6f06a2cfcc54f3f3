"""What a network did on one frame, as a value that every view here is drawn from: tokens, attention, read-outs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from playground.config import ModelConfig
from playground.visualise.inside.crops import Corners, Crops


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Inside:
    """One frame inside one network. Layers are counted from 0; ``all`` is templates, search region, prediction tokens.

    - ``tokens``: before the first layer and after each.
    - ``attention``: in each layer the probabilities, rows summing to 1, with which search and prediction tokens
      (``own``) look at all tokens; ``template_attention`` those among the template tokens, which see nothing else.
    - ``edges``: after each layer, what the final head reads off: a distribution for left, top, right, bottom. The last
      one is the model's answer. ``boxes`` are their expectations, x1, y1, x2, y2 in fractions of the search region.
    - ``corners``: a dense model's two maps, top-left and bottom-right, each summing to 1; None for prediction tokens.
    - ``score``: 0..1, or None without a score head.
    """

    config: ModelConfig
    crops: Crops
    tokens: Float32[np.ndarray, "states all c"]
    attention: Float32[np.ndarray, "layers h own all"]
    template_attention: Float32[np.ndarray, "layers h templates templates"]
    edges: Float32[np.ndarray, "layers 4 bins"]
    boxes: Float32[np.ndarray, "layers 4"]
    corners: Float32[np.ndarray, "2 f f"] | None
    score: float | None

    @property
    def box(self) -> Corners:
        """The model's answer, x1, y1, x2, y2 in fractions of the search region."""
        x1, y1, x2, y2 = self.boxes[-1].tolist()
        return (x1, y1, x2, y2)

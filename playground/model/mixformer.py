"""MixFormer = backbone + heads: one class for students, teachers and every size."""

# No `from __future__ import annotations` here: the Hub mixin reads the real type of `config`.
from typing import NamedTuple

import torch
from huggingface_hub import PyTorchModelHubMixin
from jaxtyping import Float
from torch import Tensor, nn

from playground.config import ModelConfig
from playground.model.backbone import Backbone, Keep, Memory
from playground.model.heads import CornerHead, ScoreHead, make_box_head


class Prediction(NamedTuple):
    """What every model says of a search region.

    - ``edges`` ``(b, 4, bins)``: log-probabilities, order left, top, right, bottom.
    - ``box`` ``(b, 4)``: ``x1, y1, x2, y2`` as fractions of the search crop; not sorted, not clipped.
    - ``score_logit`` ``(b,)`` or None: confidence before the sigmoid.
    - ``search`` ``(b, cells, c)``: the last search tokens computed, see `playground.model.backbone.Located`.
    - ``features``: all tokens after each block, ``(b, templates + search + 4, c)``, when asked for.
    - ``attention``: the prediction tokens' attention in each block, ``(b, heads, 4, tokens)``, when asked for; rows in
      `playground.config.TOKEN_ORDER`.
    """

    edges: Tensor
    box: Tensor
    score_logit: Tensor | None
    search: Tensor
    features: tuple[Tensor, ...] = ()
    attention: tuple[Tensor, ...] = ()


class MixFormer(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="mixformer-playground",
    tags=["visual-object-tracking", "mixformerv2"],
    license="mit",
    paper_url="https://arxiv.org/abs/2305.15896",
):
    """MixFormerV2 student or MixViT teacher, as ``config`` says (paper 3, spec 1)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = Backbone(config)
        self.box_head = make_box_head(config)
        self.score_head = ScoreHead(config.dim) if config.score_head else None

    def encode(self, templates: Float[Tensor, "b k 3 t t"], keep: Keep = None, features: bool = False) -> Memory:
        """Remember ``k`` normalised templates: the first one, then any number of online templates.

        ``keep`` is one factor in 0..1 a block that scales its residual branches (stage 2a, spec 2.4).
        """
        return self.backbone.encode(templates, keep, features)

    def locate(
        self,
        search: Float[Tensor, "b 3 s s"],
        memory: Memory,
        keep: Keep = None,
        features: bool = False,
        attention: bool = False,
    ) -> Prediction:
        """Find the remembered target in a normalised search region.

        ``features`` also returns all tokens after every block (the memory must hold its own: ``encode(...,
        features=True)``); ``attention`` the prediction tokens' attention in every block.
        """
        found = self.backbone.locate(search, memory, keep, features, attention)
        boxes = self.box_head(found.search if isinstance(self.box_head, CornerHead) else found.prediction)
        # Confidence is learnt on a network that it does not change (spec 2.6), so no gradient goes back from it.
        score = self.score_head(found.prediction.detach()) if self.score_head is not None else None
        joined = tuple(torch.cat(pair, dim=1) for pair in zip(memory.tokens, found.tokens, strict=False))
        return Prediction(boxes.edges, boxes.box, score, found.search, joined, found.attention)

    def forward(
        self,
        templates: Float[Tensor, "b k 3 t t"],
        search: Float[Tensor, "b 3 s s"],
        keep: Keep = None,
        features: bool = False,
    ) -> Prediction:
        """`locate` given `encode`: the whole network, as training calls it."""
        return self.locate(search, self.encode(templates, keep, features), keep, features)

"""The figures of `playground.visualise.inside` with controls, for notebooks: a view each, all of one kind, `Live`."""

from playground.visualise.live.change_views import mask_view, removal_view, study_view, timeline_view
from playground.visualise.live.pair_views import corners_view, difference_view, similarity_view, swipe_view
from playground.visualise.live.player import Player, player
from playground.visualise.live.token_views import (
    attention_view,
    budget_view,
    edges_view,
    layers_view,
    patch_view,
    talk_view,
)
from playground.visualise.live.view import Control, Live, show

__all__ = [
    "Control",
    "Live",
    "Player",
    "attention_view",
    "budget_view",
    "corners_view",
    "difference_view",
    "edges_view",
    "layers_view",
    "mask_view",
    "patch_view",
    "player",
    "removal_view",
    "show",
    "similarity_view",
    "study_view",
    "swipe_view",
    "talk_view",
    "timeline_view",
]
